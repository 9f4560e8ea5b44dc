namespace GanGpu.Kernels.Gemm;

/// <summary>A block of C, C[FirstRow..EndRow, FirstColumn..EndColumn], that one thread computes.</summary>
internal readonly record struct GemmBlock(int FirstRow, int EndRow, int FirstColumn, int EndColumn);
