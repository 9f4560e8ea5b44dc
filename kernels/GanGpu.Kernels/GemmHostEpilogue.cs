using System.Runtime.CompilerServices;

namespace GanGpu.Kernels;

/// <summary>What a product on the host does besides; see the epilogue of the backends for the meaning. Null is absent.</summary>
internal readonly unsafe struct GemmHostEpilogue
{
    /// <summary>[N].</summary>
    public float* Bias { get; init; }

    /// <summary>[M,N].</summary>
    public float* Output { get; init; }

    public Activation Activation { get; init; }

    /// <summary>[N].</summary>
    public float* ColumnSums { get; init; }
}

/// <summary>
/// What happens to finished sums, tile by tile while they are in the first-level cache: reads and overwrites
/// rows x columns floats at c, which is C[row, column], stride floats from row to row.
/// </summary>
internal unsafe interface IGemmHostEpilogue
{
    static abstract void Apply<TSimd>(in GemmHostEpilogue arguments, float* c, nint stride, int row, int column, int rows, int columns)
        where TSimd : struct, ISimd<TSimd>;
}

/// <summary>C = AB.</summary>
internal readonly unsafe struct PlainHostEpilogue : IGemmHostEpilogue
{
    public static void Apply<TSimd>(in GemmHostEpilogue arguments, float* c, nint stride, int row, int column, int rows, int columns)
        where TSimd : struct, ISimd<TSimd>
    {
    }
}

/// <summary>C = f(AB + bias).</summary>
internal readonly unsafe struct BiasHostEpilogue<TActivation> : IGemmHostEpilogue
    where TActivation : struct, IVectorActivation
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply<TSimd>(in GemmHostEpilogue arguments, float* c, nint stride, int row, int column, int rows, int columns)
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
                TActivation.Apply(TSimd.LoadPart(c + j, columns - j) + TSimd.LoadPart(bias + j, columns - j), leak).StorePart(c + j, columns - j);
        }
    }
}

/// <summary>C = AB ⊙ f'(output).</summary>
internal readonly unsafe struct ActivationGradientHostEpilogue<TActivation> : IGemmHostEpilogue
    where TActivation : struct, IVectorActivation
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply<TSimd>(in GemmHostEpilogue arguments, float* c, nint stride, int row, int column, int rows, int columns)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd leak = TSimd.Splat(arguments.Activation.Leak);
        float* output = arguments.Output + row * stride + column;
        for (int r = 0; r < rows; r++, c += stride, output += stride)
        {
            int j = 0;
            for (; j <= columns - TSimd.Count; j += TSimd.Count)
                (TSimd.Load(c + j) * TActivation.Derivative(TSimd.Load(output + j), leak)).Store(c + j);
            if (j < columns)
                (TSimd.LoadPart(c + j, columns - j) * TActivation.Derivative(TSimd.LoadPart(output + j, columns - j), leak)).StorePart(c + j, columns - j);
        }
    }
}

/// <summary>The column sums of op(B)[K,N] that go with a weight gradient: each cell of the product takes some columns. Nothing where sums is null.</summary>
internal readonly unsafe struct GemmHostSums(int k, int n, float* b, float* sums)
{
    private const int Grain = 16;

    public void Run<TSimd>(int part, int parts)
        where TSimd : struct, ISimd<TSimd>
    {
        if (sums == null)
            return;
        int grains = (n + Grain - 1) / Grain;
        int start = (int)((long)grains * part / parts) * Grain, end = Math.Min(n, (int)((long)grains * (part + 1) / parts) * Grain);
        ReductionHost.ColumnSums<TSimd>(k, n, b, sums, start, end);
    }
}
