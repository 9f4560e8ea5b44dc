// What the interpreter's files share. A warp of 32 threads runs in lock step: a register is 32 lanes side by side, an
// instruction one loop over them under the mask of active lanes.
#pragma once

#if defined(__GNUC__) && !defined(__clang__)
// Lanes are read by whatever type the instruction has; a product and a sum are two roundings unless the PTX says otherwise.
#pragma GCC optimize("O3", "no-strict-aliasing", "fp-contract=off", "no-math-errno", "no-trapping-math")
#endif

#include <atomic>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

namespace ptx {

constexpr int Lanes = 32;
constexpr uint32_t Full = 0xffffffffu;

// Of a block: what a kernel may declare, and what the largest device has.
constexpr uint64_t MostDeclaredShared = 48 << 10, MostSharedBytes = 227 << 10;

// Windows of generic addresses: no address of the host is there.
constexpr uint64_t SharedWindow = 0x5000000000000000ull, LocalWindow = 0x6000000000000000ull, WindowMask = 0xf000000000000000ull;

enum class Type : uint8_t { None, B8, U8, S8, B16, U16, S16, B32, U32, S32, B64, U64, S64, F16, BF16, F16x2, BF16x2, TF32, F32, F64, Pred };
enum class Space : uint8_t { Generic, Global, Shared, Local, Param, Const };
enum class Kind : uint8_t { Plain, Branch, Indexed, Exit, Trap, Barrier, WarpBarrier };
enum class Rounding : uint8_t { None, Nearest, Zero, Down, Up, Away, NearestInt, ZeroInt, DownInt, UpInt };

int size_of(Type type);
bool is_float(Type type);
bool is_signed(Type type);

struct Operand {
    uint32_t at = 0;     // bytes from the start of the register file; the number of a predicate
    uint32_t init = 0;   // where it is kept which lanes were written; 0: a constant
    bool wide = false;   // 64 bits
    bool negated = false;
};

struct Context;
struct Inst;
using Handler = void (*)(Context &, const Inst &, uint32_t mask);

struct Inst {
    Handler run = nullptr;
    Kind kind = Kind::Plain;
    bool leader = false, uniform = false, aligned = false, guard_negated = false, saturate = false, flush = false, flag = false;
    uint8_t destinations = 0, sources = 0, pred_destinations = 0, pred_sources = 0;
    Type type = Type::None, from = Type::None;
    Space space = Space::Generic;
    Rounding rounding = Rounding::None;
    uint8_t size = 0, vector = 1, a = 0, b = 0, fusable = 0;
    int32_t guard = -1;
    uint32_t guard_init = 0, line = 0;
    int32_t target = -1, reconverge = -1;
    int64_t offset = 0, offset2 = 0;
    Operand d[4], s[12];         // registers
    Operand pd[2], ps[2];        // predicates
    std::vector<int32_t> targets; // of an indexed branch
};

struct Range {
    uint64_t begin, end;
    std::string name;
};

struct Constant {
    uint32_t at;
    bool wide;
    uint64_t value;
    bool dynamic_shared = false; // the value is added to where the launch's own shared memory starts
};

enum class Special : uint8_t {
    TidX, TidY, TidZ, NtidX, NtidY, NtidZ, CtaidX, CtaidY, CtaidZ, NctaidX, NctaidY, NctaidZ,
    Lane, Warp, Warps, Zero, One, MaskEq, MaskLe, MaskLt, MaskGe, MaskGt, DynamicShared, TotalShared, Zero64,
};

struct Kernel {
    std::string name;
    std::vector<Inst> code;
    std::vector<Constant> constants;
    std::vector<std::pair<uint32_t, Special>> specials;
    std::vector<std::string> registers; // names by init index
    std::vector<Range> shared, local;
    uint32_t file_bytes = 0, init_count = 1, pred_count = 0;
    std::vector<std::pair<uint32_t, bool>> pred_constants;
    uint64_t shared_bytes = 0, declared_shared = 0, local_bytes = 0, parameter_bytes = 0, dynamic_at = 0;
    std::string dynamic_name;
    unsigned required[3] = {0, 0, 0}, most[3] = {0, 0, 0};
    int shared_granule = 4;
};

struct Module {
    std::string text;
    std::vector<std::string> lines;
    std::map<std::string, std::unique_ptr<Kernel>> kernels;
    std::vector<std::unique_ptr<uint64_t[]>> storage; // of module variables in global and constant memory
    std::vector<Range> variables;
    std::atomic<unsigned long long> instructions{0};
};

struct LoadError {
    int line;
    std::string what;
};

struct Fault {
    std::string what;
};

// Who touched a granule of shared memory last.
struct Shadow {
    uint32_t write_epoch = 0, read_epoch = 0, writer = 0, reader = 0;
    uint32_t write_warp_epoch = 0, read_warp_epoch = 0, write_line = 0, read_line = 0, pending = 0;
};

constexpr uint32_t ManyOfWarp = 0x80000000u, ManyWarps = 0xffffffffu;

struct Launch {
    const Module *module;
    const Kernel *kernel;
    unsigned grid[3], block[3], dynamic_shared;
    const uint8_t *parameters;
    size_t parameter_bytes;
    int (*is_valid)(void *, unsigned long long, size_t);
    void *context;
    unsigned threads, warps;
    bool races, global_races;
    unsigned long long most_instructions;
    std::atomic<bool> stop{false};
    std::atomic<unsigned long long> instructions{0};
    std::mutex atomics, writes_lock;
    std::unordered_map<uint64_t, std::pair<uint64_t, uint32_t>> writes; // address of 4 bytes: thread of the grid, line
};

struct Copy { // a cp.async on its way
    uint64_t to;
    uint32_t size, group, line;
    uint8_t bytes[16];
};

enum class State : uint8_t { Dead, Runnable, Joining, AtBarrier };

// Threads of a warp at one place. Where they part, the node waits at the place where their ways meet again.
struct Node {
    int32_t pc, meet, parent;
    uint32_t mask, expected, arrived;
    State state;
    uint8_t barrier;
    uint32_t line;
};

struct Block;

struct Context { // a warp
    Block *block;
    const Launch *launch;
    const Kernel *kernel;
    uint8_t *registers;
    uint32_t *predicates, *init;
    uint32_t first, number, live, exited, warp_epoch;
    std::vector<Node> nodes;
    std::vector<Copy> copies[Lanes];
    uint32_t groups[Lanes];

    template <class T> T *at(const Operand &o) const { return reinterpret_cast<T *>(registers + o.at); }
    uint64_t address(const Operand &o, int lane) const { return o.wide ? at<uint64_t>(o)[lane] : at<uint32_t>(o)[lane]; }
    [[noreturn]] void fault(const Inst &i, int lane, const std::string &what) const;
};

struct Block {
    const Launch *launch;
    unsigned index[3];
    std::vector<uint8_t> shared, local;
    std::vector<Shadow> shadow;
    uint32_t epoch = 0;
    std::vector<Context> warps;
    std::vector<uint8_t> files;
    std::vector<uint32_t> masks;
    uint64_t pages[256], lines[256];
    uint64_t last_shared_begin = 1, last_shared_end = 0;
    unsigned long long instructions = 0;
};

// The host address of bytes that a thread touches, checked: space, range, alignment, and in shared memory races.
uint8_t *touch(Context &c, const Inst &i, int lane, Space space, uint64_t address, unsigned bytes, unsigned alignment, bool write);
void check_shared_race(Context &c, const Inst &i, int lane, uint64_t address, unsigned bytes, bool write);
void check_alignment(Context &c, const Inst &i, int lane, uint64_t address, unsigned bytes);
std::string format(const char *text, ...) __attribute__((format(printf, 1, 2)));
bool contracts();

inline int first_lane(uint32_t mask) { return __builtin_ctz(mask); }

template <class F> inline void each(uint32_t mask, F f) {
    for (; mask; mask &= mask - 1)
        f(__builtin_ctz(mask));
}

template <class T> inline void store(T *to, const T *values, uint32_t mask) {
    if (mask == Full) {
        memcpy(to, values, sizeof(T) * Lanes);
        return;
    }
    for (int l = 0; l < Lanes; l++)
        to[l] = mask >> l & 1 ? values[l] : to[l];
}

inline uint64_t read_lane(const Context &c, const Operand &o, int lane) { return c.address(o, lane); }
inline void write_lane(Context &c, const Operand &o, int lane, uint64_t value) {
    if (o.wide)
        c.at<uint64_t>(o)[lane] = value;
    else
        c.at<uint32_t>(o)[lane] = (uint32_t)value;
}

float bf16_to_float(uint16_t bits);
uint16_t float_to_bf16(float value, Rounding rounding);
float f16_to_float(uint16_t bits);
uint16_t double_to_f16(double value, Rounding rounding);
uint32_t float_to_tf32(float value);

// By the opcode's parts: the handler, or null; it may change the instruction's other fields. ptx_alu.cpp
Handler arithmetic(Inst &i, const std::vector<std::string> &parts, std::string &why);
Handler fused(int form); // 0: ab + c, 1: ab - c, 2: c - ab
Handler comparison(const std::string &name, Type type);
Handler conversion(const Inst &i);

// ptx_memory.cpp
Handler load_handler(), store_handler(), atomic_handler(), copy_handler(), commit_handler(), wait_handler(), convert_address_handler();

// ptx_warp.cpp
Handler shuffle_handler(), vote_handler(), ballot_handler(), active_mask_handler(), reduce_handler(), load_matrix_handler(), mma_handler();

void parse(Module &module);
int run(Launch &launch, std::string &error);

} // namespace ptx
