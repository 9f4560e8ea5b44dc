// Arithmetic, comparisons and conversions, each a loop over the lanes of a warp.
#include "ptx_internal.h"

#include <cfenv>
#include <cmath>
#include <limits>
#include <type_traits>

namespace ptx {

namespace {

// Types below 32 bits lie in the low bits of a 32-bit lane.
template <class T> using Slot = std::conditional_t<sizeof(T) == 8, uint64_t, std::conditional_t<sizeof(T) == 4, T, uint32_t>>;
template <class T> using Unsigned = std::make_unsigned_t<T>;

template <class T> inline Slot<T> slot(T value) {
    if constexpr (sizeof(T) == 4)
        return value;
    else if constexpr (std::is_same_v<T, double>) {
        uint64_t bits;
        memcpy(&bits, &value, 8);
        return bits;
    } else if constexpr (sizeof(T) == 8)
        return (uint64_t)value;
    else
        return (uint32_t)(Unsigned<T>)value;
}

template <class T> inline T value(Slot<T> bits) {
    if constexpr (std::is_same_v<T, double>) {
        double v;
        memcpy(&v, &bits, 8);
        return v;
    } else
        return (T)bits;
}

template <class D, class A, class F> inline void map1(Context &c, const Inst &i, uint32_t mask, F f) {
    const Slot<A> *a = c.at<Slot<A>>(i.s[0]);
    Slot<D> out[Lanes];
    for (int l = 0; l < Lanes; l++)
        out[l] = slot<D>(f(value<A>(a[l])));
    store(c.at<Slot<D>>(i.d[0]), out, mask);
}

template <class D, class A, class B, class F> inline void map2(Context &c, const Inst &i, uint32_t mask, F f) {
    const Slot<A> *a = c.at<Slot<A>>(i.s[0]);
    const Slot<B> *b = c.at<Slot<B>>(i.s[1]);
    Slot<D> out[Lanes];
    for (int l = 0; l < Lanes; l++)
        out[l] = slot<D>(f(value<A>(a[l]), value<B>(b[l])));
    store(c.at<Slot<D>>(i.d[0]), out, mask);
}

template <class D, class A, class C, class F> inline void map3(Context &c, const Inst &i, uint32_t mask, F f) {
    const Slot<A> *a = c.at<Slot<A>>(i.s[0]);
    const Slot<A> *b = c.at<Slot<A>>(i.s[1]);
    const Slot<C> *x = c.at<Slot<C>>(i.s[2]);
    Slot<D> out[Lanes];
    for (int l = 0; l < Lanes; l++)
        out[l] = slot<D>(f(value<A>(a[l]), value<A>(b[l]), value<C>(x[l])));
    store(c.at<Slot<D>>(i.d[0]), out, mask);
}

template <class T> inline T shifted_high(T a, T b) {
    if constexpr (sizeof(T) == 8)
        return std::is_signed_v<T> ? (T)((__int128)a * b >> 64) : (T)((unsigned __int128)a * b >> 64);
    else
        return (T)(((int64_t)a * (int64_t)b) >> (8 * sizeof(T))); // 32-bit unsigned products fit in 64 bits; the shift keeps their bits
}

template <> inline uint32_t shifted_high(uint32_t a, uint32_t b) { return (uint32_t)((uint64_t)a * b >> 32); }

#define INTEGER(Name, ...)                                                                                                                 \
    struct Name {                                                                                                                          \
        template <class T> static void run(Context &c, const Inst &i, uint32_t mask) {                                                     \
            using U [[maybe_unused]] = std::conditional_t<sizeof(T) == 2, uint32_t, Unsigned<T>>;                                          \
            __VA_ARGS__;                                                                                                                   \
        }                                                                                                                                  \
    };

INTEGER(Add, map2<T, T, T>(c, i, mask, [](T a, T b) { return (T)((U)a + (U)b); }))
INTEGER(Sub, map2<T, T, T>(c, i, mask, [](T a, T b) { return (T)((U)a - (U)b); }))
INTEGER(Mul, map2<T, T, T>(c, i, mask, [](T a, T b) { return (T)((U)a * (U)b); }))
INTEGER(MulHigh, map2<T, T, T>(c, i, mask, [](T a, T b) { return shifted_high<T>(a, b); }))
// By zero: all bits set, as the hardware has it.
INTEGER(Div, map2<T, T, T>(c, i, mask, [](T a, T b) { return b == 0 ? (T)-1 : std::is_signed_v<T> && b == (T)-1 ? (T)(0 - (U)a) : (T)(a / b); }))
INTEGER(Rem, map2<T, T, T>(c, i, mask, [](T a, T b) { return b == 0 ? a : std::is_signed_v<T> && b == (T)-1 ? (T)0 : (T)(a % b); }))
INTEGER(Min, map2<T, T, T>(c, i, mask, [](T a, T b) { return a < b ? a : b; }))
INTEGER(Max, map2<T, T, T>(c, i, mask, [](T a, T b) { return a > b ? a : b; }))
INTEGER(And, map2<T, T, T>(c, i, mask, [](T a, T b) { return (T)(a & b); }))
INTEGER(Or, map2<T, T, T>(c, i, mask, [](T a, T b) { return (T)(a | b); }))
INTEGER(Xor, map2<T, T, T>(c, i, mask, [](T a, T b) { return (T)(a ^ b); }))
INTEGER(Not, map1<T, T>(c, i, mask, [](T a) { return (T)~a; }))
INTEGER(LogicalNot, map1<T, T>(c, i, mask, [](T a) { return (T)(a == 0); }))
INTEGER(Neg, map1<T, T>(c, i, mask, [](T a) { return (T)(0 - (U)a); }))
INTEGER(Abs, map1<T, T>(c, i, mask, [](T a) { return a < 0 ? (T)(0 - (U)a) : a; }))
INTEGER(Shl, map2<T, T, uint32_t>(c, i, mask, [](T a, uint32_t n) { return n >= 8 * sizeof(T) ? (T)0 : (T)((U)a << n); }))
INTEGER(Shr, map2<T, T, uint32_t>(c, i, mask, [](T a, uint32_t n) {
    constexpr uint32_t bits = 8 * sizeof(T);
    return (T)(n >= bits ? (std::is_signed_v<T> ? a >> (bits - 1) : 0) : a >> n);
}))
INTEGER(Mad, map3<T, T, T>(c, i, mask, [](T a, T b, T x) { return (T)((U)a * (U)b + (U)x); }))
INTEGER(MadHigh, map3<T, T, T>(c, i, mask, [](T a, T b, T x) { return (T)((U)shifted_high<T>(a, b) + (U)x); }))
INTEGER(Sad, map3<T, T, T>(c, i, mask, [](T a, T b, T x) { return (T)((U)x + (a < b ? (U)b - (U)a : (U)a - (U)b)); }))
INTEGER(Popc, map1<uint32_t, T>(c, i, mask, [](T a) { return (uint32_t)__builtin_popcountll((U)a); }))
INTEGER(Clz, map1<uint32_t, T>(c, i, mask, [](T a) { return a == 0 ? (uint32_t)(8 * sizeof(T)) : (uint32_t)(__builtin_clzll((U)a) - (64 - 8 * (int)sizeof(T))); }))
INTEGER(FindHighest, map1<uint32_t, T>(c, i, mask, [](T a) {
    U v = std::is_signed_v<T> && a < 0 ? (U)~a : (U)a;
    return v == 0 ? 0xffffffffu : (uint32_t)(63 - __builtin_clzll(v));
}))
INTEGER(Reverse, map1<T, T>(c, i, mask, [](T a) {
    U v = (U)a, r = 0;
    for (unsigned b = 0; b < 8 * sizeof(T); b++)
        r |= (v >> b & 1) << (8 * sizeof(T) - 1 - b);
    return (T)r;
}))

template <class T> void extract_field(Context &c, const Inst &i, uint32_t mask) {
    each(mask, [&](int l) {
        constexpr int bits = 8 * sizeof(T);
        T a = (T)read_lane(c, i.s[0], l);
        uint32_t at = read_lane(c, i.s[1], l) & 0xff, length = read_lane(c, i.s[2], l) & 0xff;
        Unsigned<T> v = 0;
        bool negative = std::is_signed_v<T> && length > 0 && ((Unsigned<T>)a >> std::min<uint32_t>(at + length - 1, bits - 1) & 1);
        for (uint32_t b = 0; b < (uint32_t)bits; b++) {
            bool bit = b < length && at + b < (uint32_t)bits ? (Unsigned<T>)a >> (at + b) & 1 : negative;
            v |= (Unsigned<T>)bit << b;
        }
        write_lane(c, i.d[0], l, v);
    });
}

template <class T> void insert_field(Context &c, const Inst &i, uint32_t mask) {
    each(mask, [&](int l) {
        constexpr uint32_t bits = 8 * sizeof(T);
        T a = (T)read_lane(c, i.s[0], l), b = (T)read_lane(c, i.s[1], l);
        uint32_t at = read_lane(c, i.s[2], l) & 0xff, length = read_lane(c, i.s[3], l) & 0xff;
        for (uint32_t k = 0; k < length && at + k < bits; k++)
            b = (T)((b & ~((T)1 << (at + k))) | ((a >> k & 1) << (at + k)));
        write_lane(c, i.d[0], l, b);
    });
}

template <class W, class T> void mul_wide(Context &c, const Inst &i, uint32_t mask) {
    map2<W, T, T>(c, i, mask, [](T a, T b) { return (W)((W)a * (W)b); });
}

template <class W, class T> void mad_wide(Context &c, const Inst &i, uint32_t mask) {
    map3<W, T, W>(c, i, mask, [](T a, T b, W x) { return (W)((Unsigned<W>)((W)a * (W)b) + (Unsigned<W>)x); });
}

void funnel_shift(Context &c, const Inst &i, uint32_t mask) { // a: left, b: clamp
    each(mask, [&](int l) {
        uint64_t both = read_lane(c, i.s[1], l) << 32 | read_lane(c, i.s[0], l);
        uint32_t n = (uint32_t)read_lane(c, i.s[2], l);
        n = i.b ? std::min(n, 32u) : n & 31;
        write_lane(c, i.d[0], l, i.a ? (n == 0 ? both >> 32 : both >> (32 - n)) : both >> n);
    });
}

void permute(Context &c, const Inst &i, uint32_t mask) {
    each(mask, [&](int l) {
        uint64_t both = read_lane(c, i.s[1], l) << 32 | read_lane(c, i.s[0], l);
        uint32_t selector = (uint32_t)read_lane(c, i.s[2], l), result = 0;
        for (int k = 0; k < 4; k++) {
            uint32_t pick = selector >> (4 * k) & 0xf, byte = both >> (8 * (pick & 7)) & 0xff;
            if (pick & 8)
                byte = byte & 0x80 ? 0xff : 0;
            result |= byte << (8 * k);
        }
        write_lane(c, i.d[0], l, result);
    });
}

void lookup3(Context &c, const Inst &i, uint32_t mask) {
    const uint32_t *x = c.at<uint32_t>(i.s[0]), *y = c.at<uint32_t>(i.s[1]), *z = c.at<uint32_t>(i.s[2]);
    uint32_t table = c.at<uint32_t>(i.s[3])[0], out[Lanes];
    for (int l = 0; l < Lanes; l++) {
        uint32_t r = 0;
        for (int k = 0; k < 8; k++)
            r |= table >> k & 1 ? (k & 4 ? x[l] : ~x[l]) & (k & 2 ? y[l] : ~y[l]) & (k & 1 ? z[l] : ~z[l]) : 0;
        out[l] = r;
    }
    store(c.at<uint32_t>(i.d[0]), out, mask);
}

// Floating point at its usual rounding.
#define FLOAT1(Name, expression)                                                                                                           \
    struct Name {                                                                                                                          \
        static constexpr int operands = 1;                                                                                                 \
        template <class T> static T f(T a, T, T) { return expression; }                                                                    \
    };
#define FLOAT2(Name, expression)                                                                                                           \
    struct Name {                                                                                                                          \
        static constexpr int operands = 2;                                                                                                 \
        template <class T> static T f(T a, T b, T) { return expression; }                                                                  \
    };

FLOAT2(FAdd, a + b)
FLOAT2(FSub, a - b)
FLOAT2(FMul, a *b)
FLOAT2(FDiv, a / b)
FLOAT2(FMin, std::isnan(a) ? b : std::isnan(b) ? a : a < b || (a == b && std::signbit(a)) ? a : b)
FLOAT2(FMax, std::isnan(a) ? b : std::isnan(b) ? a : a > b || (a == b && !std::signbit(a)) ? a : b)
FLOAT2(FMinNan, std::isnan(a) || std::isnan(b) ? std::numeric_limits<T>::quiet_NaN() : a < b || (a == b && std::signbit(a)) ? a : b)
FLOAT2(FMaxNan, std::isnan(a) || std::isnan(b) ? std::numeric_limits<T>::quiet_NaN() : a > b || (a == b && !std::signbit(a)) ? a : b)
FLOAT2(FCopySign, std::copysign(b, a))
FLOAT1(FNeg, -a)
FLOAT1(FAbs, std::fabs(a))
FLOAT1(FRcp, (T)1 / a)
FLOAT1(FSqrt, std::sqrt(a))
FLOAT1(FRsqrt, (T)(1.0L / std::sqrt((long double)a)))
FLOAT1(FSin, (T)std::sin((double)a))
FLOAT1(FCos, (T)std::cos((double)a))
FLOAT1(FEx2, (T)std::exp2((double)a))
FLOAT1(FLg2, (T)std::log2((double)a))
FLOAT1(FTanh, (T)std::tanh((double)a))

struct FFma {
    static constexpr int operands = 3;
    template <class T> static T f(T a, T b, T x) { return std::fma(a, b, x); }
};

template <class Op, class T> void float_run(Context &c, const Inst &i, uint32_t mask) {
    const T *a = c.at<T>(i.s[0]), *b = Op::operands > 1 ? c.at<T>(i.s[1]) : a, *x = Op::operands > 2 ? c.at<T>(i.s[2]) : a;
    T out[Lanes];
    for (int l = 0; l < Lanes; l++)
        out[l] = Op::f(a[l], b[l], x[l]);
    store(c.at<T>(i.d[0]), out, mask);
}

template <class T> __attribute__((noinline)) T opaque(T v) {
    volatile T hidden = v; // keeps the operation between the changes of the rounding mode
    return hidden;
}

// With .ftz, .sat or a rounding of its own.
template <class Op, class T> void float_special(Context &c, const Inst &i, uint32_t mask) {
    auto flush = [&](T v) { return i.flush && std::fpclassify(v) == FP_SUBNORMAL ? std::copysign((T)0, v) : v; };
    int mode = i.rounding == Rounding::Zero ? FE_TOWARDZERO : i.rounding == Rounding::Down ? FE_DOWNWARD : i.rounding == Rounding::Up ? FE_UPWARD : FE_TONEAREST;
    fesetround(mode);
    each(mask, [&](int l) {
        T a = flush(c.at<T>(i.s[0])[l]), b = Op::operands > 1 ? flush(c.at<T>(i.s[1])[l]) : a, x = Op::operands > 2 ? flush(c.at<T>(i.s[2])[l]) : a;
        T r = flush(opaque(Op::f(opaque(a), opaque(b), opaque(x))));
        if (i.saturate)
            r = std::isnan(r) ? (T)0 : r < 0 ? (T)0 : r > 1 ? (T)1 : r;
        c.at<T>(i.d[0])[l] = r;
    });
    fesetround(FE_TONEAREST);
}

// Halves: computed wider, rounded once. Sums and products of two halves are exact in double, so is what an fma adds but for its rounding.
template <class Op> void half_run(Context &c, const Inst &i, uint32_t mask) {
    bool brain = i.type == Type::BF16 || i.type == Type::BF16x2, two = i.type == Type::F16x2 || i.type == Type::BF16x2;
    auto widen = [&](uint32_t bits) { return (double)(brain ? bf16_to_float((uint16_t)bits) : f16_to_float((uint16_t)bits)); };
    each(mask, [&](int l) {
        uint32_t a = c.at<uint32_t>(i.s[0])[l], b = Op::operands > 1 ? c.at<uint32_t>(i.s[1])[l] : 0, x = Op::operands > 2 ? c.at<uint32_t>(i.s[2])[l] : 0, r = 0;
        for (int h = 0; h <= (two ? 1 : 0); h++) {
            double v = Op::f(widen(a >> (16 * h)), widen(b >> (16 * h)), widen(x >> (16 * h)));
            if (i.saturate)
                v = std::isnan(v) || v < 0 ? 0 : v > 1 ? 1 : v;
            if (i.flag && v < 0)
                v = 0; // .relu
            uint16_t bits;
            if (brain) {
                float f = (float)v; // to odd, so that rounding twice rounds as once
                if ((double)f != v && !std::isnan(v) && !std::isinf(f)) {
                    uint32_t w;
                    if (std::fabs((double)f) > std::fabs(v))
                        f = std::nextafter(f, 0.0f);
                    memcpy(&w, &f, 4);
                    w |= 1;
                    memcpy(&f, &w, 4);
                }
                bits = float_to_bf16(f, Rounding::Nearest);
            } else
                bits = double_to_f16(v, Rounding::Nearest);
            r |= (uint32_t)bits << (16 * h);
        }
        c.at<uint32_t>(i.d[0])[l] = r;
    });
}

#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(__clang__)
__attribute__((target_clones("arch=haswell", "default")))
#endif
void fma_lanes(const float *a, const float *b, const float *x, float *out, float sign_product, float sign_sum) {
    for (int l = 0; l < Lanes; l++)
        out[l] = __builtin_fmaf(a[l] * sign_product, b[l], x[l] * sign_sum);
}

template <int Form> void fma_run(Context &c, const Inst &i, uint32_t mask) {
    float out[Lanes];
    fma_lanes(c.at<float>(i.s[0]), c.at<float>(i.s[1]), c.at<float>(i.s[2]), out, Form == 2 ? -1.0f : 1.0f, Form == 1 ? -1.0f : 1.0f);
    store(c.at<float>(i.d[0]), out, mask);
}

template <class Op> Handler floating(const Inst &i) {
    switch (i.type) {
    case Type::F32:
        if (i.flush || i.saturate || i.rounding == Rounding::Zero || i.rounding == Rounding::Down || i.rounding == Rounding::Up)
            return float_special<Op, float>;
        if constexpr (std::is_same_v<Op, FFma>)
            return fma_run<0>;
        return float_run<Op, float>;
    case Type::F64:
        if (i.rounding == Rounding::Zero || i.rounding == Rounding::Down || i.rounding == Rounding::Up)
            return float_special<Op, double>;
        return float_run<Op, double>;
    case Type::F16: case Type::F16x2: case Type::BF16: case Type::BF16x2:
        return half_run<Op>;
    default:
        return nullptr;
    }
}

template <class Op> Handler integers(Type type) {
    switch (type) {
    case Type::B16: case Type::U16: return Op::template run<uint16_t>;
    case Type::S16: return Op::template run<int16_t>;
    case Type::B32: case Type::U32: return Op::template run<uint32_t>;
    case Type::S32: return Op::template run<int32_t>;
    case Type::B64: case Type::U64: return Op::template run<uint64_t>;
    case Type::S64: return Op::template run<int64_t>;
    default: return nullptr;
    }
}

template <class Op> Handler either(const Inst &i) { return integers<Op>(i.type); }

template <class Op> void pred_run(Context &c, const Inst &i, uint32_t mask) {
    uint32_t a = c.predicates[i.ps[0].at] ^ (i.ps[0].negated ? Full : 0), b = i.pred_sources > 1 ? c.predicates[i.ps[1].at] ^ (i.ps[1].negated ? Full : 0) : 0;
    uint32_t &d = c.predicates[i.pd[0].at];
    d = (d & ~mask) | (Op::f(a, b) & mask);
}

struct PAnd { static uint32_t f(uint32_t a, uint32_t b) { return a & b; } };
struct POr { static uint32_t f(uint32_t a, uint32_t b) { return a | b; } };
struct PXor { static uint32_t f(uint32_t a, uint32_t b) { return a ^ b; } };
struct PNot { static uint32_t f(uint32_t a, uint32_t) { return ~a; } };
struct PMov { static uint32_t f(uint32_t a, uint32_t) { return a; } };

template <class T> void move(Context &c, const Inst &i, uint32_t mask) {
    store(c.at<T>(i.d[0]), c.at<T>(i.s[0]), mask);
}

template <class T> void select(Context &c, const Inst &i, uint32_t mask) {
    uint32_t p = c.predicates[i.ps[0].at] ^ (i.ps[0].negated ? Full : 0);
    const T *a = c.at<T>(i.s[0]), *b = c.at<T>(i.s[1]);
    T out[Lanes];
    for (int l = 0; l < Lanes; l++)
        out[l] = p >> l & 1 ? a[l] : b[l];
    store(c.at<T>(i.d[0]), out, mask);
}

void pack(Context &c, const Inst &i, uint32_t mask) { // a: bits of each part
    each(mask, [&](int l) {
        uint64_t v = 0, part = i.a == 64 ? ~0ull : (1ull << i.a) - 1;
        for (int k = 0; k < i.sources; k++)
            v |= (read_lane(c, i.s[k], l) & part) << (i.a * k);
        write_lane(c, i.d[0], l, v);
    });
}

void unpack(Context &c, const Inst &i, uint32_t mask) {
    each(mask, [&](int l) {
        uint64_t v = read_lane(c, i.s[0], l), part = (1ull << i.a) - 1;
        for (int k = 0; k < i.destinations; k++)
            write_lane(c, i.d[k], l, v >> (i.a * k) & part);
    });
}

void test_property(Context &c, const Inst &i, uint32_t mask) { // a: which
    uint32_t r = 0;
    each(mask, [&](int l) {
        double v = i.type == Type::F64 ? c.at<double>(i.s[0])[l] : c.at<float>(i.s[0])[l];
        int kind = i.type == Type::F64 ? std::fpclassify(v) : std::fpclassify(c.at<float>(i.s[0])[l]);
        bool yes = i.a == 0 ? std::isfinite(v) : i.a == 1 ? std::isinf(v) : i.a == 2 ? !std::isnan(v) : i.a == 3 ? std::isnan(v) : i.a == 4 ? kind == FP_NORMAL || kind == FP_ZERO : kind == FP_SUBNORMAL;
        r |= (uint32_t)yes << l;
    });
    uint32_t &d = c.predicates[i.pd[0].at];
    d = (d & ~mask) | (r & mask);
}

struct CEq { template <class T> static bool f(T a, T b) { return a == b; } };
struct CNe { template <class T> static bool f(T a, T b) { if constexpr (std::is_floating_point_v<T>) return a < b || a > b; else return a != b; } };
struct CLt { template <class T> static bool f(T a, T b) { return a < b; } };
struct CLe { template <class T> static bool f(T a, T b) { return a <= b; } };
struct CGt { template <class T> static bool f(T a, T b) { return a > b; } };
struct CGe { template <class T> static bool f(T a, T b) { return a >= b; } };
struct CNeu { template <class T> static bool f(T a, T b) { return a != b; } };
struct CEqu { template <class T> static bool f(T a, T b) { return !(a < b || a > b); } };
struct CLtu { template <class T> static bool f(T a, T b) { return !(a >= b); } };
struct CLeu { template <class T> static bool f(T a, T b) { return !(a > b); } };
struct CGtu { template <class T> static bool f(T a, T b) { return !(a <= b); } };
struct CGeu { template <class T> static bool f(T a, T b) { return !(a < b); } };
struct CNum { template <class T> static bool f(T a, T b) { return a == a && b == b; } };
struct CNan { template <class T> static bool f(T a, T b) { return a != a || b != b; } };

// a: 0 alone, 1 and, 2 or, 3 xor with a predicate. The second destination takes the opposite, combined likewise.
template <class Op, class T> void compare(Context &c, const Inst &i, uint32_t mask) {
    const Slot<T> *a = c.at<Slot<T>>(i.s[0]), *b = c.at<Slot<T>>(i.s[1]);
    uint32_t yes = 0;
    for (int l = 0; l < Lanes; l++)
        yes |= (uint32_t)Op::f(value<T>(a[l]), value<T>(b[l])) << l;
    uint32_t no = ~yes;
    if (i.a) {
        uint32_t p = c.predicates[i.ps[0].at] ^ (i.ps[0].negated ? Full : 0);
        yes = i.a == 1 ? yes & p : i.a == 2 ? yes | p : yes ^ p;
        no = i.a == 1 ? no & p : i.a == 2 ? no | p : no ^ p;
    }
    if (i.pred_destinations > 0) {
        uint32_t &d = c.predicates[i.pd[0].at];
        d = (d & ~mask) | (yes & mask);
    }
    if (i.pred_destinations > 1) {
        uint32_t &d = c.predicates[i.pd[1].at];
        d = (d & ~mask) | (no & mask);
    }
}

template <class Op> Handler compare_of(Type type) {
    switch (type) {
    case Type::B16: case Type::U16: return compare<Op, uint16_t>;
    case Type::S16: return compare<Op, int16_t>;
    case Type::B32: case Type::U32: return compare<Op, uint32_t>;
    case Type::S32: return compare<Op, int32_t>;
    case Type::B64: case Type::U64: return compare<Op, uint64_t>;
    case Type::S64: return compare<Op, int64_t>;
    case Type::F32: return compare<Op, float>;
    case Type::F64: return compare<Op, double>;
    default: return nullptr;
    }
}

template <class Op> Handler compare_floats(Type type) { return type == Type::F32 ? compare<Op, float> : type == Type::F64 ? compare<Op, double> : nullptr; }

Type unsigned_of(Type t) { return t == Type::S16 ? Type::U16 : t == Type::S32 ? Type::U32 : t == Type::S64 ? Type::U64 : t; }

// ---- conversions ----

long double rounded_int(long double v, Rounding rounding) {
    switch (rounding) {
    case Rounding::ZeroInt: case Rounding::Zero: return std::trunc(v);
    case Rounding::DownInt: case Rounding::Down: return std::floor(v);
    case Rounding::UpInt: case Rounding::Up: return std::ceil(v);
    default: return std::nearbyint(v);
    }
}

// Any value of the source types is exact in long double's 64 bits of significand.
uint32_t float_bits(long double v, Rounding rounding) {
    fesetround(rounding == Rounding::Zero ? FE_TOWARDZERO : rounding == Rounding::Down ? FE_DOWNWARD : rounding == Rounding::Up ? FE_UPWARD : FE_TONEAREST);
    volatile long double in = v;
    volatile float f = (float)in;
    fesetround(FE_TONEAREST);
    float g = f;
    uint32_t bits;
    memcpy(&bits, &g, 4);
    return bits;
}

uint64_t double_bits(long double v, Rounding rounding) {
    fesetround(rounding == Rounding::Zero ? FE_TOWARDZERO : rounding == Rounding::Down ? FE_DOWNWARD : rounding == Rounding::Up ? FE_UPWARD : FE_TONEAREST);
    volatile long double in = v;
    volatile double f = (double)in;
    fesetround(FE_TONEAREST);
    double g = f;
    uint64_t bits;
    memcpy(&bits, &g, 8);
    return bits;
}

void convert(Context &c, const Inst &i, uint32_t mask) {
    Type to = i.type, from = i.from;
    bool whole = i.rounding == Rounding::NearestInt || i.rounding == Rounding::ZeroInt || i.rounding == Rounding::DownInt || i.rounding == Rounding::UpInt;
    each(mask, [&](int l) {
        uint64_t bits = read_lane(c, i.s[0], l), result = 0;
        if (!is_float(from) && !is_float(to)) {
            int width = 8 * size_of(from);
            if (width < 64) {
                bits &= (1ull << width) - 1;
                if (is_signed(from) && bits >> (width - 1) & 1)
                    bits |= ~0ull << width;
            }
            int out = 8 * size_of(to);
            if (i.saturate) {
                bool below = is_signed(from) && (int64_t)bits < 0;
                if (is_signed(to)) {
                    int64_t most = (int64_t)((1ull << (out - 1)) - 1), least = -most - 1;
                    bits = below ? (uint64_t)std::max((int64_t)bits, least) : std::min<uint64_t>(bits, (uint64_t)most);
                } else
                    bits = below ? 0 : out < 64 ? std::min<uint64_t>(bits, (1ull << out) - 1) : bits;
            }
            if (out < 64) {
                bits &= (1ull << out) - 1;
                if (is_signed(to) && bits >> (out - 1) & 1)
                    bits |= ~0ull << out; // a wider register takes the sign
            }
            result = out == 16 && !i.d[0].wide && size_of(to) == 2 && !i.flag ? bits & 0xffff : bits;
            write_lane(c, i.d[0], l, result);
            return;
        }

        long double v;
        if (is_float(from)) {
            float f;
            double d;
            switch (from) {
            case Type::F64: memcpy(&d, &bits, 8); v = d; break;
            case Type::F16: v = f16_to_float((uint16_t)bits); break;
            case Type::BF16: v = bf16_to_float((uint16_t)bits); break;
            default:
                memcpy(&f, &bits, 4);
                if (i.flush && std::fpclassify(f) == FP_SUBNORMAL)
                    f = std::copysign(0.0f, f);
                v = f;
                break;
            }
        } else {
            int width = 8 * size_of(from);
            if (width < 64) {
                bits &= (1ull << width) - 1;
                if (is_signed(from) && bits >> (width - 1) & 1)
                    bits |= ~0ull << width;
            }
            v = is_signed(from) ? (long double)(int64_t)bits : (long double)bits;
        }

        if (!is_float(to)) {
            int out = 8 * size_of(to);
            if (std::isnan(v))
                result = 0;
            else {
                v = rounded_int(v, i.rounding);
                if (is_signed(to)) {
                    long double most = std::ldexp(1.0L, out - 1);
                    result = (uint64_t)(v >= most ? (int64_t)((1ull << (out - 1)) - 1) : v < -most ? (int64_t)(~0ull << (out - 1)) : (int64_t)v);
                } else
                    result = v <= 0 ? 0 : v >= std::ldexp(1.0L, out) ? (out == 64 ? ~0ull : (1ull << out) - 1) : (uint64_t)v;
            }
            write_lane(c, i.d[0], l, result);
            return;
        }

        if (whole)
            v = rounded_int(v, i.rounding);
        if (i.saturate)
            v = std::isnan(v) || v < 0 ? 0 : v > 1 ? 1 : v;
        if (i.flag && v < 0)
            v = 0;
        Rounding rounding = whole || i.rounding == Rounding::None ? Rounding::Nearest : i.rounding;
        switch (to) {
        case Type::F64: result = double_bits(v, rounding); break;
        case Type::F16: result = double_to_f16((double)v, rounding); break;
        case Type::BF16: result = float_to_bf16((float)v, rounding); break;
        case Type::TF32: result = float_to_tf32((float)v); break;
        default: {
            uint32_t b = float_bits(v, rounding);
            float f;
            memcpy(&f, &b, 4);
            if (i.flush && std::fpclassify(f) == FP_SUBNORMAL)
                b &= 0x80000000u;
            result = b;
            break;
        }
        }
        write_lane(c, i.d[0], l, result);
    });
}

void convert_two(Context &c, const Inst &i, uint32_t mask) { // cvt.rn.bf16x2.f32 d, a, b: a above b
    each(mask, [&](int l) {
        uint32_t r = 0;
        for (int h = 0; h < 2; h++) {
            float v = c.at<float>(i.s[1 - h])[l];
            if (i.flag && v < 0)
                v = 0;
            r |= (uint32_t)(i.type == Type::BF16x2 ? float_to_bf16(v, i.rounding) : double_to_f16(v, i.rounding)) << (16 * h);
        }
        c.at<uint32_t>(i.d[0])[l] = r;
    });
}

int32_t truncated(float v) { return v >= 2147483648.0f ? INT32_MAX : v < -2147483648.0f ? INT32_MIN : v != v ? 0 : (int32_t)v; }

void float_of_int(Context &c, const Inst &i, uint32_t mask) { map1<float, int32_t>(c, i, mask, [](int32_t a) { return (float)a; }); }
void float_of_unsigned(Context &c, const Inst &i, uint32_t mask) { map1<float, uint32_t>(c, i, mask, [](uint32_t a) { return (float)a; }); }
void int_of_float(Context &c, const Inst &i, uint32_t mask) { map1<int32_t, float>(c, i, mask, truncated); }
void low_half(Context &c, const Inst &i, uint32_t mask) { map1<uint32_t, uint64_t>(c, i, mask, [](uint64_t a) { return (uint32_t)a; }); }
void zero_extended(Context &c, const Inst &i, uint32_t mask) { map1<uint64_t, uint32_t>(c, i, mask, [](uint32_t a) { return (uint64_t)a; }); }
void sign_extended(Context &c, const Inst &i, uint32_t mask) { map1<uint64_t, int32_t>(c, i, mask, [](int32_t a) { return (uint64_t)(int64_t)a; }); }

} // namespace

float bf16_to_float(uint16_t bits) {
    uint32_t wide = (uint32_t)bits << 16;
    float f;
    memcpy(&f, &wide, 4);
    return f;
}

uint16_t float_to_bf16(float value, Rounding rounding) {
    uint32_t bits;
    memcpy(&bits, &value, 4);
    if (std::isnan(value))
        return 0x7fff;
    if (rounding == Rounding::Zero || std::isinf(value))
        return (uint16_t)(bits >> 16);
    return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

float f16_to_float(uint16_t bits) {
    int exponent = bits >> 10 & 31, fraction = bits & 1023;
    float v = exponent == 31 ? (fraction ? NAN : INFINITY) : exponent == 0 ? std::ldexp((float)fraction, -24) : std::ldexp((float)(fraction | 1024), exponent - 25);
    return bits & 0x8000 ? -v : v;
}

uint16_t double_to_f16(double value, Rounding rounding) {
    if (std::isnan(value))
        return 0x7fff;
    uint16_t sign = std::signbit(value) ? 0x8000 : 0;
    double v = std::fabs(value);
    if (std::isinf(v))
        return sign | 0x7c00;
    int exponent;
    std::frexp(v, &exponent);
    int unit = std::max(exponent - 11, -24);
    double scaled = std::ldexp(v, -unit), whole = rounding == Rounding::Zero ? std::trunc(scaled) : std::nearbyint(scaled);
    double back = std::ldexp(whole, unit);
    if (back >= 65536)
        return sign | (rounding == Rounding::Zero ? 0x7bff : 0x7c00);
    if (back == 0)
        return sign;
    std::frexp(back, &exponent);
    if (exponent - 1 < -14)
        return sign | (uint16_t)std::ldexp(back, 24);
    return sign | (uint16_t)((exponent - 1 + 15) << 10 | ((int)std::ldexp(back, 11 - exponent) & 1023));
}

// To nearest, ties away from zero: 10 bits of fraction.
uint32_t float_to_tf32(float value) {
    uint32_t bits;
    memcpy(&bits, &value, 4);
    if (std::isnan(value))
        return 0x7fffffff;
    return std::isinf(value) ? bits : (bits + 0x1000) & 0xffffe000u;
}

Handler fused(int form) { return form == 0 ? fma_run<0> : form == 1 ? fma_run<1> : fma_run<2>; }

Handler comparison(const std::string &name, Type type) {
    if (name == "lo" || name == "ls" || name == "hi" || name == "hs") {
        if (is_float(type))
            return nullptr;
        type = unsigned_of(type);
    }
    if (name == "eq") return compare_of<CEq>(type);
    if (name == "ne") return compare_of<CNe>(type);
    if (name == "lt" || name == "lo") return compare_of<CLt>(type);
    if (name == "le" || name == "ls") return compare_of<CLe>(type);
    if (name == "gt" || name == "hi") return compare_of<CGt>(type);
    if (name == "ge" || name == "hs") return compare_of<CGe>(type);
    if (name == "equ") return compare_floats<CEqu>(type);
    if (name == "neu") return compare_floats<CNeu>(type);
    if (name == "ltu") return compare_floats<CLtu>(type);
    if (name == "leu") return compare_floats<CLeu>(type);
    if (name == "gtu") return compare_floats<CGtu>(type);
    if (name == "geu") return compare_floats<CGeu>(type);
    if (name == "num") return compare_floats<CNum>(type);
    if (name == "nan") return compare_floats<CNan>(type);
    return nullptr;
}

Handler conversion(const Inst &i) {
    if (i.type == Type::BF16x2 || i.type == Type::F16x2)
        return i.sources == 2 && i.from == Type::F32 ? convert_two : nullptr;
    bool plain = !i.saturate && !i.flush && !i.flag;
    if (plain && i.type == Type::F32 && i.rounding == Rounding::Nearest && !i.s[0].wide) {
        if (i.from == Type::S32) return float_of_int;
        if (i.from == Type::U32) return float_of_unsigned;
    }
    if (plain && i.type == Type::S32 && i.from == Type::F32 && i.rounding == Rounding::ZeroInt && !i.d[0].wide) return int_of_float;
    if (plain && (i.type == Type::U32 || i.type == Type::S32) && (i.from == Type::U64 || i.from == Type::S64) && i.s[0].wide && !i.d[0].wide) return low_half;
    if (plain && (i.type == Type::U64 || i.type == Type::S64) && i.from == Type::U32 && !i.s[0].wide) return zero_extended;
    if (plain && (i.type == Type::U64 || i.type == Type::S64) && i.from == Type::S32 && !i.s[0].wide) return sign_extended;
    return convert;
}

Handler arithmetic(Inst &i, const std::vector<std::string> &parts, std::string &why) {
    const std::string &op = parts[0];
    auto has = [&](const char *name) {
        for (size_t k = 1; k < parts.size(); k++)
            if (parts[k] == name)
                return true;
        return false;
    };
    bool real = is_float(i.type), half = size_of(i.type) == 2 || i.type == Type::F16x2 || i.type == Type::BF16x2;
    why = "not for this type";
    if (i.type == Type::Pred) {
        if (op == "and") return pred_run<PAnd>;
        if (op == "or") return pred_run<POr>;
        if (op == "xor") return pred_run<PXor>;
        if (op == "not") return pred_run<PNot>;
        if (op == "mov") return pred_run<PMov>;
        return nullptr;
    }
    if (i.saturate && !real) {
        why = "integer saturation is not supported";
        return nullptr;
    }
    if (op == "mov") {
        if (i.sources > 1) {
            i.a = (uint8_t)(8 * size_of(i.type) / i.sources);
            return pack;
        }
        if (i.destinations > 1) {
            i.a = (uint8_t)(8 * size_of(i.type) / i.destinations);
            return unpack;
        }
        return i.d[0].wide ? move<uint64_t> : move<uint32_t>;
    }
    if (op == "selp") return i.d[0].wide ? select<uint64_t> : select<uint32_t>;
    if (real) {
        i.flag = has("relu");
        if (op == "add") return floating<FAdd>(i);
        if (op == "sub") return floating<FSub>(i);
        if (op == "mul") return floating<FMul>(i);
        if (op == "fma" || op == "mad") return floating<FFma>(i);
        if (op == "min") return has("NaN") ? floating<FMinNan>(i) : floating<FMin>(i);
        if (op == "max") return has("NaN") ? floating<FMaxNan>(i) : floating<FMax>(i);
        if (op == "neg") return floating<FNeg>(i);
        if (op == "abs") return floating<FAbs>(i);
        if (op == "ex2") return floating<FEx2>(i);
        if (op == "tanh") return floating<FTanh>(i);
        if (half) return nullptr;
        if (op == "div") return floating<FDiv>(i);
        if (op == "rcp") return floating<FRcp>(i);
        if (op == "sqrt") return floating<FSqrt>(i);
        if (op == "rsqrt") return floating<FRsqrt>(i);
        if (op == "sin") return floating<FSin>(i);
        if (op == "cos") return floating<FCos>(i);
        if (op == "lg2") return floating<FLg2>(i);
        if (op == "copysign") return floating<FCopySign>(i);
        if (op == "testp") {
            const char *names[] = {"finite", "infinite", "number", "notanumber", "normal", "subnormal"};
            for (uint8_t k = 0; k < 6; k++)
                if (has(names[k])) {
                    i.a = k;
                    return test_property;
                }
        }
        why = "unknown";
        return nullptr;
    }
    if (op == "add") return either<Add>(i);
    if (op == "sub") return either<Sub>(i);
    if (op == "mul" || op == "mad") {
        bool mad = op == "mad";
        if (has("wide")) {
            switch (i.type) {
            case Type::U16: return mad ? mad_wide<uint32_t, uint16_t> : mul_wide<uint32_t, uint16_t>;
            case Type::S16: return mad ? mad_wide<int32_t, int16_t> : mul_wide<int32_t, int16_t>;
            case Type::U32: return mad ? mad_wide<uint64_t, uint32_t> : mul_wide<uint64_t, uint32_t>;
            case Type::S32: return mad ? mad_wide<int64_t, int32_t> : mul_wide<int64_t, int32_t>;
            default: return nullptr;
            }
        }
        if (has("hi")) return mad ? either<MadHigh>(i) : either<MulHigh>(i);
        if (has("lo")) return mad ? either<Mad>(i) : either<Mul>(i);
        why = "says neither .lo, .hi nor .wide";
        return nullptr;
    }
    if (op == "div") return either<Div>(i);
    if (op == "rem") return either<Rem>(i);
    if (op == "min") return either<Min>(i);
    if (op == "max") return either<Max>(i);
    if (op == "and") return either<And>(i);
    if (op == "or") return either<Or>(i);
    if (op == "xor") return either<Xor>(i);
    if (op == "not") return either<Not>(i);
    if (op == "cnot") return either<LogicalNot>(i);
    if (op == "neg") return either<Neg>(i);
    if (op == "abs") return either<Abs>(i);
    if (op == "shl") return either<Shl>(i);
    if (op == "shr") return either<Shr>(i);
    if (op == "sad") return either<Sad>(i);
    if (op == "popc") return either<Popc>(i);
    if (op == "clz") return either<Clz>(i);
    if (op == "bfind") return either<FindHighest>(i);
    if (op == "brev") return either<Reverse>(i);
    if (op == "bfe") return i.type == Type::U32 ? extract_field<uint32_t> : i.type == Type::S32 ? extract_field<int32_t> : i.type == Type::U64 ? extract_field<uint64_t> : i.type == Type::S64 ? extract_field<int64_t> : nullptr;
    if (op == "bfi") return i.type == Type::B32 ? insert_field<uint32_t> : i.type == Type::B64 ? insert_field<uint64_t> : nullptr;
    if (op == "shf") {
        i.a = has("l");
        i.b = has("clamp");
        return funnel_shift;
    }
    if (op == "prmt") return permute;
    if (op == "lop3") return lookup3;
    why = "unknown";
    return nullptr;
}

} // namespace ptx
