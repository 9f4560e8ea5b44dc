using GanGpu.Graph;
using GanGpu.Kernels.Gemm;
using GanGpu.Networks;

namespace GanGpu.Planning;

/// <summary>
/// The gradients of a layer's weights and of its input, from the same gradient of its output, in one launch.
/// </summary>
internal sealed class FusedMatMulPair(FusedMatMul weights, FusedMatMul inputs) : Launch
{
    public override IReadOnlyList<Tensor> Inputs => [.. weights.Inputs.Concat(inputs.Inputs).Distinct()];

    public override IReadOnlyList<Tensor> Outputs => [.. weights.Outputs, .. inputs.Outputs];

    public override LaunchCost Cost => new(
        "MatMulPair", $"{weights.Gemm}, {inputs.Gemm}",
        string.Join("; ", new[] { weights.Cost.Fused, inputs.Cost.Fused }.Where(fused => fused.Length > 0)),
        weights.Gemm.Flops + inputs.Gemm.Flops, Bytes);

    public override Action Bind(PlanBinding binding) =>
        binding.Backend.Bind(new GemmPairLaunch(weights.On(binding), inputs.On(binding)));

    /// <summary>
    /// Joins all possible pairs of a weight gradient and the input gradient that reads the same output gradient. Either
    /// of them moves to the later one's position.
    /// </summary>
    public static void Join(List<Launch> launches)
    {
        foreach (
            FusedMatMul weights in launches.OfType<FusedMatMul>()
            .Where(product => product
                is { Gemm: { TransposeA: true, TransposeB: false }, Bias: null, ActivationOutput: null }).ToList())
        {
            FusedMatMul? inputs = launches.OfType<FusedMatMul>().FirstOrDefault(product =>
                product is { Gemm: { TransposeA: false, TransposeB: true }, Bias: null, ColumnSums: null }
                    && product.A == weights.B);
            if (inputs is null)
                continue;
            int first = Math.Min(launches.IndexOf(weights), launches.IndexOf(inputs)),
                last = Math.Max(launches.IndexOf(weights), launches.IndexOf(inputs));

            // Neither may depend on the other, and no launch between them on the earlier one.
            if (launches.GetRange(first + 1, last - first)
                .Any(later => later.Inputs.Intersect(launches[first].Outputs).Any()))
                continue;
            launches[last] = new FusedMatMulPair(weights, inputs);
            launches.RemoveAt(first);
        }
    }
}
