namespace GanGpu.Kernels.Gemm;

/// <summary>A part of C, C[FirstRow..EndRow, FirstColumn..EndColumn], that one thread computes.</summary>
internal readonly record struct GemmHostCell(int FirstRow, int EndRow, int FirstColumn, int EndColumn);
