using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Elementwise;

/// <summary>y = a + b. y may be a or b.</summary>
internal readonly unsafe struct AddLaunch(Slice<float> a, Slice<float> b, Slice<float> y) : ILaunch
{
    private const string Operation = "Add";

    public void Check() => Binary(Operation, a, b, y);

    public Action Bind(IGpu gpu) =>
        ElementwiseGpu.Of(gpu)
            .BindAdd(gpu.Stream, gpu.View(a), gpu.View(b), gpu.View(y));

    public Action Bind(IHost host) =>
        ElementwiseHost.Add(host.Team, y.Length, host.Address(a), host.Address(b), host.Address(y));
}
