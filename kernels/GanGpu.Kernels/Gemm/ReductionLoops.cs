using System.Runtime.CompilerServices;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// The loops around a tile's reduction over k: an outer loop over an inner loop over <see cref="GemmHostTile.Depth"/>
/// steps. It is a type so that a matrix product, which needs only the steps, is compiled without the other loops.
/// </summary>
internal interface IReductionLoop
{
    static abstract bool IsNested { get; }

    /// <summary>
    /// Iterations of the inner loop after the first; −1 if the sums are empty, in which case the depth is 0.
    /// </summary>
    int InnerRepeats { get; }

    /// <summary>Floats of A from the end of one inner iteration to the beginning of the next.</summary>
    nint InnerSkipA { get; }

    nint InnerSkipB { get; }

    /// <summary>Iterations of the outer loop after the first.</summary>
    int OuterRepeats { get; }

    /// <summary>
    /// Floats of A from the end of the inner loop, after its last skip, to the beginning of the next outer iteration.
    /// </summary>
    nint OuterSkipA { get; }

    nint OuterSkipB { get; }
}

/// <summary>Only the steps, without inner and outer loop.</summary>
internal readonly struct SingleLoop : IReductionLoop
{
    public static bool IsNested
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    public int InnerRepeats => 0;

    public nint InnerSkipA => 0;

    public nint InnerSkipB => 0;

    public int OuterRepeats => 0;

    public nint OuterSkipA => 0;

    public nint OuterSkipB => 0;
}

/// <summary>All three loops, as convolutions need them.</summary>
internal readonly struct NestedLoop : IReductionLoop
{
    public static bool IsNested
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }

    public int InnerRepeats { get; init; }

    public nint InnerSkipA { get; init; }

    public nint InnerSkipB { get; init; }

    public int OuterRepeats { get; init; }

    public nint OuterSkipA { get; init; }

    public nint OuterSkipB { get; init; }
}
