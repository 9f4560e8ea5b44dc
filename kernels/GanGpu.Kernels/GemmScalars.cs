namespace GanGpu.Kernels;

/// <summary>What a GPU's matrix product takes besides its operands: the shape, and the epilogue's leak.</summary>
internal struct GemmScalars
{
    public int M, N, K;

    public float Leak;

    public static GemmScalars Of(GemmShape shape, float leak) => new() { M = shape.M, N = shape.N, K = shape.K, Leak = leak };
}
