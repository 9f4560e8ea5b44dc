using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Losses;

/// <summary>
/// A penalty on the norms of the rows of gradient [Rows, Columns], see <see cref="PenaltyShape"/>: norms[r] = ‖g_r‖,
/// cotangent [Rows, Columns] the penalty's derivative towards the gradient, metrics[4] = (mean of (‖g_r‖ − Center)² in
/// the first part, in the second, mean norm in the first, in the second); 0 for an empty part.
/// </summary>
internal readonly unsafe struct GradientPenaltyLaunch(
    PenaltyShape shape, Slice<float> gradient, Slice<float> norms, Slice<float> cotangent,
    Slice<float> metrics) : ILaunch
{
    private const string Operation = "GradientPenalty";

    public void Check()
    {
        Matrix(Operation, shape.Rows, shape.Columns, "the gradient", gradient);
        if (shape.Split < 0 || shape.Split > shape.Rows)
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"{Operation}: the split must be in 0..{shape.Rows}, the number of rows, but is {shape.Split}."));
        Shape(Operation, "the norms", norms, shape.Rows);
        Matrix(Operation, shape.Rows, shape.Columns, "the cotangent", cotangent);
        Shape(Operation, "the metrics", metrics, 4);
        Apart(Operation, "the cotangent", cotangent, "the gradient", gradient);
        Apart(Operation, "the norms", norms, "the gradient", gradient);
        Apart(Operation, "the norms", norms, "the cotangent", cotangent);
        Apart(Operation, "the metrics", metrics, "the norms", norms);
    }

    public Action Bind(IGpu gpu) =>
        GradientPenaltyGpu.Of(gpu)
            .Bind(gpu.Stream, shape, gpu.View(gradient), gpu.View(norms), gpu.View(cotangent), gpu.View(metrics));

    public Action Bind(IHost host) =>
        GradientPenaltyHost.Bind(
            host.Team, shape, host.Address(gradient), host.Address(norms), host.Address(cotangent),
            host.Address(metrics));
}
