using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

/// <summary>
/// What the PTX interpreter must find, one small kernel for each fault, and beside them kernels that come close and are
/// right. Each kernel gets a buffer of 64 words in %rd1 and its thread's number in %r1.
/// </summary>
[Collection("ptx")]
public sealed class PtxFaultTests
{
    private const string Start = """
        .version 7.5
        .target sm_80
        .address_size 64
        .visible .entry K(.param .u64 data)
        {
            .reg .pred %p<8>; .reg .b16 %h<8>; .reg .b32 %r<32>; .reg .b64 %rd<16>; .reg .f32 %f<32>;
            .shared .align 16 .b8 tile[512];
            ld.param.u64 %rd1, [data];
            mov.u32 %r1, %tid.x;
            mul.wide.u32 %rd2, %r1, 4;
            mov.u64 %rd4, tile;
            add.u64 %rd3, %rd4, %rd2;

        """;

    public static TheoryData<string, string> Faults => new()
    {
        { "add.u64 %rd2, %rd1, 256; ld.global.u32 %r2, [%rd2];", "4 bytes of global memory at .* are in no buffer" },
        { "add.u64 %rd2, %rd1, 252; ld.global.v2.u32 {%r2, %r3}, [%rd2];", "not aligned to the 8 bytes" },
        { "st.global.u32 [%rd1-4], %r1;", "in no buffer" },
        { "mov.u64 %rd2, -4; ld.global.u32 %r2, [%rd2];", "in no buffer" },
        { "mov.u64 %rd2, 0; ld.global.u32 %r2, [%rd2];", "in no buffer" },
        { "ld.global.u32 %r2, [%rd1+2];", "not aligned to the 4 bytes" },
        { "ld.global.v4.f32 {%f1, %f2, %f3, %f4}, [%rd1+8];", "not aligned to the 16 bytes" },
        { "ld.shared.v4.f32 {%f1, %f2, %f3, %f4}, [%rd4+8];", "not aligned to the 16 bytes" },
        { "st.shared.u32 [%rd4+512], %r1;", @"shared memory at tile\+512 are beyond" },
        { "st.shared.u32 [%rd4-4], %r1;", "4 bytes of shared memory at -4 are beyond what is declared" },
        { ".local .align 4 .b8 depot[16]; mov.u64 %rd5, depot; st.local.u32 [%rd5+16], %r1;",
            "local memory at .* beyond" },
        { "add.s32 %r2, %r3, 1;", "reads %r3, which was never written" },
        { "setp.eq.s32 %p1, %r1, 3; @%p1 mov.u32 %r2, 1; add.s32 %r3, %r2, 1;", @"thread \(0,0,0\): reads %r2, which" },
        { "@%p1 bra DONE; mov.u32 %r2, 1; DONE:", "reads %p1, which" },
        { "setp.lt.s32 %p1, %r1, 5; @%p1 bra.uni DONE; mov.u32 %r2, 1; DONE:",
            @"a \.uni branch that this thread takes and thread 5 of the block does not" },
        { "setp.lt.s32 %p1, %r1, 32; @%p1 bra DONE; bar.sync 0; DONE:",
            "32 of 64 threads wait at barrier 0 for ever; thread 0 of the block has ended" },
        { "setp.lt.s32 %p1, %r1, 16; @%p1 bra DONE; bar.sync 0; DONE:", @"at a barrier \(\.aligned\) where it is not" },
        { "setp.lt.s32 %p1, %r1, 16; @%p1 bra DONE; barrier.sync 0; DONE:", "threads wait at barrier 0 for ever" },
        { "setp.lt.s32 %p1, %r1, 32; @%p1 bra ELSE; bar.sync 0; bra DONE; ELSE: bar.sync 1; DONE:",
            "wait at barrier 0 for ever; thread 0 waits at barrier 1" },
        { "setp.lt.s32 %p1, %r1, 16; @%p1 bar.sync 0;", "predicate is false at a barrier" },
        { "st.shared.u32 [tile], %r1;",
            @"race: shared memory at tile\+0 is written here and written by thread \(0,0,0\)" },
        { "st.shared.u32 [%rd3], %r1; ld.shared.u32 %r2, [tile+16];",
            @"race: shared memory at tile\+16 is read here and written by thread \(4,0,0\)" },
        { "mov.u32 %r2, 0; setp.eq.s32 %p1, %r1, 40; ld.shared.u32 %r2, [tile]; @%p1 st.shared.u32 [tile], %r1;",
            "is written here and read by" },
        { "st.shared.u32 [%rd3], %r1; bar.sync 0; xor.b32 %r2, %r1, 1; mul.wide.u32 %rd5, %r2, 4; add.u64 %rd5, " +
            "%rd4, %rd5; ld.shared.u32 %r3, [%rd5]; st.shared.u32 [%rd3], %r3;", "is written here and read by" },
        { "mul.wide.u32 %rd2, %r1, 1; add.u64 %rd3, %rd4, %rd2; mov.b16 %h1, 1; st.shared.b16 [%rd4], %h1;", "race" },
        { "mul.lo.u32 %r2, %r1, 4; cp.async.ca.shared.global [%rd3], [%rd1], 4; cp.async.commit_group; ld.shared.u32 " +
            "%r3, [%rd3];", "is read while a cp.async to it .* has not been waited for" },
        { "cp.async.ca.shared.global [%rd3], [%rd1], 4; bar.sync 0; ld.shared.u32 %r3, [%rd3];",
            "has not been waited for" },
        { "cp.async.ca.shared.global [%rd3], [%rd1], 4; cp.async.commit_group; cp.async.wait_group 1; ld.shared.u32 " +
            "%r3, [%rd3];", "has not been waited for" },
        { "cp.async.ca.shared.global [%rd3], [%rd1], 4; cp.async.wait_all; xor.b32 %r2, %r1, 1; mul.wide.u32 %rd5, " +
            "%r2, 4; add.u64 %rd5, %rd4, %rd5; ld.shared.u32 %r3, [%rd5];", "race" },
        // Two groups, of which the second may still be under way.
        { "cp.async.ca.shared.global [%rd3], [%rd1], 4; cp.async.commit_group; cp.async.ca.shared.global [%rd3+256], " +
            "[%rd1], 4; cp.async.commit_group; cp.async.wait_group 1; ld.shared.u32 %r3, [%rd3]; ld.shared.u32 %r4, " +
            "[%rd3+256];", @"shared memory at tile\+256 is read while a cp\.async" },
        { "cp.async.cg.shared.global [%rd4+8], [%rd1], 16;", "not aligned to the 16 bytes" },
        { "cp.async.cg.shared.global [%rd4], [%rd1+8], 16;", "not aligned to the 16 bytes" },
        { "cp.async.cg.shared.global [%rd4+512], [%rd1], 16;", "beyond" },
        { "cp.async.ca.shared.global [%rd3], [%rd1+256], 4;", "in no buffer" },
        { "setp.lt.s32 %p1, %r1, 16; @%p1 shfl.sync.idx.b32 %r2, %r1, 0, 31, 0xffffffff;",
            "is among the members 0xffffffff and does not come" },
        { "setp.lt.s32 %p1, %r1, 16; @%p1 shfl.sync.idx.b32 %r2, %r1, 20, 31, 0x0000ffff;",
            "reads lane 20, which takes no part|not among the members" },
        { "setp.lt.s32 %p1, %r1, 16; @%p1 ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%r2}, [%rd4];",
            "all 32 threads of the warp must" },
        { "st.shared.u32 [%rd3], %r1; bar.sync 0; ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%r2}, [%rd3];",
            "not aligned to the 16 bytes" },
        { "trap;", "trap" },
    };

    public static TheoryData<string> Right => new()
    {
        "",
        "add.u64 %rd2, %rd1, 252; ld.global.u32 %r2, [%rd2];",
        "ld.shared.v4.f32 {%f1, %f2, %f3, %f4}, [%rd4+496];",
        "setp.lt.s32 %p1, %r1, 32; @%p1 bra.uni DONE; mov.u32 %r2, 1; DONE:", // another way for another warp
        "setp.lt.s32 %p1, %r1, 32; @%p1 bra ELSE; bar.sync 0; bra DONE; ELSE: bar.sync 0; DONE:",
        "setp.lt.s32 %p1, %r1, 16; @%p1 bra ELSE; barrier.sync 0; bra DONE; ELSE: barrier.sync 0; DONE:",
        "setp.lt.s32 %p1, %r1, 32; @%p1 bra ELSE; bar.sync 1, 32; bra DONE; ELSE: bar.sync 2, 32; DONE:",
        "setp.lt.s32 %p1, %r1, 5; @%p1 bra ELSE; mov.u32 %r2, 1; bra DONE; ELSE: mov.u32 %r2, 2; DONE: add.s32 %r3, " +
        "%r2, 1; bar.sync 0;",
        "setp.lt.s32 %p1, %r1, 0; @%p1 add.s32 %r2, %r3, 1;", // nobody reads it
        "st.shared.u32 [%rd3], %r1; bar.sync 0; ld.shared.u32 %r2, [tile+16]; ld.shared.u32 %r3, [tile+16];",
        "st.shared.u32 [%rd3], %r1; ld.shared.u32 %r2, [%rd3]; st.shared.u32 [%rd3], %r2;",
        // Halves of one word belong to different threads.
        "mul.wide.u32 %rd2, %r1, 2; add.u64 %rd3, %rd4, %rd2; mov.b16 %h1, 1; st.shared.b16 [%rd3], %h1;",
        // A warp's own barrier is enough within it.
        "st.shared.u32 [%rd3], %r1; bar.warp.sync 0xffffffff; xor.b32 %r2, %r1, 1; mul.wide.u32 %rd5, %r2, 4; " +
        "add.u64 %rd5, %rd4, %rd5; ld.shared.u32 %r3, [%rd5];",
        "cp.async.ca.shared.global [%rd3], [%rd1], 4; cp.async.commit_group; cp.async.wait_group 0; bar.sync 0; " +
        "ld.shared.u32 %r3, [tile];",
        "cp.async.ca.shared.global [%rd3], [%rd1], 4; cp.async.commit_group; cp.async.ca.shared.global [%rd3+256], " +
        "[%rd1], 4; cp.async.commit_group; cp.async.wait_group 1; bar.sync 0; ld.shared.u32 %r3, [tile+252];",
        "cp.async.ca.shared.global [%rd3], [%rd1+256], 4, 0; cp.async.wait_all;", // nothing is read
        // Each thread goes its own number of times round an inner loop, all of them as often round the outer one.
        """
        mov.u32 %r2, 0;
        OUTER: mov.u32 %r3, 0;
        INNER: setp.ge.s32 %p1, %r3, %r1; @%p1 bra OUT; add.s32 %r3, %r3, 1; bra.uni INNER;
        OUT: add.s32 %r2, %r2, 1; bar.sync 0; setp.lt.s32 %p2, %r2, 3; @%p2 bra.uni OUTER;
        """,
    };

    public static TheoryData<string, string> Unknown => new()
    {
        { "frobnicate.b32 %r1, %r2;", "line 13: unknown instruction frobnicate.b32" },
        { "add.f8 %r1, %r2, %r3;", "line 13: unknown" },
        { ".frob 3;", "line 13: unknown directive .frob" },
        { "mov.u32 %r1, %nosuch;", "line 13: %nosuch is not declared" },
        { "mov.u32 %rd1, %r1;", "line 13: %rd1 has 64 bits" },
        { "cvt.f32.s32 %f1, %r1;", "line 13: cvt.f32.s32 names no rounding" },
        { "mul.s32 %r1, %r1, %r1;", "line 13: mul.s32: says neither" },
        { "bra NOWHERE;", "line 13: there is no label NOWHERE" },
        { "add.s32 %r1, %r2;", "line 13: 2 operands, not 3" },
        { "\n\nld.global.v3.f32 {%f1, %f2, %f3}, [%rd1];", "line 15: unknown modifier .v3" },
        { "cvt.f32.bf16 %f1, %h1;", "line 13: cvt.f32.bf16 needs sm_90, the module is for sm_80" },
        { ".shared .b8 more[49152];", "line 15: K declares 49664 bytes of shared memory, more than 48 KiB" },
        { "wmma.load.a.sync.aligned.row.m16n16k16.global.f16 {%r1}, [%rd1];", "line 13: unknown instruction" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void It_finds(string body, string message)
    {
        PtxException e = Assert.Throws<PtxException>(() => Run(body));
        Assert.Matches(message, e.Message);
        Assert.Matches(@"^kernel K, line \d+ of its PTX \(.+\), block \(0,0,0\), thread \(\d+,0,0\): ", e.Message);
    }

    [Theory]
    [MemberData(nameof(Right))]
    public void It_lets_pass(string body) => Run(body);

    [Theory]
    [MemberData(nameof(Unknown))]
    public void It_does_not_load(string body, string message)
    {
        PtxInterpreter.Require();
        PtxException e = Assert.Throws<PtxException>(() => new PtxInterpreter($"{Start.TrimEnd()}\n{body}\nret;\n}}"));
        Assert.StartsWith(message, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Races_may_be_left_alone()
    {
        PtxInterpreter.SetVariable("GANGPU_PTX_RACES", "0");
        try
        {
            Run("st.shared.u32 [tile], %r1;");
        }
        finally
        {
            PtxInterpreter.SetVariable("GANGPU_PTX_RACES", null);
        }
    }

    [Theory]
    [InlineData("LOOP: bra.uni LOOP;")]
    [InlineData("and.b32 %r2, %r1, 1; setp.eq.u32 %p1, %r2, 0; LOOP: @%p1 bra EVEN; mov.u32 %r3, 1; EVEN: bra LOOP;")]
    [InlineData("LOOP: bar.sync 0; bra LOOP;")]
    public void A_kernel_without_end_is_stopped(string body)
    {
        PtxInterpreter.SetVariable("GANGPU_PTX_INSTRUCTIONS", "1000000");
        try
        {
            Assert.Matches("more than 1000000 instructions", Assert.Throws<PtxException>(() => Run(body)).Message);
        }
        finally
        {
            PtxInterpreter.SetVariable("GANGPU_PTX_INSTRUCTIONS", null);
        }
    }

    [Fact]
    public void Blocks_that_write_one_place_are_found_where_asked_for()
    {
        const string Body = "mov.u32 %r2, %ctaid.x; st.global.u32 [%rd1], %r2;";
        Run(Body, blocks: 2, threads: 1);
        PtxInterpreter.SetVariable("GANGPU_PTX_GLOBAL_RACES", "1");
        try
        {
            Assert.Matches(
                "written by another block's thread",
                Assert.Throws<PtxException>(() => Run(Body, blocks: 2, threads: 1)).Message);
        }
        finally
        {
            PtxInterpreter.SetVariable("GANGPU_PTX_GLOBAL_RACES", null);
        }
    }

    [Fact]
    public void A_launch_must_fit_its_kernel()
    {
        PtxInterpreter.Require();
        using PtxInterpreter module = new(
            $"{Start.Replace("(.param .u64 data)", "(.param .u64 data) .reqntid 64, 1, 1", StringComparison.Ordinal)} ret; }}");
        using PtxMemory memory = new();
        Assert.Matches(
            "takes 8 bytes of parameters, 4 were given",
            Assert.Throws<PtxException>(() => module.Launch("K", memory, 1, 64, new PtxParameters().Add(1))).Message);
        Assert.Matches(
            "reqntid",
            Assert.Throws<PtxException>(() => module.Launch("K", memory, 1, 32, new PtxParameters().Add(1L))).Message);
        Assert.Matches(
            "there is no kernel L",
            Assert.Throws<PtxException>(() => module.Launch("L", memory, 1, 64, new PtxParameters().Add(1L))).Message);
        Assert.Matches(
            "a block of 2048",
            Assert.Throws<PtxException>(
                () => module.Launch("K", memory, 1, 2048, new PtxParameters().Add(1L))).Message);
    }

    private static void Run(string body, int blocks = 1, int threads = 64)
    {
        PtxInterpreter.Require();
        using PtxInterpreter module = new($"{Start}{body}\nret;\n}}");
        using PtxMemory memory = new();
        module.Launch("K", memory, blocks, threads, new PtxParameters().Add(memory.Allocate(new uint[64])));
    }
}
