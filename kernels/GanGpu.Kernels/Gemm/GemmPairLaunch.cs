using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// Two independent products in one launch: a weight gradient AᵀB, with or without column sums, and an input gradient
/// ABᵀ, with or without an activation's gradient.
/// </summary>
internal readonly struct GemmPairLaunch(GemmLaunch weights, GemmLaunch inputs) : ILaunch
{
    private const string Operation = "GemmPair";

    public void Check()
    {
        weights.Check();
        inputs.Check();
        if (weights.Shape is not { TransposeA: true, TransposeB: false }
            || weights.Epilogue is not { Bias: null, Output: null })
            throw new ArgumentException(
                $"{Operation}: the first product must be a weight gradient TN with column sums at most, but is " +
                $"{weights.Shape}.");
        if (inputs.Shape is not { TransposeA: false, TransposeB: true }
            || inputs.Epilogue is not { Bias: null, ColumnSums: null })
            throw new ArgumentException(
                $"{Operation}: the second product must be an input gradient NT with an activation's gradient at " +
                $"most, but is {inputs.Shape}.");
        Apart(Operation, "C of the first", weights.C, "A of the second", inputs.A);
        Apart(Operation, "C of the first", weights.C, "B of the second", inputs.B);
        Apart(Operation, "C of the first", weights.C, "C of the second", inputs.C);
        Apart(Operation, "C of the second", inputs.C, "A of the first", weights.A);
        Apart(Operation, "C of the second", inputs.C, "B of the first", weights.B);
    }

    public Action Bind(IGpu gpu) =>
        GemmGpu.Of(gpu).BindPair(gpu.Stream, GemmOperands.Of(gpu, weights), GemmOperands.Of(gpu, inputs));

    public Action Bind(IHost host) => weights.Bind(host) + inputs.Bind(host);
}
