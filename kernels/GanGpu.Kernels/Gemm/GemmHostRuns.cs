using System.Runtime.CompilerServices;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// Over which further steps a tile's sums go on after its first run of them, as a type, so that a matrix product, which
/// has a single run, is compiled without any of it.
/// </summary>
internal interface IGemmHostRuns
{
    static abstract bool Several { get; }

    /// <summary>
    /// Runs after the first, of as many steps each; −1 where there is none at all and the depth is 0.
    /// </summary>
    int MoreRuns { get; }

    /// <summary>Floats from the end of a run to the beginning of the next.</summary>
    nint NextRunOfA { get; }

    nint NextRunOfB { get; }

    /// <summary>Groups of as many runs after the first.</summary>
    int MoreGroups { get; }

    /// <summary>Floats from where another run would begin to the beginning of the next group.</summary>
    nint NextGroupOfA { get; }

    nint NextGroupOfB { get; }
}

/// <summary>No further steps.</summary>
internal readonly struct OneRun : IGemmHostRuns
{
    public static bool Several
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    public int MoreRuns => 0;

    public nint NextRunOfA => 0;

    public nint NextRunOfB => 0;

    public int MoreGroups => 0;

    public nint NextGroupOfA => 0;

    public nint NextGroupOfB => 0;
}

/// <summary>Runs and groups of them, as a convolution has them.</summary>
internal readonly struct SeveralRuns : IGemmHostRuns
{
    public static bool Several
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }

    public int MoreRuns { get; init; }

    public nint NextRunOfA { get; init; }

    public nint NextRunOfB { get; init; }

    public int MoreGroups { get; init; }

    public nint NextGroupOfA { get; init; }

    public nint NextGroupOfB { get; init; }
}
