// Instructions in which the threads of a warp work together: shuffles, votes, and the matrix units.
#include "ptx_internal.h"

#include <algorithm>

namespace ptx {

namespace {

// Every thread that the mask names must be here; threads that the block does not have are no matter.
uint32_t members(Context &c, const Inst &i, uint32_t mask, const Operand &o) {
    uint32_t named = c.at<uint32_t>(o)[first_lane(mask)];
    each(mask, [&](int l) {
        if (c.at<uint32_t>(o)[l] != named)
            c.fault(i, l, "threads of the warp name different members");
        if (!(named >> l & 1))
            c.fault(i, l, format("the thread is not among the members 0x%08x", named));
    });
    uint32_t missing = named & c.live & ~mask;
    if (missing)
        c.fault(i, first_lane(missing), format("the thread is among the members 0x%08x and does not come here with the others", named));
    return named;
}

void shuffle(Context &c, const Inst &i, uint32_t mask) { // a: 0 up, 1 down, 2 bfly, 3 idx; s: value, b, c, members
    members(c, i, mask, i.s[3]);
    const uint32_t *value = c.at<uint32_t>(i.s[0]);
    uint32_t out[Lanes] = {}, inside = 0;
    each(mask, [&](int l) {
        int b = c.at<uint32_t>(i.s[1])[l] & 31, limits = c.at<uint32_t>(i.s[2])[l], clamp = limits & 31, segment = limits >> 8 & 31;
        int most = (l & segment) | (clamp & ~segment), least = l & segment, from;
        bool in;
        switch (i.a) {
        case 0: from = l - b, in = from >= most; break;
        case 1: from = l + b, in = from <= most; break;
        case 2: from = l ^ b, in = from <= most; break;
        default: from = least | (b & ~segment), in = from <= most; break;
        }
        if (!in)
            from = l;
        if (!(mask >> from & 1))
            c.fault(i, l, format("reads lane %d, which takes no part", from));
        out[l] = value[from];
        inside |= (uint32_t)in << l;
    });
    store(c.at<uint32_t>(i.d[0]), out, mask);
    if (i.pred_destinations) {
        uint32_t &p = c.predicates[i.pd[0].at];
        p = (p & ~mask) | inside;
    }
}

void vote(Context &c, const Inst &i, uint32_t mask) { // a: 0 all, 1 any, 2 uni
    members(c, i, mask, i.s[0]);
    uint32_t p = (c.predicates[i.ps[0].at] ^ (i.ps[0].negated ? Full : 0)) & mask;
    bool yes = i.a == 0 ? p == mask : i.a == 1 ? p != 0 : p == 0 || p == mask;
    uint32_t &d = c.predicates[i.pd[0].at];
    d = (d & ~mask) | (yes ? mask : 0);
}

void ballot(Context &c, const Inst &i, uint32_t mask) {
    members(c, i, mask, i.s[0]);
    uint32_t p = (c.predicates[i.ps[0].at] ^ (i.ps[0].negated ? Full : 0)) & mask;
    each(mask, [&](int l) { c.at<uint32_t>(i.d[0])[l] = p; });
}

void active_mask(Context &c, const Inst &i, uint32_t mask) {
    each(mask, [&](int l) { c.at<uint32_t>(i.d[0])[l] = mask; });
}

void reduce(Context &c, const Inst &i, uint32_t mask) { // a: 0 add, 1 min, 2 max, 3 and, 4 or, 5 xor
    members(c, i, mask, i.s[1]);
    const uint32_t *v = c.at<uint32_t>(i.s[0]);
    uint32_t r = v[first_lane(mask)];
    bool sign = is_signed(i.type);
    each(mask & (mask - 1), [&](int l) {
        uint32_t x = v[l];
        bool less = sign ? (int32_t)x < (int32_t)r : x < r;
        switch (i.a) {
        case 0: r += x; break;
        case 1: r = less ? x : r; break;
        case 2: r = less ? r : x; break;
        case 3: r &= x; break;
        case 4: r |= x; break;
        default: r ^= x; break;
        }
    });
    each(mask, [&](int l) { c.at<uint32_t>(i.d[0])[l] = r; });
}

void whole_warp(Context &c, const Inst &i, uint32_t mask) {
    if (mask != Full)
        c.fault(i, first_lane(~mask), "the thread does not take part, and all 32 threads of the warp must");
}

// Matrices of 8 x 8 halves; lane 8j + r holds the address of row r of matrix j. vector: how many; flag: transposed.
void load_matrix(Context &c, const Inst &i, uint32_t mask) {
    whole_warp(c, i, mask);
    for (int j = 0; j < i.vector; j++) {
        uint16_t matrix[8][8];
        for (int r = 0; r < 8; r++) {
            int l = 8 * j + r;
            uint64_t address = c.address(i.s[0], l) + i.offset;
            if ((address & WindowMask) == SharedWindow)
                address &= ~WindowMask;
            memcpy(matrix[r], touch(c, i, l, Space::Shared, address, 16, 16, false), 16);
        }
        for (int l = 0; l < Lanes; l++) {
            int row = l / 4, column = l % 4 * 2;
            uint32_t low = i.flag ? matrix[column][row] : matrix[row][column], high = i.flag ? matrix[column + 1][row] : matrix[row][column + 1];
            c.at<uint32_t>(i.d[j])[l] = high << 16 | low;
        }
    }
}

// D[16,8] = A[16,k] · B[k,8] + C[16,8]; a: k, from: the type of A and B. Fragments as in the PTX manual, "Matrix fragments for mma".
void mma(Context &c, const Inst &i, uint32_t mask) {
    whole_warp(c, i, mask);
    int depth = i.a;
    double a[16][16], b[16][8];
    bool tf32 = i.from == Type::TF32;
    int registers_a = tf32 ? depth / 2 : depth / 4, registers_b = registers_a / 2;
    auto half = [&](uint32_t bits) { return (double)(i.from == Type::BF16 ? bf16_to_float((uint16_t)bits) : f16_to_float((uint16_t)bits)); };
    auto single = [](uint32_t bits) { // the low 13 bits of a register are not looked at
        bits &= 0xffffe000u;
        float f;
        memcpy(&f, &bits, 4);
        return (double)f;
    };
    for (int l = 0; l < Lanes; l++) {
        int group = l / 4, in_group = l % 4;
        for (int r = 0; r < registers_a; r++) {
            uint32_t bits = c.at<uint32_t>(i.s[r])[l];
            int row = group + (r & 1 ? 8 : 0);
            if (tf32)
                a[row][in_group + (r & 2 ? 4 : 0)] = single(bits);
            else {
                int column = 2 * in_group + (r & 2 ? 8 : 0);
                a[row][column] = half(bits & 0xffff);
                a[row][column + 1] = half(bits >> 16);
            }
        }
        for (int r = 0; r < registers_b; r++) {
            uint32_t bits = c.at<uint32_t>(i.s[registers_a + r])[l];
            if (tf32)
                b[in_group + 4 * r][group] = single(bits);
            else {
                int row = 2 * in_group + 8 * r;
                b[row][group] = half(bits & 0xffff);
                b[row + 1][group] = half(bits >> 16);
            }
        }
    }
    for (int l = 0; l < Lanes; l++) {
        float result[4];
        for (int r = 0; r < 4; r++) {
            int row = l / 4 + (r & 2 ? 8 : 0), column = l % 4 * 2 + (r & 1);
            double sum = c.at<float>(i.s[registers_a + registers_b + r])[l];
            for (int k = 0; k < depth; k++)
                sum += a[row][k] * b[k][column];
            result[r] = (float)sum;
        }
        for (int r = 0; r < 4; r++)
            c.at<float>(i.d[r])[l] = result[r]; // A and B have been read: D may be any of the registers of this lane
    }
}

} // namespace

Handler shuffle_handler() { return shuffle; }
Handler vote_handler() { return vote; }
Handler ballot_handler() { return ballot; }
Handler active_mask_handler() { return active_mask; }
Handler reduce_handler() { return reduce; }
Handler load_matrix_handler() { return load_matrix; }
Handler mma_handler() { return mma; }

} // namespace ptx
