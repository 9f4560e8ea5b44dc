namespace GanGpu.Kernels.Gemm;

/// <summary>
/// Among how many teams of a group <see cref="GemmSplitGpu"/> shares K, as a type, so that it is a constant of the
/// kernel.
/// </summary>
internal interface IGemmTeams
{
    int Count { get; }
}

/// <summary>K is not shared.</summary>
internal readonly struct OneTeam : IGemmTeams
{
    public int Count => 1;
}

/// <summary>Two warps a half of K.</summary>
internal readonly struct TwoTeams : IGemmTeams
{
    public int Count => 2;
}

/// <summary>Two warps a quarter of K.</summary>
internal readonly struct FourTeams : IGemmTeams
{
    public int Count => 4;
}

/// <summary>Two warps an eighth of K.</summary>
internal readonly struct EightTeams : IGemmTeams
{
    public int Count => 8;
}
