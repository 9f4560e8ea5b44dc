// Runs launches: blocks on host threads, the warps of a block in turns up to their next barrier, the threads of a warp in
// lock step with those that branched apart meeting again where their ways join.
#include "ptx_internal.h"
#include "ptx.h"

#include <algorithm>
#include <cstdarg>
#include <cstdlib>
#include <thread>

namespace ptx {

namespace {

constexpr unsigned long long MostInstructions = 1ull << 36;

bool is_set(const char *name, const char *value) {
    const char *is = getenv(name);
    return is && !strcmp(is, value);
}

std::string source_line(const Module &module, uint32_t line) {
    if (line == 0 || line > module.lines.size())
        return "";
    std::string text = module.lines[line - 1];
    std::replace(text.begin(), text.end(), '\t', ' ');
    size_t begin = text.find_first_not_of(' '), end = text.find_last_not_of(" \r");
    return begin == std::string::npos ? "" : text.substr(begin, end - begin + 1);
}

int add_node(Context &c, int pc, int meet, int parent, uint32_t mask) {
    size_t n = 0;
    while (n < c.nodes.size() && c.nodes[n].state != State::Dead)
        n++;
    if (n == c.nodes.size())
        c.nodes.emplace_back();
    c.nodes[n] = Node{pc, meet, parent, mask, mask, 0, State::Runnable, 0, 0};
    return (int)n;
}

void wake(Context &c, int n) {
    Node &node = c.nodes[n];
    if (node.state == State::Joining && node.expected != 0 && node.arrived == node.expected) {
        node.mask = node.expected;
        node.arrived = 0;
        node.state = State::Runnable;
    }
}

void arrive(Context &c, int parent, uint32_t mask) {
    c.nodes[parent].arrived |= mask;
    wake(c, parent);
}

// Threads that end are waited for nowhere.
void leave(Context &c, int n, uint32_t mask) {
    c.live &= ~mask;
    c.exited |= mask;
    Node &node = c.nodes[n];
    node.mask &= ~mask;
    node.expected = node.mask;
    if (node.mask == 0)
        node.state = State::Dead;
    for (int p = node.parent; p >= 0; p = c.nodes[p].parent) {
        Node &up = c.nodes[p];
        up.expected &= ~mask;
        if (up.expected == 0)
            up.state = State::Dead;
        else
            wake(c, p);
    }
}

// The node's threads go different ways. Returns false where the node itself no longer runs.
bool part(Context &c, int n, const std::pair<int, uint32_t> *ways, int count, int meet) {
    if (count == 1) {
        c.nodes[n].pc = ways[0].first;
        return true;
    }
    if (meet < 0 || meet == c.nodes[n].meet) { // nothing new to wait for: the ways are siblings
        c.nodes[n].pc = ways[0].first;
        c.nodes[n].mask = c.nodes[n].expected = ways[0].second;
        for (int w = 1; w < count; w++)
            add_node(c, ways[w].first, c.nodes[n].meet, c.nodes[n].parent, ways[w].second);
        return true;
    }
    Node &join = c.nodes[n];
    join.pc = meet;
    join.expected = join.mask;
    join.arrived = 0;
    join.state = State::Joining;
    for (int w = count - 1; w >= 0; w--)
        if (ways[w].first != meet)
            add_node(c, ways[w].first, meet, n, ways[w].second);
        else
            c.nodes[n].arrived |= ways[w].second;
    return false;
}

[[noreturn]] void unwritten(const Context &c, const Inst &i, uint32_t missing, const std::string &name) {
    c.fault(i, first_lane(missing), format("reads %s, which was never written", name.c_str()));
}

inline void check_written(const Context &c, const Inst &i, uint32_t mask, const Operand &o) {
    uint32_t missing = mask & ~c.init[o.init];
    if (__builtin_expect(missing != 0, 0))
        unwritten(c, i, missing, c.kernel->registers[o.init]);
}

void check_allowance(const Context &c, const Inst &i, int lane) {
    const Launch &launch = *c.launch;
    if (launch.instructions.load(std::memory_order_relaxed) + c.block->instructions > launch.most_instructions)
        c.fault(i, lane, format("more than %llu instructions: it does not end", launch.most_instructions));
    if (launch.stop.load(std::memory_order_relaxed))
        throw Fault{""};
}

// One node, until it waits, ends, or parts with others in a way that makes it wait.
void run_node(Context &c, int n) {
    Block &b = *c.block;
    const Inst *code = c.kernel->code.data();
    const int count = (int)c.kernel->code.size();
    int pc = c.nodes[n].pc, meet = c.nodes[n].meet;
    uint32_t active = c.nodes[n].mask;
    unsigned long long executed = 0;
    const unsigned long long allowance = std::min(1ull << 20, c.launch->most_instructions);
    for (;;) {
        if (pc >= count) {
            b.instructions += executed;
            leave(c, n, active);
            return;
        }
        const Inst &i = code[pc];
        if (i.leader) {
            if (pc == meet) {
                Node &node = c.nodes[n];
                node.state = State::Dead;
                b.instructions += executed;
                arrive(c, node.parent, active);
                return;
            }
            if (executed > allowance) {
                b.instructions += executed;
                executed = 0;
                check_allowance(c, i, first_lane(active));
            }
        }
        uint32_t mask = active;
        if (i.guard >= 0) {
            uint32_t missing = mask & ~c.init[i.guard_init];
            if (__builtin_expect(missing != 0, 0))
                unwritten(c, i, missing, c.kernel->registers[i.guard_init]);
            mask &= c.predicates[i.guard] ^ (i.guard_negated ? Full : 0);
        }
        executed += (unsigned)__builtin_popcount(active);
        switch (i.kind) {
        case Kind::Plain:
            if (mask) {
                for (int s = 0; s < i.sources; s++)
                    check_written(c, i, mask, i.s[s]);
                for (int s = 0; s < i.pred_sources; s++)
                    check_written(c, i, mask, i.ps[s]);
                i.run(c, i, mask);
                for (int d = 0; d < i.destinations; d++)
                    c.init[i.d[d].init] |= mask;
                for (int d = 0; d < i.pred_destinations; d++)
                    c.init[i.pd[d].init] |= mask;
            }
            pc++;
            break;

        case Kind::Branch: {
            if (mask == active) {
                pc = i.target;
                break;
            }
            if (mask == 0) {
                pc++;
                break;
            }
            if (i.uniform)
                c.fault(i, first_lane(mask), format("a .uni branch that this thread takes and thread %u of the block does not", c.first + first_lane(active & ~mask)));
            std::pair<int, uint32_t> ways[2] = {{pc + 1, active & ~mask}, {i.target, mask}};
            c.nodes[n].mask = active;
            if (!part(c, n, ways, 2, i.reconverge)) {
                b.instructions += executed;
                wake(c, n);
                return;
            }
            pc = c.nodes[n].pc;
            active = c.nodes[n].mask;
            break;
        }

        case Kind::Indexed: {
            check_written(c, i, mask, i.s[0]);
            std::vector<std::pair<int, uint32_t>> ways;
            auto add = [&](int target, uint32_t lanes) {
                for (auto &w : ways)
                    if (w.first == target) {
                        w.second |= lanes;
                        return;
                    }
                ways.emplace_back(target, lanes);
            };
            if (active & ~mask)
                add(pc + 1, active & ~mask);
            each(mask, [&](int l) {
                uint64_t index = read_lane(c, i.s[0], l);
                if (index >= i.targets.size())
                    c.fault(i, l, format("branch %llu of %zu", (unsigned long long)index, i.targets.size()));
                add(i.targets[index], 1u << l);
            });
            if (i.uniform && ways.size() > 1)
                c.fault(i, first_lane(ways[1].second), "a .uni branch whose threads go different ways");
            c.nodes[n].mask = active;
            if (!part(c, n, ways.data(), (int)ways.size(), i.reconverge)) {
                b.instructions += executed;
                wake(c, n);
                return;
            }
            pc = c.nodes[n].pc;
            active = c.nodes[n].mask;
            break;
        }

        case Kind::Exit:
            if (mask) {
                if (mask == active) {
                    b.instructions += executed;
                    c.nodes[n].mask = active;
                    leave(c, n, mask);
                    return;
                }
                c.nodes[n].mask = active;
                leave(c, n, mask);
                active &= ~mask;
            }
            pc++;
            break;

        case Kind::Trap:
            if (mask)
                c.fault(i, first_lane(mask), "trap");
            pc++;
            break;

        case Kind::WarpBarrier: {
            if (mask) {
                uint32_t named = i.sources ? c.at<uint32_t>(i.s[0])[first_lane(mask)] : Full, missing = named & c.live & ~mask;
                if (missing)
                    c.fault(i, first_lane(missing), "the thread is awaited at a barrier of the warp and does not come here with the others");
                c.warp_epoch++;
            }
            pc++;
            break;
        }

        case Kind::Barrier: {
            if (mask == 0) {
                pc++;
                break;
            }
            if (mask != active)
                c.fault(i, first_lane(active & ~mask), "the thread's predicate is false at a barrier that others of its warp reach");
            if (i.aligned && mask != c.live)
                c.fault(i, first_lane(c.live & ~mask), "others of this thread's warp are at a barrier (.aligned) where it is not");
            for (int s = 0; s < i.sources; s++)
                check_written(c, i, mask, i.s[s]);
            Node &node = c.nodes[n];
            uint64_t id = i.sources ? read_lane(c, i.s[0], first_lane(mask)) : 0;
            if (id > 15)
                c.fault(i, first_lane(mask), format("there is no barrier %llu", (unsigned long long)id));
            node.pc = pc + 1;
            node.mask = active;
            node.state = State::AtBarrier;
            node.barrier = (uint8_t)id;
            node.line = i.line;
            node.expected = i.sources > 1 ? (uint32_t)read_lane(c, i.s[1], first_lane(mask)) : 0; // how many threads it is for
            if (node.expected % Lanes != 0)
                c.fault(i, first_lane(mask), "a barrier's count of threads must be a multiple of 32");
            b.instructions += executed;
            return;
        }
        }
    }
}

std::string where(const Launch &launch, const Block &b, uint32_t line, uint32_t thread) {
    return format("kernel %s, line %u of its PTX (%s), block (%u,%u,%u), thread (%u,%u,%u)", launch.kernel->name.c_str(), line, source_line(*launch.module, line).c_str(),
        b.index[0], b.index[1], b.index[2], thread % launch.block[0], thread / launch.block[0] % launch.block[1], thread / launch.block[0] / launch.block[1]);
}

// All warps wait or have ended: lets go whom a full barrier holds. False where every thread has ended.
bool release(Launch &launch, Block &b) {
    uint32_t waiting[16] = {}, wanted[16] = {}, line[16] = {}, thread[16] = {};
    bool any = false;
    for (Context &c : b.warps)
        for (Node &node : c.nodes)
            if (node.state == State::AtBarrier) {
                any = true;
                waiting[node.barrier] += (uint32_t)__builtin_popcount(node.mask);
                uint32_t count = node.expected ? node.expected : launch.threads;
                if (wanted[node.barrier] && wanted[node.barrier] != count)
                    throw Fault{where(launch, b, node.line, c.first + first_lane(node.mask)) + format(": barrier %d is for %u threads here and for %u at line %u", node.barrier, count, wanted[node.barrier], line[node.barrier])};
                wanted[node.barrier] = count;
                line[node.barrier] = node.line;
                thread[node.barrier] = c.first + first_lane(node.mask);
            }
    bool released = false, joining = false;
    for (Context &c : b.warps) {
        bool mine = false;
        for (Node &node : c.nodes) {
            joining |= node.state == State::Joining;
            if (node.state == State::AtBarrier && waiting[node.barrier] == wanted[node.barrier]) {
                node.state = State::Runnable;
                node.expected = node.mask;
                mine = true;
            }
        }
        if (mine) {
            released = true;
            c.warp_epoch++;
        }
    }
    if (released) {
        b.epoch++;
        return true;
    }
    if (!any && !joining)
        return false;
    for (int id = 0; id < 16; id++) {
        if (!waiting[id])
            continue;
        std::string others;
        for (Context &c : b.warps) {
            if (c.exited)
                others = format("; thread %u of the block has ended", c.first + first_lane(c.exited));
            for (Node &node : c.nodes)
                if (node.state == State::AtBarrier && node.barrier != id)
                    others += format("; thread %u waits at barrier %d, line %u", c.first + first_lane(node.mask), node.barrier, node.line);
        }
        throw Fault{where(launch, b, line[id], thread[id]) + format(": %u of %u threads wait at barrier %d for ever%s", waiting[id], wanted[id], id, others.c_str())};
    }
    throw Fault{format("kernel %s, block (%u,%u,%u): threads of a warp wait for each other for ever", launch.kernel->name.c_str(), b.index[0], b.index[1], b.index[2])};
}

uint32_t special(const Launch &launch, const Block &b, const Context &c, Special which, int lane) {
    uint32_t t = c.first + lane;
    switch (which) {
    case Special::TidX: return t % launch.block[0];
    case Special::TidY: return t / launch.block[0] % launch.block[1];
    case Special::TidZ: return t / launch.block[0] / launch.block[1];
    case Special::NtidX: return launch.block[0];
    case Special::NtidY: return launch.block[1];
    case Special::NtidZ: return launch.block[2];
    case Special::CtaidX: return b.index[0];
    case Special::CtaidY: return b.index[1];
    case Special::CtaidZ: return b.index[2];
    case Special::NctaidX: return launch.grid[0];
    case Special::NctaidY: return launch.grid[1];
    case Special::NctaidZ: return launch.grid[2];
    case Special::Lane: return (uint32_t)lane;
    case Special::Warp: return c.number;
    case Special::Warps: return launch.warps;
    case Special::One: return 1;
    case Special::MaskEq: return 1u << lane;
    case Special::MaskLe: return lane == 31 ? Full : (2u << lane) - 1;
    case Special::MaskLt: return (1u << lane) - 1;
    case Special::MaskGe: return ~((1u << lane) - 1);
    case Special::MaskGt: return lane == 31 ? 0 : ~((2u << lane) - 1);
    case Special::DynamicShared: return launch.dynamic_shared;
    case Special::TotalShared: return (uint32_t)launch.kernel->shared_bytes + launch.dynamic_shared;
    default: return 0;
    }
}

void prepare(Launch &launch, Block &b) {
    const Kernel &kernel = *launch.kernel;
    b.launch = &launch;
    b.shared.resize((size_t)(kernel.dynamic_at + launch.dynamic_shared + 16));
    if (launch.races)
        b.shadow.resize(b.shared.size() / kernel.shared_granule + 16);
    b.local.resize((size_t)(kernel.local_bytes * launch.warps * Lanes));
    b.files.resize((size_t)kernel.file_bytes * launch.warps + 64);
    size_t masks = kernel.init_count + kernel.pred_count;
    b.masks.resize(masks * launch.warps);
    for (unsigned k = 0; k < 256; k++)
        b.pages[k] = b.lines[k] = ~0ull;
    b.warps.resize(launch.warps);
    uint8_t *files = b.files.data() + (64 - (uintptr_t)b.files.data() % 64) % 64;
    for (unsigned w = 0; w < launch.warps; w++) {
        Context &c = b.warps[w];
        c.block = &b;
        c.launch = &launch;
        c.kernel = &kernel;
        c.registers = files + (size_t)kernel.file_bytes * w;
        c.init = b.masks.data() + masks * w;
        c.predicates = c.init + kernel.init_count;
        c.first = w * Lanes;
        c.number = w;
        c.warp_epoch = 0;
        for (const Constant &k : kernel.constants)
            for (int l = 0; l < Lanes; l++)
                if (k.wide)
                    reinterpret_cast<uint64_t *>(c.registers + k.at)[l] = k.value;
                else
                    reinterpret_cast<uint32_t *>(c.registers + k.at)[l] = (uint32_t)k.value;
    }
}

void run_block(Launch &launch, Block &b, const unsigned index[3]) {
    const Kernel &kernel = *launch.kernel;
    memcpy(b.index, index, sizeof b.index);
    b.epoch++;
    // What was never written shows as NaN.
    std::fill(b.shared.begin(), b.shared.end(), (uint8_t)0xff);
    std::fill(b.masks.begin(), b.masks.end(), 0u);
    for (Shadow &s : b.shadow)
        s.pending = 0;
    for (Context &c : b.warps) {
        unsigned threads = std::min<unsigned>(Lanes, launch.threads - c.first);
        c.live = threads == Lanes ? Full : (1u << threads) - 1;
        c.exited = 0;
        c.init[0] = Full;
        for (auto &p : kernel.pred_constants)
            c.predicates[p.first] = p.second ? Full : 0;
        for (auto &s : kernel.specials)
            for (int l = 0; l < Lanes; l++)
                reinterpret_cast<uint32_t *>(c.registers + s.first)[l] = special(launch, b, c, s.second, l);
        for (int l = 0; l < Lanes; l++) {
            c.copies[l].clear();
            c.groups[l] = 0;
        }
        c.nodes.clear();
        add_node(c, 0, -1, -1, c.live);
    }
    do {
        for (Context &c : b.warps)
            for (;;) {
                int n = (int)c.nodes.size() - 1;
                while (n >= 0 && c.nodes[n].state != State::Runnable)
                    n--;
                if (n < 0)
                    break;
                run_node(c, n);
                // A loop whose threads part in every turn never runs one node for long.
                check_allowance(c, kernel.code[std::min<size_t>(c.nodes[n].pc, kernel.code.size() - 1)], 0);
            }
    } while (release(launch, b));
    launch.instructions += b.instructions;
    b.instructions = 0;
}

} // namespace

void Context::fault(const Inst &i, int lane, const std::string &what) const {
    throw Fault{where(*launch, *block, i.line, first + lane) + ": " + what};
}

std::string format(const char *text, ...) {
    char buffer[1024];
    va_list arguments;
    va_start(arguments, text);
    vsnprintf(buffer, sizeof buffer, text, arguments);
    va_end(arguments);
    return buffer;
}

bool contracts() { return is_set("GANGPU_PTX_CONTRACT", "1"); }

int run(Launch &launch, std::string &error) {
    unsigned long long blocks = (unsigned long long)launch.grid[0] * launch.grid[1] * launch.grid[2];
    unsigned host = std::max(1u, std::thread::hardware_concurrency());
    if (const char *wanted = getenv("GANGPU_PTX_THREADS"))
        host = (unsigned)std::max(1, atoi(wanted));
    if (blocks * launch.threads < 4096)
        host = 1;
    host = (unsigned)std::min<unsigned long long>(host, blocks);
    std::atomic<unsigned long long> next{0};
    std::mutex lock;
    unsigned long long first_bad = ~0ull;
    auto work = [&] {
        Block b;
        bool prepared = false;
        for (unsigned long long k; !launch.stop && (k = next++) < blocks;) {
            unsigned index[3] = {(unsigned)(k % launch.grid[0]), (unsigned)(k / launch.grid[0] % launch.grid[1]), (unsigned)(k / launch.grid[0] / launch.grid[1])};
            try {
                if (!prepared)
                    prepare(launch, b);
                prepared = true;
                run_block(launch, b, index);
            } catch (const Fault &fault) {
                std::lock_guard<std::mutex> hold(lock);
                if (k < first_bad && !fault.what.empty()) {
                    first_bad = k;
                    error = fault.what;
                }
                launch.stop = true;
            } catch (const std::exception &e) {
                std::lock_guard<std::mutex> hold(lock);
                error = launch.kernel->name + ": " + e.what();
                first_bad = 0;
                launch.stop = true;
            }
        }
    };
    if (host == 1)
        work();
    else {
        std::vector<std::thread> workers;
        for (unsigned t = 1; t < host; t++)
            workers.emplace_back(work);
        work();
        for (std::thread &t : workers)
            t.join();
    }
    return first_bad == ~0ull ? 0 : 1;
}

namespace {

int say(const std::string &what, char *error, int size) {
    if (error && size > 0)
        snprintf(error, (size_t)size, "%s", what.c_str());
    return 1;
}

} // namespace

} // namespace ptx

struct ptx_module : ptx::Module {};

extern "C" {

ptx_module *ptx_load(const char *text, char *error, int error_size) {
    auto module = std::make_unique<ptx_module>();
    module->text = text;
    try {
        ptx::parse(*module);
        return module.release();
    } catch (const ptx::LoadError &e) {
        ptx::say(ptx::format("line %d: %s", e.line, e.what.c_str()), error, error_size);
    } catch (const std::exception &e) {
        ptx::say(e.what(), error, error_size);
    }
    return nullptr;
}

void ptx_unload(ptx_module *module) { delete module; }

int ptx_has_kernel(ptx_module *module, const char *name) { return module->kernels.count(name) != 0; }

int ptx_kernel_sizes(ptx_module *module, const char *name, size_t *parameter_bytes, size_t *shared_bytes, size_t *local_bytes) {
    auto found = module->kernels.find(name);
    if (found == module->kernels.end())
        return 0;
    if (parameter_bytes)
        *parameter_bytes = (size_t)found->second->parameter_bytes;
    if (shared_bytes)
        *shared_bytes = (size_t)found->second->declared_shared;
    if (local_bytes)
        *local_bytes = (size_t)found->second->local_bytes;
    return 1;
}

unsigned long long ptx_instructions(ptx_module *module) { return module->instructions; }

int ptx_launch(
    ptx_module *module, const char *name, unsigned grid[3], unsigned block[3], unsigned dynamic_shared, const void *parameters, size_t parameter_bytes,
    int (*is_valid)(void *, unsigned long long, size_t), void *context, char *error, int error_size) {
    auto found = module->kernels.find(name);
    if (found == module->kernels.end())
        return ptx::say(ptx::format("there is no kernel %s", name), error, error_size);
    const ptx::Kernel &kernel = *found->second;
    unsigned long long threads = (unsigned long long)block[0] * block[1] * block[2];
    if (threads == 0 || threads > 1024 || block[2] > 64)
        return ptx::say(ptx::format("kernel %s: a block of %u x %u x %u threads", name, block[0], block[1], block[2]), error, error_size);
    if (grid[0] == 0 || grid[1] == 0 || grid[2] == 0 || grid[0] > 0x7fffffffu || grid[1] > 65535 || grid[2] > 65535)
        return ptx::say(ptx::format("kernel %s: a grid of %u x %u x %u blocks", name, grid[0], grid[1], grid[2]), error, error_size);
    for (int k = 0; k < 3; k++)
        if (kernel.required[k] && kernel.required[k] != block[k])
            return ptx::say(ptx::format("kernel %s: .reqntid wants a block of %u x %u x %u threads", name, kernel.required[0], kernel.required[1], kernel.required[2]), error, error_size);
    if (kernel.most[0] && threads > (unsigned long long)kernel.most[0] * kernel.most[1] * kernel.most[2])
        return ptx::say(ptx::format("kernel %s: .maxntid allows fewer than %llu threads", name, threads), error, error_size);
    if (kernel.declared_shared + dynamic_shared > ptx::MostSharedBytes)
        return ptx::say(ptx::format("kernel %s: %llu bytes of shared memory", name, (unsigned long long)kernel.declared_shared + dynamic_shared), error, error_size);
    if (parameter_bytes < kernel.parameter_bytes)
        return ptx::say(ptx::format("kernel %s takes %llu bytes of parameters, %zu were given", name, (unsigned long long)kernel.parameter_bytes, parameter_bytes), error, error_size);
    ptx::Launch launch;
    launch.module = module;
    launch.kernel = &kernel;
    memcpy(launch.grid, grid, sizeof launch.grid);
    memcpy(launch.block, block, sizeof launch.block);
    launch.dynamic_shared = dynamic_shared;
    launch.parameters = static_cast<const uint8_t *>(parameters);
    launch.parameter_bytes = parameter_bytes;
    launch.is_valid = is_valid;
    launch.context = context;
    launch.threads = (unsigned)threads;
    launch.warps = (unsigned)(threads + ptx::Lanes - 1) / ptx::Lanes;
    const char *most = getenv("GANGPU_PTX_INSTRUCTIONS");
    launch.most_instructions = most ? strtoull(most, nullptr, 10) : ptx::MostInstructions;
    launch.races = !ptx::is_set("GANGPU_PTX_RACES", "0");
    launch.global_races = ptx::is_set("GANGPU_PTX_GLOBAL_RACES", "1");
    std::string what;
    int result = ptx::run(launch, what);
    module->instructions += launch.instructions;
    if (result)
        ptx::say(what, error, error_size);
    return result;
}

} // extern "C"
