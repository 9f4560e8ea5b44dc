using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Optimizers;

/// <summary>
/// average ← average + (1 − β)·(θ − average). It is issued after the end of an update's last step: t = (step[0] − 1) /
/// batches updates are done. If β ramps up, it is at most 2^(−1 / (ramp · t)).
/// </summary>
internal readonly unsafe struct WeightAverageLaunch(
    WeightAverage options, int batches, Slice<uint> step, Slice<float> parameters, Slice<float> average) : ILaunch
{
    private const string Operation = "WeightAverage";

    public void Check()
    {
        Shape(Operation, "step", step, 1);
        SameLength(Operation, "parameters", parameters, "average", average);
        Apart(Operation, "average", average, "parameters", parameters);
    }

    public Action Bind(IGpu gpu) =>
        WeightAverageGpu.Of(gpu)
            .Bind(gpu.Stream, options, batches, gpu.View(step), gpu.View(parameters), gpu.View(average));

    public Action Bind(IHost host) =>
        WeightAverageHost.Sweep(
            host.Team, options, batches, host.Address(step), average.Length, host.Address(parameters),
            host.Address(average));
}
