using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;
using GanGpu.Kernels.Numerics;
using GanGpu.Kernels.Reduction;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// What a product on the host does besides; see the epilogue of the backends for the meaning. Null is absent.
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
/// What happens to finished sums: either while they are still in registers, or tile by tile in the first-level cache.
/// </summary>
/// <remarks>
/// Registers are better: a load waits for earlier stores to the same place in another page ("4K aliasing"), which C and
/// the output beside it often have.
/// </remarks>
internal unsafe interface IGemmHostEpilogue
{
    /// <summary>Whether <see cref="Finish"/> may be used, which is compiled sixteen times over.</summary>
    static abstract bool InRegisters { get; }

    /// <summary>What to store for the sums of a vector of C that begins at c, in this column.</summary>
    static abstract TSimd Finish<TSimd>(in GemmHostEpilogue arguments, TSimd sum, float* c, int column)
        where TSimd : struct, ISimd<TSimd>;

    /// <summary>
    /// Finishes rows x columns sums that were stored at c, which begins in this column, stride floats from row to row.
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
/// The column sums of op(B)[K,N] that go with a weight gradient: each cell of the product takes some columns. Nothing
/// where sums is null.
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
