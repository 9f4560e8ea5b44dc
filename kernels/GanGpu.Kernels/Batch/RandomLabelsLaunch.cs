using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Batch.ClassChecks;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Batch;

/// <summary>
/// y[r] = ⌊word · classes / 2³²⌋ of the first word of the Philox block with counter (r, step[0], stream): uniform on
/// 0..classes − 1.
/// </summary>
internal readonly unsafe struct RandomLabelsLaunch(
    int classes, ulong seed, uint stream, Slice<uint> step, Slice<float> y) : ILaunch
{
    private const string Operation = "RandomLabels";

    public void Check()
    {
        Classes(Operation, classes);
        Shape(Operation, "step", step, 1);
    }

    public Action Bind(IGpu gpu) =>
        LabelsGpu.Of(gpu)
            .BindRandomLabels(gpu.Stream, classes, seed, stream, gpu.View(step), gpu.View(y));

    public Action Bind(IHost host) =>
        LabelsHost.RandomLabels(host.Team, y.Length, classes, seed, stream, host.Address(step), host.Address(y));
}
