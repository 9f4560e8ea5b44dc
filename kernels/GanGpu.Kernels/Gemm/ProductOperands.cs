using ILGPU;

namespace GanGpu.Kernels.Gemm;

/// <summary>What is fused behind a product on the GPU.</summary>
internal enum GemmFusion
{
    None,
    ColumnSums,
    Bias,
    ActivationGradient,
}

/// <summary>A product's views, ready to be given to a kernel.</summary>
/// <param name="A">A, as the product says.</param>
/// <param name="B">B, as the product says.</param>
/// <param name="C">Overwritten.</param>
/// <param name="Fusion">What is fused.</param>
/// <param name="Activation">f, if the fusion has one.</param>
/// <param name="Operand">As in <see cref="GemmOperands"/>.</param>
/// <param name="Vectorized">Whether everything can be moved four floats at a time.</param>
/// <param name="VectorizedK">Whether A can be read four steps of K at a time, and B too if it is contiguous along
/// K.</param>
internal readonly record struct ProductOperands(
    ArrayView<float> A, ArrayView<float> B, ArrayView<float> C, GemmFusion Fusion, Activation Activation,
    ArrayView<float> Operand, bool Vectorized, bool VectorizedK);
