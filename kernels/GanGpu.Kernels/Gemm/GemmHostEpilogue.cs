using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;
using GanGpu.Kernels.Numerics;
using GanGpu.Kernels.Reduction;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// The operands of a product's epilogue on the host; see <see cref="GemmEpilogue"/> for their meaning. Null means that
/// the epilogue does not have the operand.
/// </summary>
internal readonly unsafe struct GemmHostEpilogue
{
    /// <summary>[N].</summary>
    public float* Bias { get; init; }

    /// <summary>[M,N].</summary>
    public float* Output { get; init; }

    /// <summary>Floats from an element of C to the same element of <see cref="Output"/>.</summary>
    public nint OutputFromC { get; init; }

    public Activation Activation { get; init; }

    /// <summary>[N].</summary>
    public float* ColumnSums { get; init; }
}

/// <summary>
/// Applies the epilogue to finished sums: either while they are still in registers, or tile by tile in the first-level
/// cache.
/// </summary>
/// <remarks>
/// Registers are faster: a load waits for an earlier store to the same offset in another page ("4K aliasing"), and C
/// and the epilogue's operand often have the same offset.
/// </remarks>
internal unsafe interface IGemmHostEpilogue
{
    /// <summary>
    /// Whether <see cref="Finish"/> may be used. It is compiled sixteen times over, so that only short ones may.
    /// </summary>
    static abstract bool InRegisters { get; }

    /// <summary>The values to store for a vector of sums; c is where the vector begins in C, at this column.</summary>
    static abstract TSimd Finish<TSimd>(in GemmHostEpilogue arguments, TSimd sum, float* c, int column)
        where TSimd : struct, ISimd<TSimd>;

    /// <summary>
    /// Finishes rows x columns sums that are stored at c, with stride floats from row to row. Column is the column of C
    /// at which c begins.
    /// </summary>
    static abstract void Apply<TSimd>(
        in GemmHostEpilogue arguments, float* c, nint stride, int column, int rows, int columns)
        where TSimd : struct, ISimd<TSimd>;
}

/// <summary>C = AB.</summary>
internal readonly unsafe struct PlainHostEpilogue : IGemmHostEpilogue
{
    public static bool InRegisters
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Finish<TSimd>(in GemmHostEpilogue arguments, TSimd sum, float* c, int column)
        where TSimd : struct, ISimd<TSimd> => sum;

    public static void Apply<TSimd>(
        in GemmHostEpilogue arguments, float* c, nint stride, int column, int rows, int columns)
        where TSimd : struct, ISimd<TSimd>
    {
    }
}

/// <summary>C = f(AB + bias).</summary>
internal readonly unsafe struct BiasHostEpilogue<TActivation> : IGemmHostEpilogue
    where TActivation : struct, IVectorActivation
{
    public static bool InRegisters
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TActivation.IsShort;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Finish<TSimd>(in GemmHostEpilogue arguments, TSimd sum, float* c, int column)
        where TSimd : struct, ISimd<TSimd> =>
        TActivation.Apply(sum + TSimd.Load(arguments.Bias + column), TSimd.Splat(arguments.Activation.Leak));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply<TSimd>(
        in GemmHostEpilogue arguments, float* c, nint stride, int column, int rows, int columns)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd leak = TSimd.Splat(arguments.Activation.Leak);
        float* bias = arguments.Bias + column;
        for (int r = 0; r < rows; r++, c += stride)
        {
            int j = 0;
            for (; j <= columns - TSimd.Count; j += TSimd.Count)
                TActivation.Apply(TSimd.Load(c + j) + TSimd.Load(bias + j), leak).Store(c + j);
            if (j < columns)
                ApplyPart(leak, bias + j, c + j, columns - j);
        }
    }

    // Not inlined: twice in one method, the longer activations exceed what the compiler is ready to inline.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void ApplyPart<TSimd>(TSimd leak, float* bias, float* c, int n)
        where TSimd : struct, ISimd<TSimd> =>
        TActivation.Apply(TSimd.LoadPart(c, n) + TSimd.LoadPart(bias, n), leak).StorePart(c, n);
}

/// <summary>C = AB ⊙ f'(output).</summary>
internal readonly unsafe struct ActivationGradientHostEpilogue<TActivation> : IGemmHostEpilogue
    where TActivation : struct, IVectorActivation
{
    public static bool InRegisters
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Finish<TSimd>(in GemmHostEpilogue arguments, TSimd sum, float* c, int column)
        where TSimd : struct, ISimd<TSimd> =>
        sum * TActivation.Derivative(TSimd.Load(c + arguments.OutputFromC), TSimd.Splat(arguments.Activation.Leak));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply<TSimd>(
        in GemmHostEpilogue arguments, float* c, nint stride, int column, int rows, int columns)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd leak = TSimd.Splat(arguments.Activation.Leak);
        float* output = c + arguments.OutputFromC;
        for (int r = 0; r < rows; r++, c += stride, output += stride)
        {
            int j = 0;
            for (; j <= columns - TSimd.Count; j += TSimd.Count)
                (TSimd.Load(c + j) * TActivation.Derivative(TSimd.Load(output + j), leak)).Store(c + j);
            if (j < columns)
                (TSimd.LoadPart(c + j, columns - j)
                    * TActivation.Derivative(TSimd.LoadPart(output + j, columns - j), leak))
                    .StorePart(c + j, columns - j);
        }
    }
}

/// <summary>
/// The column sums of op(B)[K,N] that accompany a weight gradient: each block of the product computes some columns.
/// Does nothing if sums is null.
/// </summary>
internal readonly unsafe struct GemmHostSums(int k, int n, float* b, float* sums)
{
    private const int Grain = 16;

    public void Run<TSimd>(int part, int parts)
        where TSimd : struct, ISimd<TSimd>
    {
        if (sums == null)
            return;
        int grains = (n + Grain - 1) / Grain;
        int start = (int)((long)grains * part / parts) * Grain,
            end = Math.Min(n, (int)((long)grains * (part + 1) / parts) * Grain);
        ReductionHost.ColumnSums<TSimd>(k, n, b, sums, start, end);
    }
}
