using GanGpu.Kernels.Launching;
using ILGPU;

namespace GanGpu.Kernels.Gemm;

/// <summary>A matrix product's shape and views.</summary>
/// <param name="Shape">The shape.</param>
/// <param name="A">op(A), as the shape says.</param>
/// <param name="B">op(B), as the shape says.</param>
/// <param name="C">[M,N], overwritten.</param>
/// <param name="Fusion">What is fused.</param>
/// <param name="Activation">f, if the fusion has one.</param>
/// <param name="Operand">The bias [N], the activation's output [M,N], or the column sums [N], which are overwritten;
/// any view if nothing is fused.</param>
/// <param name="Aligned">All views begin at multiples of 16 bytes.</param>
internal readonly record struct GemmOperands(
    GemmShape Shape, ArrayView<float> A, ArrayView<float> B, ArrayView<float> C, GemmFusion Fusion,
    Activation Activation, ArrayView<float> Operand, bool Aligned)
{
    /// <summary>
    /// Whether kernels can move four floats at a time: every row of every matrix begins at a multiple of 16 bytes.
    /// </summary>
    public bool Vectorized => Aligned
        && Shape.N % 4 == 0
        && (Shape.TransposeA ? Shape.M : Shape.K) % 4 == 0
        && (!Shape.TransposeB || Shape.K % 4 == 0);

    /// <summary>The views of a launch.</summary>
    public static GemmOperands Of(IGpu gpu, GemmLaunch launch)
    {
        (GemmFusion fusion, Slice<float> operand) = launch.Epilogue.Fused(launch.C);
        return new(
            launch.Shape, gpu.View(launch.A), gpu.View(launch.B), gpu.View(launch.C), fusion,
            launch.Epilogue.Activation, gpu.View(operand),
            AreAligned(launch.A, launch.B, launch.C, operand));
    }

    /// <summary>Whether all begin at multiples of 16 bytes.</summary>
    public static bool AreAligned(Slice<float> a, Slice<float> b, Slice<float> c, Slice<float> d) =>
        ((a.Offset | b.Offset | c.Offset | d.Offset) & 3) == 0;

    public ProductOperands Product => new(A, B, C, Fusion, Activation, Operand, Vectorized, VectorizedK: false);
}
