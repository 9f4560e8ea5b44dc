using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Optimizers;

/// <summary>
/// sum ← sum + factor · x: with factor 1/k and k calls, the mean of the gradients of k micro-batches.
/// </summary>
internal readonly unsafe struct AccumulateLaunch(float factor, Slice<float> x, Slice<float> sum) : ILaunch
{
    private const string Operation = "Accumulate";

    public void Check()
    {
        SameLength(Operation, "x", x, "sum", sum);
        Apart(Operation, "sum", sum, "x", x);
    }

    public Action Bind(IGpu gpu) =>
        AccumulateGpu.Of(gpu).Bind(gpu.Stream, factor, gpu.View(x), gpu.View(sum));

    public Action Bind(IHost host) =>
        AccumulateHost.Sweep(host.Team, factor, sum.Length, host.Address(x), host.Address(sum));
}
