using GanGpu.Kernels.Gemm;

namespace GanGpu.Backends;

/// <summary>A product and its operands; see <see cref="IBackend.Gemm"/>.</summary>
internal readonly record struct GemmLaunch(GemmShape Shape, Slice<float> A, Slice<float> B, Slice<float> C, GemmEpilogue Epilogue);
