using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Random;

/// <summary>
/// y[i] = 1 / keep if u_i &lt; keep, otherwise 0; u_i in [0, 1) is word i mod 4 of the Philox block with counter (i/4,
/// step[0], stream).
/// </summary>
internal readonly unsafe struct DropoutMaskLaunch(
    float keep, ulong seed, uint stream, Slice<uint> step, Slice<float> y) : ILaunch
{
    private const string Operation = "DropoutMask";

    public void Check()
    {
        Shape(Operation, "step", step, 1);
        if (keep is not (> 0f and <= 1f))
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"{Operation}: the share that is kept must be above 0 and at most 1, not {keep}."));
    }

    public Action Bind(IGpu gpu) =>
        DropoutGpu.Of(gpu)
            .Bind(gpu.Stream, keep, seed, stream, gpu.View(step), gpu.View(y));

    public Action Bind(IHost host) =>
        DropoutHost.Bind(host.Team, keep, seed, stream, host.Address(step), y.Length, host.Address(y));
}
