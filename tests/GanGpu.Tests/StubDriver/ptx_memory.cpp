// Loads, stores, atomics and asynchronous copies, with the checks that a GPU does not make.
#include "ptx_internal.h"

#include <algorithm>
#include <cmath>

namespace ptx {

namespace {

// An address just below 0 must not wrap around into the range.
bool within(uint64_t begin, uint64_t end, uint64_t address, uint64_t bytes) { return address >= begin && address <= end && bytes <= end - address; }

const char *space_name(Space space) {
    switch (space) {
    case Space::Shared: return "shared";
    case Space::Local: return "local";
    case Space::Param: return "parameter";
    case Space::Const: return "constant";
    default: return "global";
    }
}

std::string place(const std::vector<Range> &ranges, uint64_t address) {
    const Range *best = nullptr;
    for (const Range &r : ranges)
        if (address >= r.begin && (!best || r.begin > best->begin))
            best = &r;
    return best && (int64_t)address >= 0 ? format("%s+%llu", best->name.c_str(), (unsigned long long)(address - best->begin)) : format("%lld", (long long)address);
}

bool valid_global(Context &c, uint64_t address, unsigned bytes) {
    const Launch &launch = *c.launch;
    for (const Range &r : launch.module->variables)
        if (within(r.begin, r.end, address, bytes))
            return true;
    return !launch.is_valid || launch.is_valid(launch.context, address, bytes);
}

// A whole page, else a line of 64 bytes, is asked for once and remembered; at the edges of a buffer every access is asked for.
void check_global(Context &c, const Inst &i, int lane, uint64_t address, unsigned bytes) {
    Block &b = *c.block;
    uint64_t page = address >> 12, line = address >> 6;
    if ((b.pages[page & 255] == page && (address & 4095) + bytes <= 4096) || (b.lines[line & 255] == line && (address & 63) + bytes <= 64))
        return;
    if (valid_global(c, page << 12, 4096))
        b.pages[page & 255] = page;
    else if (valid_global(c, line << 6, 64))
        b.lines[line & 255] = line;
    if (!valid_global(c, address, bytes))
        c.fault(i, lane, format("%u bytes of global memory at 0x%llx are in no buffer", bytes, (unsigned long long)address));
}

void check_global_race(Context &c, const Inst &i, int lane, uint64_t address, unsigned bytes) {
    Launch &launch = const_cast<Launch &>(*c.launch);
    uint64_t block = c.block->index[0] + (uint64_t)launch.grid[0] * (c.block->index[1] + (uint64_t)launch.grid[1] * c.block->index[2]);
    uint64_t me = block * launch.threads + c.first + lane;
    std::lock_guard<std::mutex> lock(launch.writes_lock);
    for (uint64_t word = address & ~3ull; word < address + bytes; word += 4) {
        // Threads that write different bytes of a word are told apart by where the write begins.
        uint64_t key = bytes < 4 ? address : word;
        auto [at, added] = launch.writes.try_emplace(key, me, i.line);
        if (!added && at->second.first / launch.threads != block)
            c.fault(i, lane, format("global memory at 0x%llx was written by another block's thread too, at line %u", (unsigned long long)address, at->second.second));
    }
}

uint8_t *shared_at(Context &c, const Inst &i, int lane, uint64_t address, unsigned bytes) {
    Block &b = *c.block;
    if (within(b.last_shared_begin, b.last_shared_end, address, bytes))
        return &b.shared[address];
    for (const Range &r : c.kernel->shared)
        if (within(r.begin, r.end, address, bytes)) {
            b.last_shared_begin = r.begin;
            b.last_shared_end = r.end;
            return &b.shared[address];
        }
    uint64_t dynamic = c.kernel->dynamic_at;
    if (within(dynamic, dynamic + c.launch->dynamic_shared, address, bytes))
        return &b.shared[address];
    c.fault(i, lane, format("%u bytes of shared memory at %s are beyond what is declared", bytes, place(c.kernel->shared, address).c_str()));
}

std::string thread_name(const Context &c, uint32_t thread) {
    if (thread == ManyWarps)
        return "other threads";
    if (thread & ManyOfWarp)
        return format("threads of warp %u", thread & ~ManyOfWarp);
    const unsigned *n = c.launch->block;
    return format("thread (%u,%u,%u)", thread % n[0], thread / n[0] % n[1], thread / n[0] / n[1]);
}

} // namespace

void check_alignment(Context &c, const Inst &i, int lane, uint64_t address, unsigned bytes) {
    if (address & (bytes - 1))
        c.fault(i, lane, format("address 0x%llx is not aligned to the %u bytes that are accessed", (unsigned long long)address, bytes));
}

void check_shared_race(Context &c, const Inst &i, int lane, uint64_t address, unsigned bytes, bool write) {
    Block &b = *c.block;
    if (b.shadow.empty())
        return;
    uint32_t me = c.first + lane, warp = c.number;
    int granule = c.kernel->shared_granule;
    for (uint64_t g = address / granule; g * granule < address + bytes; g++) {
        Shadow &s = b.shadow[g];
        if (s.pending)
            c.fault(i, lane, format("shared memory at %s is %s while a cp.async to it (line %u) has not been waited for", place(c.kernel->shared, address).c_str(), write ? "written" : "read", s.pending));
        // Threads of one warp may also be ordered by a barrier of the warp.
        if (s.write_epoch == b.epoch && s.writer != me && !(s.writer / Lanes == warp && s.write_warp_epoch != c.warp_epoch))
            c.fault(i, lane, format("race: shared memory at %s is %s here and written by %s at line %u without a barrier in between",
                place(c.kernel->shared, address).c_str(), write ? "written" : "read", thread_name(c, s.writer).c_str(), s.write_line));
        if (write) {
            bool read_by_warp = (s.reader & ManyOfWarp ? s.reader & ~ManyOfWarp : s.reader / Lanes) == warp && s.reader != ManyWarps;
            if (s.read_epoch == b.epoch && s.reader != me && !(read_by_warp && s.read_warp_epoch != c.warp_epoch))
                c.fault(i, lane, format("race: shared memory at %s is written here and read by %s at line %u without a barrier in between",
                    place(c.kernel->shared, address).c_str(), thread_name(c, s.reader).c_str(), s.read_line));
            s.write_epoch = b.epoch;
            s.write_warp_epoch = c.warp_epoch;
            s.writer = me;
            s.write_line = i.line;
        } else if (s.read_epoch != b.epoch) {
            s.read_epoch = b.epoch;
            s.read_warp_epoch = c.warp_epoch;
            s.reader = me;
            s.read_line = i.line;
        } else if (s.reader != me) {
            uint32_t of = s.reader & ManyOfWarp ? s.reader & ~ManyOfWarp : s.reader / Lanes;
            // Readers that a barrier of the warp has ordered need not be remembered.
            s.reader = s.reader == ManyWarps || of != warp ? ManyWarps : s.read_warp_epoch != c.warp_epoch ? me : ManyOfWarp | warp;
            s.read_warp_epoch = c.warp_epoch;
            s.read_line = i.line;
        } else
            s.read_warp_epoch = c.warp_epoch;
    }
}

uint8_t *touch(Context &c, const Inst &i, int lane, Space space, uint64_t address, unsigned bytes, unsigned alignment, bool write) {
    if (space == Space::Generic) {
        uint64_t window = address & WindowMask;
        space = window == SharedWindow ? Space::Shared : window == LocalWindow ? Space::Local : Space::Global;
        if (space != Space::Global)
            address &= ~WindowMask;
    }
    check_alignment(c, i, lane, address, alignment);
    switch (space) {
    case Space::Shared: {
        uint8_t *at = shared_at(c, i, lane, address, bytes);
        check_shared_race(c, i, lane, address, bytes, write);
        return at;
    }
    case Space::Local: {
        for (const Range &r : c.kernel->local)
            if (within(r.begin, r.end, address, bytes))
                return &c.block->local[(c.first + lane) * c.kernel->local_bytes + address];
        c.fault(i, lane, format("%u bytes of local memory at %llu are beyond what is declared", bytes, (unsigned long long)address));
    }
    case Space::Param:
        if (!within(0, c.launch->parameter_bytes, address, bytes))
            c.fault(i, lane, format("%u bytes of the parameters at %llu are beyond the %zu bytes that were given", bytes, (unsigned long long)address, c.launch->parameter_bytes));
        return const_cast<uint8_t *>(c.launch->parameters) + address;
    default:
        check_global(c, i, lane, address, bytes);
        if (write && c.launch->global_races)
            check_global_race(c, i, lane, address, bytes);
        return reinterpret_cast<uint8_t *>(address);
    }
}

namespace {

template <class M> inline void load_one(Context &c, const Operand &d, int lane, const uint8_t *from) {
    M v;
    memcpy(&v, from, sizeof v);
    write_lane(c, d, lane, (uint64_t)v); // signed types extend their sign
}

void load(Context &c, const Inst &i, uint32_t mask) {
    unsigned all = i.size * i.vector;
    bool sign = is_signed(i.type);
    each(mask, [&](int l) {
        const uint8_t *from = touch(c, i, l, i.space, c.address(i.s[0], l) + i.offset, all, all, false);
        for (int k = 0; k < i.vector; k++, from += i.size) {
            const Operand &d = i.d[k];
            if (k >= i.destinations)
                break;
            switch (i.size) {
            case 1: sign ? load_one<int8_t>(c, d, l, from) : load_one<uint8_t>(c, d, l, from); break;
            case 2: sign ? load_one<int16_t>(c, d, l, from) : load_one<uint16_t>(c, d, l, from); break;
            case 4: sign ? load_one<int32_t>(c, d, l, from) : load_one<uint32_t>(c, d, l, from); break;
            default: load_one<uint64_t>(c, d, l, from); break;
            }
        }
    });
}

void store_lanes(Context &c, const Inst &i, uint32_t mask) {
    unsigned all = i.size * i.vector;
    each(mask, [&](int l) {
        uint8_t *to = touch(c, i, l, i.space, c.address(i.s[0], l) + i.offset, all, all, true);
        for (int k = 0; k < i.vector; k++, to += i.size) {
            uint64_t v = read_lane(c, i.s[1 + k], l);
            memcpy(to, &v, i.size);
        }
    });
}

// a: which operation; flag: it returns the old value.
enum { AtomAdd, AtomMin, AtomMax, AtomAnd, AtomOr, AtomXor, AtomExch, AtomCas, AtomInc, AtomDec };

uint64_t combine(const Inst &i, uint64_t old, uint64_t b, uint64_t x) {
    if (i.type == Type::F32 && i.a == AtomAdd) {
        float p, q;
        memcpy(&p, &old, 4);
        memcpy(&q, &b, 4);
        p += q;
        uint32_t r;
        memcpy(&r, &p, 4);
        return r;
    }
    if (i.type == Type::F64 && i.a == AtomAdd) {
        double p, q;
        memcpy(&p, &old, 8);
        memcpy(&q, &b, 8);
        p += q;
        memcpy(&old, &p, 8);
        return old;
    }
    bool narrow = i.size == 4;
    int64_t so = narrow ? (int32_t)old : (int64_t)old, sb = narrow ? (int32_t)b : (int64_t)b;
    switch (i.a) {
    case AtomAdd: return old + b;
    case AtomMin: return is_signed(i.type) ? (uint64_t)std::min(so, sb) : std::min(old, b);
    case AtomMax: return is_signed(i.type) ? (uint64_t)std::max(so, sb) : std::max(old, b);
    case AtomAnd: return old & b;
    case AtomOr: return old | b;
    case AtomXor: return old ^ b;
    case AtomExch: return b;
    case AtomCas: return old == b ? x : old;
    case AtomInc: return old >= b ? 0 : old + 1;
    default: return old == 0 || old > b ? b : old - 1;
    }
}

void atomic(Context &c, const Inst &i, uint32_t mask) {
    std::lock_guard<std::mutex> lock(const_cast<Launch *>(c.launch)->atomics);
    each(mask, [&](int l) {
        uint64_t address = c.address(i.s[0], l) + i.offset;
        Space space = i.space;
        if (space == Space::Generic && (address & WindowMask) == SharedWindow) {
            space = Space::Shared;
            address &= ~WindowMask;
        }
        uint8_t *at;
        if (space == Space::Shared) { // atomics do not race with each other
            check_alignment(c, i, l, address, i.size);
            at = shared_at(c, i, l, address, i.size);
        } else {
            check_alignment(c, i, l, address, i.size);
            check_global(c, i, l, address, i.size);
            at = reinterpret_cast<uint8_t *>(address);
        }
        uint64_t old = 0;
        memcpy(&old, at, i.size);
        uint64_t b = read_lane(c, i.s[1], l), x = i.sources > 2 ? read_lane(c, i.s[2], l) : 0;
        uint64_t now = combine(i, old, b, x);
        memcpy(at, &now, i.size);
        if (i.destinations)
            write_lane(c, i.d[0], l, old);
    });
}

// The bytes arrive when they are waited for, as late as the hardware may bring them.
void copy_async(Context &c, const Inst &i, uint32_t mask) { // sources: to, from, bytes that are read (else all of them)
    each(mask, [&](int l) {
        uint64_t to = c.address(i.s[0], l) + i.offset, from = c.address(i.s[1], l) + i.offset2;
        if ((to & WindowMask) == SharedWindow)
            to &= ~WindowMask;
        unsigned bytes = i.sources > 2 ? (unsigned)read_lane(c, i.s[2], l) : i.size;
        if (bytes > i.size)
            c.fault(i, l, format("cp.async is to read %u bytes and write %u", bytes, i.size));
        check_alignment(c, i, l, to, i.size);
        check_alignment(c, i, l, from, i.size);
        shared_at(c, i, l, to, i.size);
        check_shared_race(c, i, l, to, i.size, true);
        Copy copy{to, i.size, c.groups[l], i.line, {}};
        if (bytes) {
            check_global(c, i, l, from, bytes);
            memcpy(copy.bytes, reinterpret_cast<const void *>(from), bytes);
        }
        c.copies[l].push_back(copy);
        Block &b = *c.block;
        if (!b.shadow.empty())
            for (unsigned g = 0; g < i.size; g += c.kernel->shared_granule)
                b.shadow[(to + g) / c.kernel->shared_granule].pending = i.line;
    });
}

void commit(Context &c, const Inst &, uint32_t mask) {
    each(mask, [&](int l) { c.groups[l]++; });
}

void wait(Context &c, const Inst &i, uint32_t mask) { // offset: groups that may stay under way; below 0: all copies, committed or not
    each(mask, [&](int l) {
        std::vector<Copy> &copies = c.copies[l];
        size_t kept = 0;
        for (size_t k = 0; k < copies.size(); k++) {
            const Copy &copy = copies[k];
            if (i.offset >= 0 && (int64_t)copy.group + i.offset >= (int64_t)c.groups[l]) {
                copies[kept++] = copy;
                continue;
            }
            Block &b = *c.block;
            if (!b.shadow.empty()) {
                for (unsigned g = 0; g < copy.size; g += c.kernel->shared_granule)
                    b.shadow[(copy.to + g) / c.kernel->shared_granule].pending = 0;
                // The write happens somewhere between the copy and here: others may look only after a barrier from here.
                check_shared_race(c, i, l, copy.to, copy.size, true);
            }
            memcpy(&b.shared[copy.to], copy.bytes, copy.size);
        }
        copies.resize(kept);
    });
}

void convert_address(Context &c, const Inst &i, uint32_t mask) { // flag: from generic; a: one question (isspacep)
    uint64_t window = i.space == Space::Shared ? SharedWindow : i.space == Space::Local ? LocalWindow : 0;
    if (i.a) {
        uint32_t yes = 0;
        each(mask, [&](int l) { yes |= (uint32_t)((c.address(i.s[0], l) & WindowMask) == window) << l; });
        uint32_t &d = c.predicates[i.pd[0].at];
        d = (d & ~mask) | yes;
        return;
    }
    each(mask, [&](int l) {
        uint64_t a = c.address(i.s[0], l) + i.offset;
        if (window && i.flag && (a & WindowMask) != window)
            c.fault(i, l, format("0x%llx is no generic address of %s memory", (unsigned long long)a, space_name(i.space)));
        if (!window && i.flag && ((a & WindowMask) == SharedWindow || (a & WindowMask) == LocalWindow))
            c.fault(i, l, "an address of shared or local memory is made a global one");
        write_lane(c, i.d[0], l, window ? (i.flag ? a & ~WindowMask : a | window) : a);
    });
}

} // namespace

Handler load_handler() { return load; }
Handler store_handler() { return store_lanes; }
Handler atomic_handler() { return atomic; }
Handler copy_handler() { return copy_async; }
Handler commit_handler() { return commit; }
Handler wait_handler() { return wait; }
Handler convert_address_handler() { return convert_address; }

} // namespace ptx
