using System.Runtime.CompilerServices;
using GanGpu.Kernels.Gpu;
using ILGPU.Runtime.Cuda;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// The accumulators of a warp on NVIDIA's tensor cores, from compute capability 8.0 on: up to 4 x 4 fragments of 16 x 8
/// elements. They are kept in named PTX registers (acc0 to acc63) so that ILGPU neither copies nor spills them. The PTX
/// ISA defines the fragments of mma.m16n8k8 for TF32; in units of words those of m16n8k16 for BF16 are the same. With g
/// = lane / 4 and t = lane mod 4, A is (g, t), (g + 8, t), (g, t + 4), (g + 8, t + 4), row and word; B is (t, g), (t +
/// 4, g), word and column; C is (g, 2t), (g, 2t + 1), (g + 8, 2t), (g + 8, 2t + 1), row and column.
/// </summary>
/// <remarks>
/// A kernel calls <see cref="Declare"/> once. The text of inline PTX must be constant, so each fragment has its own
/// line.
/// </remarks>
internal static class TensorAccumulators
{
    /// <summary>Words along k that one instruction takes.</summary>
    public const int WordsPerStep = 8;

    private const string Tf32 = "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 ",
        BFloat16 = "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 ";

    private const string Factors = ", {%0, %1, %2, %3}, {%4, %5}, ";

    private const string
        S00 = "{acc0, acc1, acc2, acc3}",
        S01 = "{acc4, acc5, acc6, acc7}",
        S02 = "{acc8, acc9, acc10, acc11}",
        S03 = "{acc12, acc13, acc14, acc15}",
        S10 = "{acc16, acc17, acc18, acc19}",
        S11 = "{acc20, acc21, acc22, acc23}",
        S12 = "{acc24, acc25, acc26, acc27}",
        S13 = "{acc28, acc29, acc30, acc31}",
        S20 = "{acc32, acc33, acc34, acc35}",
        S21 = "{acc36, acc37, acc38, acc39}",
        S22 = "{acc40, acc41, acc42, acc43}",
        S23 = "{acc44, acc45, acc46, acc47}",
        S30 = "{acc48, acc49, acc50, acc51}",
        S31 = "{acc52, acc53, acc54, acc55}",
        S32 = "{acc56, acc57, acc58, acc59}",
        S33 = "{acc60, acc61, acc62, acc63}";

    /// <summary>Declares the registers and sets them to 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Declare()
    {
        CudaAsm.Emit(".reg .f32 acc<64>;");
        CudaAsm.Emit(
            "mov.f32 acc0, 0f00000000; mov.f32 acc1, 0f00000000; mov.f32 acc2, 0f00000000; mov.f32 acc3, 0f00000000; " +
            "mov.f32 acc4, 0f00000000; mov.f32 acc5, 0f00000000; mov.f32 acc6, 0f00000000; mov.f32 acc7, 0f00000000; " +
            "mov.f32 acc8, 0f00000000; mov.f32 acc9, 0f00000000; mov.f32 acc10, 0f00000000; mov.f32 acc11, " +
            "0f00000000; mov.f32 acc12, 0f00000000; mov.f32 acc13, 0f00000000; mov.f32 acc14, 0f00000000; mov.f32 " +
            "acc15, 0f00000000;");
        CudaAsm.Emit(
            "mov.f32 acc16, 0f00000000; mov.f32 acc17, 0f00000000; mov.f32 acc18, 0f00000000; mov.f32 acc19, " +
            "0f00000000; mov.f32 acc20, 0f00000000; mov.f32 acc21, 0f00000000; mov.f32 acc22, 0f00000000; mov.f32 " +
            "acc23, 0f00000000; mov.f32 acc24, 0f00000000; mov.f32 acc25, 0f00000000; mov.f32 acc26, 0f00000000; " +
            "mov.f32 acc27, 0f00000000; mov.f32 acc28, 0f00000000; mov.f32 acc29, 0f00000000; mov.f32 acc30, " +
            "0f00000000; mov.f32 acc31, 0f00000000;");
        CudaAsm.Emit(
            "mov.f32 acc32, 0f00000000; mov.f32 acc33, 0f00000000; mov.f32 acc34, 0f00000000; mov.f32 acc35, " +
            "0f00000000; mov.f32 acc36, 0f00000000; mov.f32 acc37, 0f00000000; mov.f32 acc38, 0f00000000; mov.f32 " +
            "acc39, 0f00000000; mov.f32 acc40, 0f00000000; mov.f32 acc41, 0f00000000; mov.f32 acc42, 0f00000000; " +
            "mov.f32 acc43, 0f00000000; mov.f32 acc44, 0f00000000; mov.f32 acc45, 0f00000000; mov.f32 acc46, " +
            "0f00000000; mov.f32 acc47, 0f00000000;");
        CudaAsm.Emit(
            "mov.f32 acc48, 0f00000000; mov.f32 acc49, 0f00000000; mov.f32 acc50, 0f00000000; mov.f32 acc51, " +
            "0f00000000; mov.f32 acc52, 0f00000000; mov.f32 acc53, 0f00000000; mov.f32 acc54, 0f00000000; mov.f32 " +
            "acc55, 0f00000000; mov.f32 acc56, 0f00000000; mov.f32 acc57, 0f00000000; mov.f32 acc58, 0f00000000; " +
            "mov.f32 acc59, 0f00000000; mov.f32 acc60, 0f00000000; mov.f32 acc61, 0f00000000; mov.f32 acc62, " +
            "0f00000000; mov.f32 acc63, 0f00000000;");
    }

    /// <summary>The fragments of row 0 += A · B, of one A and four B.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyAdd0<TPrecision>(Words a, Words first, Words last)
        where TPrecision : unmanaged, ITensorPrecision
    {
        if (default(TPrecision).KPerWord == 1)
        {
            CudaAsm.Emit(Tf32 + S00 + Factors + S00 + ";", a.X, a.Y, a.Z, a.W, first.X, first.Y);
            CudaAsm.Emit(Tf32 + S01 + Factors + S01 + ";", a.X, a.Y, a.Z, a.W, first.Z, first.W);
            CudaAsm.Emit(Tf32 + S02 + Factors + S02 + ";", a.X, a.Y, a.Z, a.W, last.X, last.Y);
            CudaAsm.Emit(Tf32 + S03 + Factors + S03 + ";", a.X, a.Y, a.Z, a.W, last.Z, last.W);
        }
        else
        {
            CudaAsm.Emit(BFloat16 + S00 + Factors + S00 + ";", a.X, a.Y, a.Z, a.W, first.X, first.Y);
            CudaAsm.Emit(BFloat16 + S01 + Factors + S01 + ";", a.X, a.Y, a.Z, a.W, first.Z, first.W);
            CudaAsm.Emit(BFloat16 + S02 + Factors + S02 + ";", a.X, a.Y, a.Z, a.W, last.X, last.Y);
            CudaAsm.Emit(BFloat16 + S03 + Factors + S03 + ";", a.X, a.Y, a.Z, a.W, last.Z, last.W);
        }
    }

    /// <summary>The fragments of row 1 += A · B, of one A and four B.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyAdd1<TPrecision>(Words a, Words first, Words last)
        where TPrecision : unmanaged, ITensorPrecision
    {
        if (default(TPrecision).KPerWord == 1)
        {
            CudaAsm.Emit(Tf32 + S10 + Factors + S10 + ";", a.X, a.Y, a.Z, a.W, first.X, first.Y);
            CudaAsm.Emit(Tf32 + S11 + Factors + S11 + ";", a.X, a.Y, a.Z, a.W, first.Z, first.W);
            CudaAsm.Emit(Tf32 + S12 + Factors + S12 + ";", a.X, a.Y, a.Z, a.W, last.X, last.Y);
            CudaAsm.Emit(Tf32 + S13 + Factors + S13 + ";", a.X, a.Y, a.Z, a.W, last.Z, last.W);
        }
        else
        {
            CudaAsm.Emit(BFloat16 + S10 + Factors + S10 + ";", a.X, a.Y, a.Z, a.W, first.X, first.Y);
            CudaAsm.Emit(BFloat16 + S11 + Factors + S11 + ";", a.X, a.Y, a.Z, a.W, first.Z, first.W);
            CudaAsm.Emit(BFloat16 + S12 + Factors + S12 + ";", a.X, a.Y, a.Z, a.W, last.X, last.Y);
            CudaAsm.Emit(BFloat16 + S13 + Factors + S13 + ";", a.X, a.Y, a.Z, a.W, last.Z, last.W);
        }
    }

    /// <summary>The fragments of row 2 += A · B, of one A and four B.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyAdd2<TPrecision>(Words a, Words first, Words last)
        where TPrecision : unmanaged, ITensorPrecision
    {
        if (default(TPrecision).KPerWord == 1)
        {
            CudaAsm.Emit(Tf32 + S20 + Factors + S20 + ";", a.X, a.Y, a.Z, a.W, first.X, first.Y);
            CudaAsm.Emit(Tf32 + S21 + Factors + S21 + ";", a.X, a.Y, a.Z, a.W, first.Z, first.W);
            CudaAsm.Emit(Tf32 + S22 + Factors + S22 + ";", a.X, a.Y, a.Z, a.W, last.X, last.Y);
            CudaAsm.Emit(Tf32 + S23 + Factors + S23 + ";", a.X, a.Y, a.Z, a.W, last.Z, last.W);
        }
        else
        {
            CudaAsm.Emit(BFloat16 + S20 + Factors + S20 + ";", a.X, a.Y, a.Z, a.W, first.X, first.Y);
            CudaAsm.Emit(BFloat16 + S21 + Factors + S21 + ";", a.X, a.Y, a.Z, a.W, first.Z, first.W);
            CudaAsm.Emit(BFloat16 + S22 + Factors + S22 + ";", a.X, a.Y, a.Z, a.W, last.X, last.Y);
            CudaAsm.Emit(BFloat16 + S23 + Factors + S23 + ";", a.X, a.Y, a.Z, a.W, last.Z, last.W);
        }
    }

    /// <summary>The fragments of row 3 += A · B, of one A and four B.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyAdd3<TPrecision>(Words a, Words first, Words last)
        where TPrecision : unmanaged, ITensorPrecision
    {
        if (default(TPrecision).KPerWord == 1)
        {
            CudaAsm.Emit(Tf32 + S30 + Factors + S30 + ";", a.X, a.Y, a.Z, a.W, first.X, first.Y);
            CudaAsm.Emit(Tf32 + S31 + Factors + S31 + ";", a.X, a.Y, a.Z, a.W, first.Z, first.W);
            CudaAsm.Emit(Tf32 + S32 + Factors + S32 + ";", a.X, a.Y, a.Z, a.W, last.X, last.Y);
            CudaAsm.Emit(Tf32 + S33 + Factors + S33 + ";", a.X, a.Y, a.Z, a.W, last.Z, last.W);
        }
        else
        {
            CudaAsm.Emit(BFloat16 + S30 + Factors + S30 + ";", a.X, a.Y, a.Z, a.W, first.X, first.Y);
            CudaAsm.Emit(BFloat16 + S31 + Factors + S31 + ";", a.X, a.Y, a.Z, a.W, first.Z, first.W);
            CudaAsm.Emit(BFloat16 + S32 + Factors + S32 + ";", a.X, a.Y, a.Z, a.W, last.X, last.Y);
            CudaAsm.Emit(BFloat16 + S33 + Factors + S33 + ";", a.X, a.Y, a.Z, a.W, last.Z, last.W);
        }
    }

    /// <summary>The sums of a row of fragments.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TensorRow Read0()
    {
        TensorRow row;
        row.C0 = Read00();
        row.C1 = Read01();
        row.C2 = Read02();
        row.C3 = Read03();
        return row;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TensorRow Read1()
    {
        TensorRow row;
        row.C0 = Read10();
        row.C1 = Read11();
        row.C2 = Read12();
        row.C3 = Read13();
        return row;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TensorRow Read2()
    {
        TensorRow row;
        row.C0 = Read20();
        row.C1 = Read21();
        row.C2 = Read22();
        row.C3 = Read23();
        return row;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TensorRow Read3()
    {
        TensorRow row;
        row.C0 = Read30();
        row.C1 = Read31();
        row.C2 = Read32();
        row.C3 = Read33();
        return row;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Float4 Read00()
    {
        Float4 sum;
        CudaAsm.Emit("mov.f32 %0, acc0;", out sum.X);
        CudaAsm.Emit("mov.f32 %0, acc1;", out sum.Y);
        CudaAsm.Emit("mov.f32 %0, acc2;", out sum.Z);
        CudaAsm.Emit("mov.f32 %0, acc3;", out sum.W);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Float4 Read01()
    {
        Float4 sum;
        CudaAsm.Emit("mov.f32 %0, acc4;", out sum.X);
        CudaAsm.Emit("mov.f32 %0, acc5;", out sum.Y);
        CudaAsm.Emit("mov.f32 %0, acc6;", out sum.Z);
        CudaAsm.Emit("mov.f32 %0, acc7;", out sum.W);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Float4 Read02()
    {
        Float4 sum;
        CudaAsm.Emit("mov.f32 %0, acc8;", out sum.X);
        CudaAsm.Emit("mov.f32 %0, acc9;", out sum.Y);
        CudaAsm.Emit("mov.f32 %0, acc10;", out sum.Z);
        CudaAsm.Emit("mov.f32 %0, acc11;", out sum.W);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Float4 Read03()
    {
        Float4 sum;
        CudaAsm.Emit("mov.f32 %0, acc12;", out sum.X);
        CudaAsm.Emit("mov.f32 %0, acc13;", out sum.Y);
        CudaAsm.Emit("mov.f32 %0, acc14;", out sum.Z);
        CudaAsm.Emit("mov.f32 %0, acc15;", out sum.W);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Float4 Read10()
    {
        Float4 sum;
        CudaAsm.Emit("mov.f32 %0, acc16;", out sum.X);
        CudaAsm.Emit("mov.f32 %0, acc17;", out sum.Y);
        CudaAsm.Emit("mov.f32 %0, acc18;", out sum.Z);
        CudaAsm.Emit("mov.f32 %0, acc19;", out sum.W);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Float4 Read11()
    {
        Float4 sum;
        CudaAsm.Emit("mov.f32 %0, acc20;", out sum.X);
        CudaAsm.Emit("mov.f32 %0, acc21;", out sum.Y);
        CudaAsm.Emit("mov.f32 %0, acc22;", out sum.Z);
        CudaAsm.Emit("mov.f32 %0, acc23;", out sum.W);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Float4 Read12()
    {
        Float4 sum;
        CudaAsm.Emit("mov.f32 %0, acc24;", out sum.X);
        CudaAsm.Emit("mov.f32 %0, acc25;", out sum.Y);
        CudaAsm.Emit("mov.f32 %0, acc26;", out sum.Z);
        CudaAsm.Emit("mov.f32 %0, acc27;", out sum.W);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Float4 Read13()
    {
        Float4 sum;
        CudaAsm.Emit("mov.f32 %0, acc28;", out sum.X);
        CudaAsm.Emit("mov.f32 %0, acc29;", out sum.Y);
        CudaAsm.Emit("mov.f32 %0, acc30;", out sum.Z);
        CudaAsm.Emit("mov.f32 %0, acc31;", out sum.W);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Float4 Read20()
    {
        Float4 sum;
        CudaAsm.Emit("mov.f32 %0, acc32;", out sum.X);
        CudaAsm.Emit("mov.f32 %0, acc33;", out sum.Y);
        CudaAsm.Emit("mov.f32 %0, acc34;", out sum.Z);
        CudaAsm.Emit("mov.f32 %0, acc35;", out sum.W);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Float4 Read21()
    {
        Float4 sum;
        CudaAsm.Emit("mov.f32 %0, acc36;", out sum.X);
        CudaAsm.Emit("mov.f32 %0, acc37;", out sum.Y);
        CudaAsm.Emit("mov.f32 %0, acc38;", out sum.Z);
        CudaAsm.Emit("mov.f32 %0, acc39;", out sum.W);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Float4 Read22()
    {
        Float4 sum;
        CudaAsm.Emit("mov.f32 %0, acc40;", out sum.X);
        CudaAsm.Emit("mov.f32 %0, acc41;", out sum.Y);
        CudaAsm.Emit("mov.f32 %0, acc42;", out sum.Z);
        CudaAsm.Emit("mov.f32 %0, acc43;", out sum.W);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Float4 Read23()
    {
        Float4 sum;
        CudaAsm.Emit("mov.f32 %0, acc44;", out sum.X);
        CudaAsm.Emit("mov.f32 %0, acc45;", out sum.Y);
        CudaAsm.Emit("mov.f32 %0, acc46;", out sum.Z);
        CudaAsm.Emit("mov.f32 %0, acc47;", out sum.W);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Float4 Read30()
    {
        Float4 sum;
        CudaAsm.Emit("mov.f32 %0, acc48;", out sum.X);
        CudaAsm.Emit("mov.f32 %0, acc49;", out sum.Y);
        CudaAsm.Emit("mov.f32 %0, acc50;", out sum.Z);
        CudaAsm.Emit("mov.f32 %0, acc51;", out sum.W);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Float4 Read31()
    {
        Float4 sum;
        CudaAsm.Emit("mov.f32 %0, acc52;", out sum.X);
        CudaAsm.Emit("mov.f32 %0, acc53;", out sum.Y);
        CudaAsm.Emit("mov.f32 %0, acc54;", out sum.Z);
        CudaAsm.Emit("mov.f32 %0, acc55;", out sum.W);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Float4 Read32()
    {
        Float4 sum;
        CudaAsm.Emit("mov.f32 %0, acc56;", out sum.X);
        CudaAsm.Emit("mov.f32 %0, acc57;", out sum.Y);
        CudaAsm.Emit("mov.f32 %0, acc58;", out sum.Z);
        CudaAsm.Emit("mov.f32 %0, acc59;", out sum.W);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Float4 Read33()
    {
        Float4 sum;
        CudaAsm.Emit("mov.f32 %0, acc60;", out sum.X);
        CudaAsm.Emit("mov.f32 %0, acc61;", out sum.Y);
        CudaAsm.Emit("mov.f32 %0, acc62;", out sum.Z);
        CudaAsm.Emit("mov.f32 %0, acc63;", out sum.W);
        return sum;
    }
}

/// <summary>The sums of four fragments of a warp, side by side.</summary>
internal struct TensorRow
{
    public Float4 C0, C1, C2, C3;
}
