using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// C_g = op(A_g) · op(B_g) of as many pairs of matrices as there are groups, one for each sample for example. Those of an
/// operand lie one behind the other: A is [groups · M, K], or [groups · K, M] if it is transposed.
/// </summary>
/// <param name="Groups">Pairs of matrices.</param>
/// <param name="Shape">The shape of each.</param>
/// <param name="A">The first factors.</param>
/// <param name="B">The second factors.</param>
/// <param name="C">[groups · M, N], overwritten.</param>
internal readonly record struct GroupedGemmLaunch(
    int Groups, GemmShape Shape, Slice<float> A, Slice<float> B, Slice<float> C) : ILaunch
{
    public void Check()
    {
        string operation = $"{Groups} x Gemm {Shape}";
        Positive(operation, "groups", Groups);
        Positive(operation, "M", Shape.M);
        Positive(operation, "N", Shape.N);
        Positive(operation, "K", Shape.K);
        LaunchChecks.Shape(operation, "A", A, Groups, Shape.M, Shape.K);
        LaunchChecks.Shape(operation, "B", B, Groups, Shape.K, Shape.N);
        LaunchChecks.Shape(operation, "C", C, Groups, Shape.M, Shape.N);
        Apart(operation, "C", C, "A", A);
        Apart(operation, "C", C, "B", B);
    }

    public Action Bind(IGpu gpu) => GemmGpu.Of(gpu).BindGrouped(
        gpu.Stream, Groups, new GemmOperands(
            Shape, gpu.View(A), gpu.View(B), gpu.View(C), GemmFusion.None, Activation.Identity, gpu.View(C),
            GemmOperands.AreAligned(A, B, C, C)));

    /// <summary>One product after the other: all threads share each.</summary>
    public unsafe Action Bind(IHost host)
    {
        Action[] products = new Action[Groups];
        for (int group = 0; group < Groups; group++)
            products[group] = GemmHost.Bind(
                host.Team, Shape, host.Address(A) + ((nint)group * Shape.M * Shape.K),
                host.Address(B) + ((nint)group * Shape.K * Shape.N), host.Address(C) + ((nint)group * Shape.M * Shape.N),
                default(GemmEpilogue).OnHost(host));
        return () =>
        {
            foreach (Action product in products)
                product();
        };
    }
}
