namespace GanGpu.Kernels.Gemm;

/// <summary>
/// The number of slices of K in a group of <see cref="GemmSplitGpu"/>. It is a type so that it is a constant of the
/// kernel.
/// </summary>
internal interface IKSlices
{
    int Count { get; }
}

/// <summary>K is not divided.</summary>
internal readonly struct KSlices1 : IKSlices
{
    public int Count => 1;
}

/// <summary>Two warps per half of K.</summary>
internal readonly struct KSlices2 : IKSlices
{
    public int Count => 2;
}

/// <summary>Two warps per quarter of K.</summary>
internal readonly struct KSlices4 : IKSlices
{
    public int Count => 4;
}

/// <summary>Two warps per eighth of K.</summary>
internal readonly struct KSlices8 : IKSlices
{
    public int Count => 8;
}
