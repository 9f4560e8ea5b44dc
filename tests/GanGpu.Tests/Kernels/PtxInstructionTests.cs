using System.Numerics;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

/// <summary>The PTX interpreter's instructions against plain loops and numbers from the manual.</summary>
[Collection("ptx")]
public sealed class PtxInstructionTests
{
    private const string Declarations = """
        .reg .pred %p<8>; .reg .b16 %h<8>; .reg .b32 %r<64>; .reg .b64 %rd<16>; .reg .f32 %f<32>; .reg .f64 %d<8>;
        .shared .align 16 .b8 tile[2048];
        ld.param.u64 %rd1, [input]; ld.param.u64 %rd2, [output];
        mov.u32 %r1, %tid.x;
        """;

    /// <summary>One instruction from %r2, %r3, %r4 (64 bits: %rd3, %rd4) to %r5 (%rd5).</summary>
    public static TheoryData<string, ulong, ulong, ulong, ulong> Integers => new()
    {
        { "add.s32 %r5, %r2, %r3;", 0xffffffff, 2, 0, 1 },
        { "sub.u32 %r5, %r2, %r3;", 1, 2, 0, 0xffffffff },
        { "mul.lo.s32 %r5, %r2, %r3;", 0xfffffffe, 3, 0, 0xfffffffa },
        { "mul.hi.s32 %r5, %r2, %r3;", 0xfffffffe, 3, 0, 0xffffffff },
        { "mul.hi.u32 %r5, %r2, %r3;", 0xfffffffe, 3, 0, 2 },
        { "mul.wide.s32 %rd5, %r2, %r3;", 0xfffffffe, 3, 0, 0xfffffffffffffffa },
        { "mul.wide.u32 %rd5, %r2, %r3;", 0xfffffffe, 3, 0, 0x2fffffffa },
        { "mul.hi.u64 %rd5, %rd3, %rd4;", 0xffffffffffffffff, 0x10, 0, 0xf },
        { "mul.hi.s64 %rd5, %rd3, %rd4;", 0xffffffffffffffff, 0x10, 0, 0xffffffffffffffff },
        { "mad.lo.s32 %r5, %r2, %r3, %r4;", 3, 4, 0xffffffff, 11 },
        { "mad.hi.u32 %r5, %r2, %r3, %r4;", 0x80000000, 4, 5, 7 },
        { "mad.wide.s32 %rd5, %r2, %r3, %rd3;", 0xffffffff, 4, 0, 0xfffffffb },
        { "div.s32 %r5, %r2, %r3;", 0xfffffff9, 2, 0, 0xfffffffd },
        { "rem.s32 %r5, %r2, %r3;", 0xfffffff9, 2, 0, 0xffffffff },
        { "div.s32 %r5, %r2, %r3;", 0x80000000, 0xffffffff, 0, 0x80000000 },
        { "div.u32 %r5, %r2, %r3;", 7, 0, 0, 0xffffffff },
        { "min.s32 %r5, %r2, %r3;", 0xffffffff, 1, 0, 0xffffffff },
        { "max.u32 %r5, %r2, %r3;", 0xffffffff, 1, 0, 0xffffffff },
        { "abs.s32 %r5, %r2;", 0xfffffff0, 0, 0, 16 },
        { "neg.s64 %rd5, %rd3;", 1, 0, 0, 0xffffffffffffffff },
        { "shl.b32 %r5, %r2, %r3;", 1, 32, 0, 0 },
        { "shr.s32 %r5, %r2, %r3;", 0x80000000, 40, 0, 0xffffffff },
        { "shr.u64 %rd5, %rd3, %r3;", 0x8000000000000000, 63, 0, 1 },
        { "not.b32 %r5, %r2;", 0xf0f0f0f0, 0, 0, 0x0f0f0f0f },
        { "cnot.b32 %r5, %r2;", 0, 0, 0, 1 },
        { "popc.b32 %r5, %r2;", 0xf00f, 0, 0, 8 },
        { "popc.b64 %r5, %rd3;", 0xf00000000000000f, 0, 0, 8 },
        { "clz.b32 %r5, %r2;", 0x00800000, 0, 0, 8 },
        { "clz.b64 %r5, %rd3;", 0, 0, 0, 64 },
        { "brev.b32 %r5, %r2;", 0x1, 0, 0, 0x80000000 },
        { "bfind.u32 %r5, %r2;", 0x00800000, 0, 0, 23 },
        { "bfe.u32 %r5, %r2, %r3, %r4;", 0x12345678, 8, 12, 0x456 },
        { "bfe.s32 %r5, %r2, %r3, %r4;", 0x00000f00, 8, 4, 0xffffffff },
        { "bfi.b32 %r5, %r2, %r3, 8, 4;", 0xa, 0xffffffff, 0, 0xfffffaff },
        { "shf.l.wrap.b32 %r5, %r2, %r3, %r4;", 0x80000000, 0x1, 4, 0x18 },
        { "shf.r.clamp.b32 %r5, %r2, %r3, %r4;", 0x80000000, 0x1, 40, 0x1 },
        { "prmt.b32 %r5, %r2, %r3, %r4;", 0x33221100, 0x77665544, 0x7531, 0x77553311 },
        { "prmt.b32 %r5, %r2, %r3, %r4;", 0x80, 0, 0x0008, 0x808080ff },
        { "lop3.b32 %r5, %r2, %r3, %r4, 0x96;", 0xf0f0f0f0, 0xcccccccc, 0xaaaaaaaa, 0x96969696 },
        { "lop3.b32 %r5, %r2, %r3, %r4, 0x80;", 0xf0f0f0f0, 0xcccccccc, 0xaaaaaaaa, 0x80808080 },
        { "cvt.s64.s32 %rd5, %r2;", 0xfffffff0, 0, 0, 0xfffffffffffffff0 },
        { "cvt.u64.u32 %rd5, %r2;", 0xfffffff0, 0, 0, 0xfffffff0 },
        { "cvt.u32.u8 %r5, %r2;", 0xabcd, 0, 0, 0xcd },
        { "cvt.s32.s8 %r5, %r2;", 0xabcd, 0, 0, 0xffffffcd },
        { "cvt.sat.u8.s32 %r5, %r2;", 0xfffffff0, 0, 0, 0 },
        { "cvt.sat.s8.s32 %r5, %r2;", 0x1000, 0, 0, 127 },
        { "{ .reg .b32 t; mov.b64 {t, %r5}, %rd3; }", 0x0123456789abcdef, 0, 0, 0x01234567 },
        { "mov.b64 %rd5, {%r2, %r3};", 0x11111111, 0x22222222, 0, 0x2222222211111111 },
        { "{ .reg .b16 a, b; mov.b32 {a, b}, %r2; mov.b32 %r5, {b, a}; }", 0x12345678, 0, 0, 0x56781234 },
        { "{ .reg .b16 a; cvt.u16.u32 a, %r2; mul.wide.u16 %r5, a, a; }", 0xffff, 0, 0, 0xfffe0001 },
        { "setp.lt.and.u32 %p1|%p2, %r2, %r3, !%p7; selp.b32 %r5, 5, 6, %p1;", 1, 2, 0, 5 },
        { "setp.hi.s32 %p1, %r2, %r3; selp.b32 %r5, 5, 6, %p1;", 0xffffffff, 2, 0, 5 },
        { "setp.gt.xor.s32 %p1|%p2, %r2, %r3, %p7; @%p2 mov.u32 %r5, 9; @!%p2 mov.u32 %r5, 8;", 0xffffffff, 2, 0, 9 },
        { "mov.u32 %r5, 1; { .reg .u32 i; mov.u32 i, 2; TABLE: .branchtargets A, B, C; brx.idx i, TABLE; A: mov.u32 " +
            "%r5, 10; B: mov.u32 %r5, 11; C: add.u32 %r5, %r5, 5; }", 0, 0, 0, 6 },
        { "mov.u32 %r5, WARP_SZ;", 0, 0, 0, 32 },
        { "cvta.shared.u64 %rd6, %rd7; st.u32 [%rd6+16], %r2; cvta.to.shared.u64 %rd6, %rd6; ld.shared.u32 %r5, " +
            "[%rd6+16];", 77, 0, 0, 77 },
        { ".local .align 8 .b8 depot[16]; .reg .b64 q; mov.u64 q, depot; cvta.local.u64 q, q; st.v2.u32 [q+8], {%r2, " +
            "%r3}; ld.local.u32 %r5, [depot+12];", 7, 8, 0, 8 },
    };

    /// <summary>One instruction from %f1, %f2, %f3 to %f4.</summary>
    public static TheoryData<string, float, float, float, float> Floats => new()
    {
        { "add.f32 %f4, %f1, %f2;", 1, 2, 0, 3 },
        { "add.rz.f32 %f4, %f1, %f2;", 1, 0.9f / (1 << 23), 0, 1 },
        { "add.rp.f32 %f4, %f1, %f2;", 1, 1e-20f, 0, 1.0000001f },
        { "add.sat.f32 %f4, %f1, %f2;", 1, 2, 0, 1 },
        { "add.ftz.f32 %f4, %f1, %f2;", 1e-40f, 0, 0, 0 },
        { "fma.rn.f32 %f4, %f1, %f2, %f3;", 1.0000001f, 1.0000001f, -1.0000002f, 1.4210855e-14f },
        { "div.rn.f32 %f4, %f1, %f2;", 1, 3, 0, 1f / 3 },
        { "div.full.f32 %f4, %f1, %f2;", 1, 3, 0, 1f / 3 },
        { "rcp.approx.f32 %f4, %f1;", 4, 0, 0, 0.25f },
        { "sqrt.approx.f32 %f4, %f1;", 2, 0, 0, 1.41421356f },
        { "rsqrt.approx.f32 %f4, %f1;", 4, 0, 0, 0.5f },
        { "ex2.approx.f32 %f4, %f1;", 3, 0, 0, 8 },
        { "lg2.approx.f32 %f4, %f1;", 8, 0, 0, 3 },
        { "sin.approx.f32 %f4, %f1;", 0, 0, 0, 0 },
        { "cos.approx.f32 %f4, %f1;", 0, 0, 0, 1 },
        { "tanh.approx.f32 %f4, %f1;", 0.5f, 0, 0, 0.46211717f },
        { "min.f32 %f4, %f1, %f2;", float.NaN, 2, 0, 2 },
        { "max.NaN.f32 %f4, %f1, %f2;", float.NaN, 2, 0, float.NaN },
        { "abs.f32 %f4, %f1;", -2, 0, 0, 2 },
        { "copysign.f32 %f4, %f1, %f2;", -2, 3, 0, -3 },
        { "cvt.rzi.s32.f32 %r5, %f1; cvt.rn.f32.s32 %f4, %r5;", -2.7f, 0, 0, -2 },
        { "cvt.rni.s32.f32 %r5, %f1; cvt.rn.f32.s32 %f4, %r5;", 2.5f, 0, 0, 2 },
        { "cvt.rmi.f32.f32 %f4, %f1;", -2.5f, 0, 0, -3 },
        { "cvt.rpi.s32.f32 %r5, %f1; cvt.rn.f32.s32 %f4, %r5;", float.NaN, 0, 0, 0 },
        { "cvt.rzi.s32.f32 %r5, %f1; cvt.rn.f32.s32 %f4, %r5;", 1e20f, 0, 0, 2147483648f },
        { "cvt.rzi.u32.f32 %r5, %f1; cvt.rn.f32.u32 %f4, %r5;", -5, 0, 0, 0 },
        { "mov.u32 %r5, 16777219; cvt.rz.f32.u32 %f4, %r5;", 0, 0, 0, 16777218 },
        { "mov.u32 %r5, 16777219; cvt.rn.f32.u32 %f4, %r5;", 0, 0, 0, 16777220 },
        { "cvt.f64.f32 %d1, %f1; add.f64 %d1, %d1, 0d3FF0000000000000; cvt.rn.f32.f64 %f4, %d1;", 2, 0, 0, 3 },
        { "cvt.rn.f16.f32 %h1, %f1; cvt.f32.f16 %f4, %h1;", 1.0004884f, 0, 0, 1.0009766f },
        { "cvt.rn.f16.f32 %h1, %f1; cvt.f32.f16 %f4, %h1;", 1e-7f, 0, 0, 1.1920929e-7f },
        { "cvt.rn.f16.f32 %h1, %f1; cvt.f32.f16 %f4, %h1;", 65520, 0, 0, float.PositiveInfinity },
        { "cvt.rn.bf16.f32 %h1, %f1; cvt.f32.bf16 %f4, %h1;", 1.00390625f, 0, 0, 1 },
        { "cvt.rn.bf16x2.f32 %r5, %f1, %f2; and.b32 %r5, %r5, 0xffff0000; mov.b32 %f4, %r5;", 1.5f, 2.5f, 0, 1.5f },
        { "cvt.rn.bf16x2.f32 %r5, %f1, %f2; shl.b32 %r5, %r5, 16; mov.b32 %f4, %r5;", 1.5f, 2.5f, 0, 2.5f },
        { "cvt.rn.relu.bf16x2.f32 %r5, %f1, %f2; shl.b32 %r5, %r5, 16; mov.b32 %f4, %r5;", 1.5f, -2.5f, 0, 0 },
        { "cvt.rna.tf32.f32 %r5, %f1; mov.b32 %f4, %r5;", 1.00048828125f, 0, 0, 1.0009765625f },
        { "setp.neu.f32 %p1, %f1, %f2; selp.f32 %f4, 1.0, 2.0, %p1;", float.NaN, 0, 0, 1 },
        { "setp.ne.f32 %p1, %f1, %f2; selp.f32 %f4, 0f3F800000, 0f40000000, %p1;", float.NaN, 0, 0, 2 },
        { "testp.notanumber.f32 %p1, %f1; selp.f32 %f4, 1.0, 2.0, %p1;", float.NaN, 0, 0, 1 },
    };

    [Theory]
    [MemberData(nameof(Integers))]
    public void Integer_instruction(string instruction, ulong a, ulong b, ulong c, ulong expected)
    {
        string wide = instruction.Contains("%rd5", StringComparison.Ordinal) ? "%rd5" : "%rd6";
        ulong[] result = Run<ulong, ulong>(
            $"""
            ld.global.u64 %rd3, [%rd1]; ld.global.u64 %rd4, [%rd1+8]; mov.u64 %rd7, tile;
            ld.global.u32 %r2, [%rd1]; ld.global.u32 %r3, [%rd1+8]; ld.global.u32 %r4, [%rd1+16]; setp.ne.s32 %p7, 0, 0;
            {instruction}
            {(wide == "%rd5" ? "" : "cvt.u64.u32 %rd6, %r5;")} st.global.u64 [%rd2], {wide};
            """,
            [a, b, c], 1, threads: 1);
        Assert.Equal(expected, result[0]);
    }

    [Theory]
    [MemberData(nameof(Floats))]
    public void Float_instruction(string instruction, float a, float b, float c, float expected)
    {
        float[] result = Run<float, float>(
            $"ld.global.v2.f32 {{%f1, %f2}}, [%rd1]; ld.global.f32 %f3, [%rd1+8]; {instruction} st.global.f32 " +
            "[%rd2], %f4;", [a, b, c], 1, threads: 1);
        Assert.Equal(expected, result[0]);
    }

    [Theory]
    [InlineData("idx", 5, 0x1f)]
    [InlineData("idx", 3, 0x181f)]
    [InlineData("up", 1, 0)]
    [InlineData("up", 3, 0x1800)]
    [InlineData("down", 1, 0x1f)]
    [InlineData("down", 2, 0x181f)]
    [InlineData("bfly", 1, 0x1f)]
    [InlineData("bfly", 16, 0x1f)]
    public void Shuffles(string mode, int distance, int limits)
    {
        uint[] input = [.. Enumerable.Range(0, 32).Select(i => (uint)(i * 7))];
        uint[] result = Run<uint, uint>(
            $"""
            mul.wide.u32 %rd3, %r1, 4; add.u64 %rd4, %rd1, %rd3; add.u64 %rd5, %rd2, %rd3;
            ld.global.u32 %r2, [%rd4];
            shfl.sync.{mode}.b32 %r3|%p1, %r2, {distance}, {limits}, 0xffffffff;
            st.global.u32 [%rd5], %r3; selp.u32 %r4, 1, 0, %p1; st.global.u32 [%rd5+128], %r4;
            """,
            input, 64, threads: 32);
        int width = 32 - (limits >> 8);
        for (int lane = 0; lane < 32; lane++)
        {
            int first = lane / width * width;
            int from = mode switch
            {
                "idx" => first + distance % width,
                "up" => lane - distance,
                "down" =>
                lane + distance,
                _ => lane ^ distance
            };
            bool inside = from >= first && from < first + width;
            Assert.Equal(input[inside ? from : lane], result[lane]);
            Assert.Equal(inside ? 1u : 0u, result[32 + lane]);
        }
    }

    [Fact]
    public void Votes_and_reductions_of_a_warp()
    {
        uint[] result = Run<uint, uint>(
            """
            setp.lt.u32 %p1, %r1, 7;
            vote.sync.ballot.b32 %r2, %p1, 0xffffffff;
            vote.sync.any.pred %p2, %p1, 0xffffffff; vote.sync.all.pred %p3, %p1, 0xffffffff;
            selp.u32 %r3, 1, 0, %p2; selp.u32 %r4, 1, 0, %p3;
            redux.sync.add.u32 %r5, %r1, 0xffffffff; redux.sync.max.s32 %r6, %r1, 0xffffffff;
            atom.global.add.u32 %r7, [%rd1], %r1; red.global.max.u32 [%rd1+4], %r1; atom.global.cas.b32 %r8, [%rd1+8], 3, %r1;
            st.global.v4.u32 [%rd2], {%r2, %r3, %r4, %r5}; st.global.u32 [%rd2+16], %r6;
            ld.global.u32 %r9, [%rd1]; st.global.u32 [%rd2+20], %r9; ld.global.u32 %r9, [%rd1+4];
            st.global.u32 [%rd2+24], %r9; ld.global.u32 %r9, [%rd1+8]; st.global.u32 [%rd2+28], %r9;
            """,
            [0u, 0u, 3u], 8, threads: 32);
        Assert.Equal([0x7fu, 1u, 0u, 496u, 31u, 496u, 31u, 0u], result);
    }

    [Fact]
    public void Half_of_a_warp_goes_another_way_and_all_meet_again()
    {
        uint[] result = Run<uint, uint>(
            """
            mov.u32 %r2, 0; mov.u32 %r3, 0;
            LOOP: setp.ge.u32 %p1, %r2, %r1; @%p1 bra OUT;
            add.u32 %r3, %r3, %r2; and.b32 %r4, %r2, 1; setp.eq.u32 %p2, %r4, 0; @%p2 bra EVEN;
            add.u32 %r3, %r3, 100; bra JOIN; EVEN: add.u32 %r3, %r3, 1000;
            JOIN: add.u32 %r2, %r2, 1; bra.uni LOOP;
            OUT: activemask.b32 %r5; mul.wide.u32 %rd3, %r1, 4; add.u64 %rd3, %rd2, %rd3; st.global.u32 [%rd3], %r3;
            st.global.u32 [%rd3+128], %r5;
            """,
            [0u], 64, threads: 32);
        for (int lane = 0; lane < 32; lane++)
        {
            Assert.Equal((uint)Enumerable.Range(0, lane).Sum(i => i + (i % 2 == 0 ? 1000 : 100)), result[lane]);
            Assert.Equal(0xffffffffu, result[32 + lane]);
        }
    }

    [Fact]
    public void Copies_arrive_when_they_are_waited_for()
    {
        uint[] input = [.. Enumerable.Range(1, 64).Select(i => (uint)i)];
        const string Body =
            """
            mul.wide.u32 %rd3, %r1, 16; mov.u64 %rd4, tile; add.u64 %rd4, %rd4, %rd3; add.u64 %rd5, %rd1, %rd3; add.u64 %rd6, %rd2, %rd3;
            mov.u32 %r2, 0; st.shared.v4.u32 [%rd4], {%r2, %r2, %r2, %r2};
            cp.async.cg.shared.global [%rd4], [%rd5], 16, 12; cp.async.commit_group;
            WAIT
            ld.shared.v4.u32 {%r3, %r4, %r5, %r6}, [%rd4]; st.global.v4.u32 [%rd6], {%r3, %r4, %r5, %r6};
            cp.async.wait_all;
            """;
        Assert.Equal(
            input.Select((x, i) => i % 4 == 3 ? 0 : x),
            Run<uint, uint>(Body.Replace("WAIT", "cp.async.wait_group 0;", StringComparison.Ordinal), input, 64,
                threads: 16));

        // Without the search for races a copy that was not waited for shows as the old bytes.
        PtxInterpreter.SetVariable("GANGPU_PTX_RACES", "0");
        try
        {
            Assert.Equal(
                new uint[64],
                Run<uint, uint>(Body.Replace("WAIT", "cp.async.wait_group 1;", StringComparison.Ordinal), input, 64,
                    threads: 16));
        }
        finally
        {
            PtxInterpreter.SetVariable("GANGPU_PTX_RACES", null);
        }
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(4, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(4, true)]
    public void Matrices_from_shared_memory(int count, bool transposed)
    {
        ushort[] matrices = [.. Enumerable.Range(0, 256).Select(i => (ushort)(i * 3))];
        string registers = string.Join(", ", Enumerable.Range(10, count).Select(i => $"%r{i}"));
        string stores =
            string.Concat(Enumerable.Range(0, count).Select(i => $"st.global.u32 [%rd6+{128 * i}], %r{10 + i};"));
        uint[] result = Run<ushort, uint>(
            $$"""
            mul.wide.u32 %rd3, %r1, 16; mov.u64 %rd4, tile; add.u64 %rd4, %rd4, %rd3; add.u64 %rd5, %rd1, %rd3;
            mul.wide.u32 %rd6, %r1, 4; add.u64 %rd6, %rd2, %rd6;
            ld.global.v4.u32 {%r2, %r3, %r4, %r5}, [%rd5]; st.shared.v4.u32 [%rd4], {%r2, %r3, %r4, %r5}; bar.sync 0;
            ldmatrix.sync.aligned.m8n8.x{{count}}{{(transposed ? ".trans" : "")}}.shared.b16 { {{registers}} }, [%rd4];
            {{stores}}
            """,
            matrices, 32 * count, threads: 32);
        for (int i = 0; i < 64 * count; i++)
        {
            (int matrix, int row, int column) = (i / 64, i / 8 % 8, i % 8);
            uint pair = result[matrix * 32 + row * 4 + column / 2];
            Assert.Equal(
                matrices[matrix * 64 + (transposed ? column * 8 + row : row * 8 + column)],
                (ushort)(column % 2 == 0 ? pair : pair >> 16));
        }
    }

    [Theory]
    [InlineData("m16n8k8", "tf32", 8)]
    [InlineData("m16n8k4", "tf32", 4)]
    [InlineData("m16n8k16", "bf16", 16)]
    [InlineData("m16n8k8", "bf16", 8)]
    [InlineData("m16n8k16", "f16", 16)]
    public void Matrix_products(string shape, string type, int depth)
    {
        float[] a = Samples.Floats(16 * depth, 1), b = Samples.Floats(depth * 8, 2), c = Samples.Floats(16 * 8, 3);
        bool single = type == "tf32";
        int perRegister = single ? 1 : 2, registersA = depth / (2 * perRegister), registersB = registersA / 2;

        // The fragments as the manual's tables give them: register by register, lane by lane.
        List<uint> input = [];
        for (int lane = 0; lane < 32; lane++)
        {
            (int group, int member) = (lane >> 2, lane & 3);
            uint[] words = new uint[16];
            for (int r = 0; r < registersA; r++)
            {
                int row = r % 2 == 0 ? group : group + 8, column = single ? member + 4 * (r / 2)
                    : 2 * member + 8 * (r / 2);
                words[r] = Word(i => a[row * depth + column + i]);
            }

            for (int r = 0; r < registersB; r++)
            {
                int row = single ? member + 4 * r : 2 * member + 8 * r;
                words[4 + r] = Word(i => b[(row + i) * 8 + group]);
            }

            for (int r = 0; r < 4; r++)
                words[8 + r] = BitConverter.SingleToUInt32Bits(c[(r < 2 ? group : group + 8) * 8 + 2 * member + r % 2]);
            input.AddRange(words);
        }

        string Registers(int first, int count) =>
            $"{{ {string.Join(", ", Enumerable.Range(first, count).Select(i => $"%r{i}"))} }}";
        float[] result = Run<uint, float>(
            $$"""
            mul.wide.u32 %rd3, %r1, 64; add.u64 %rd3, %rd1, %rd3; mul.wide.u32 %rd4, %r1, 16; add.u64 %rd4, %rd2, %rd4;
            .reg .f32 acc<4>;
            ld.global.v4.u32 {%r10, %r11, %r12, %r13}, [%rd3]; ld.global.v4.u32 {%r14, %r15, %r16, %r17}, [%rd3+16];
            ld.global.v4.f32 {acc0, acc1, acc2, acc3}, [%rd3+32];
            mma.sync.aligned.{{shape}}.row.col.f32.{{type}}.{{type}}.f32 {acc0, acc1, acc2, acc3},
                {{Registers(10, registersA)}}, {{Registers(14, registersB)}}, {acc0, acc1, acc2, acc3};
            st.global.v4.f32 [%rd4], {acc0, acc1, acc2, acc3};
            """,
            [.. input], 128, threads: 32);
        for (int row = 0; row < 16; row++)
        {
            for (int column = 0; column < 8; column++)
            {
                double sum = c[row * 8 + column];
                for (int k = 0; k < depth; k++)
                    sum += (double)Rounded(a[row * depth + k]) * Rounded(b[k * 8 + column]);
                int lane = row % 8 * 4 + column / 2, register = row / 8 * 2 + column % 2;
                Assert.Equal((float)sum, result[lane * 4 + register]);
            }
        }

        uint Word(Func<int, float> element) => type switch
        {
            "tf32" => BitConverter.SingleToUInt32Bits(element(0)),
            "bf16" =>
                (uint)(ushort)(BitConverter.SingleToUInt32Bits(element(0)) >> 16)
                | (BitConverter.SingleToUInt32Bits(element(1)) & 0xffff0000),
            _ => BitConverter.HalfToUInt16Bits((Half)element(0))
                | (uint)BitConverter.HalfToUInt16Bits((Half)element(1)) << 16,
        };

        float Rounded(float x) => type switch
        {
            "tf32" => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(x) & 0xffffe000),
            "bf16" => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(x) & 0xffff0000),
            _ => (float)(Half)x,
        };
    }

    [Fact]
    public void Dynamic_shared_memory_and_several_blocks_in_three_dimensions()
    {
        PtxInterpreter.Require();
        using PtxInterpreter module = new(
            """
            .version 7.5
            .target sm_80
            .address_size 64
            .extern .shared .align 16 .b8 dynamic[];
            .const .align 4 .b32 table[2] = { 5, 0x10 };
            .entry K(.param .u64 output)
            {
                .reg .b32 %r<10>; .reg .b64 %rd<6>;
                ld.param.u64 %rd1, [output];
                mov.u32 %r1, %tid.x; mov.u32 %r2, %tid.y; mov.u32 %r3, %ntid.x; mad.lo.u32 %r1, %r2, %r3, %r1;
                mul.wide.u32 %rd2, %r1, 4; mov.u64 %rd3, dynamic; add.u64 %rd4, %rd3, %rd2;
                st.shared.u32 [%rd4], %r1;
                bar.sync 0;
                xor.b32 %r4, %r1, 1; mul.wide.u32 %rd2, %r4, 4; add.u64 %rd4, %rd3, %rd2; ld.shared.u32 %r5, [%rd4];
                ld.const.u32 %r6, [table+4]; add.u32 %r5, %r5, %r6;
                mov.u32 %r7, %ctaid.z; mov.u32 %r8, %ctaid.x; mov.u32 %r9, %nctaid.x; mad.lo.u32 %r7, %r7, %r9, %r8;
                mad.lo.u32 %r7, %r7, 12, %r1;
                mul.wide.u32 %rd2, %r7, 4; add.u64 %rd4, %rd1, %rd2; st.global.u32 [%rd4], %r5;
                exit;
            }
            """);
        using PtxMemory memory = new();
        ulong output = memory.Allocate(new uint[72]);
        module.Launch("K", memory, (3, 1, 2), (4, 3, 1), new PtxParameters().Add(output), dynamicShared: 48);
        Assert.Equal([.. Enumerable.Range(0, 72).Select(i => (uint)(i % 12 ^ 1) + 16)], memory.Read<uint>(output, 72));
        Assert.Matches(
            "beyond",
            Assert.Throws<PtxException>(
                () => module.Launch(
                    "K", memory, (3, 1, 2), (4, 3, 1), new PtxParameters().Add(output), dynamicShared: 44)).Message);
    }

    private static TOut[] Run<TIn, TOut>(string body, TIn[] input, int outputs, int threads)
        where TIn : unmanaged
        where TOut : unmanaged, INumberBase<TOut>
    {
        PtxInterpreter.Require();
        using PtxInterpreter module = new(
            $$"""
            .version 7.8
            .target sm_90
            .address_size 64
            .visible .entry K(.param .u64 .ptr .global .align 16 input, .param .u64 output)
            {
            {{Declarations}}
            {{body}}
            ret;
            }
            """);
        using PtxMemory memory = new();
        ulong output = memory.Allocate(new TOut[outputs]);
        module.Launch("K", memory, 1, threads, new PtxParameters().Add(memory.Allocate(input)).Add(output));
        return memory.Read<TOut>(output, outputs);
    }
}
