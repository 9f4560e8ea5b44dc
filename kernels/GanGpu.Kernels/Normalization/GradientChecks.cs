using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Normalization;

/// <summary>Checks of a gradient that goes back through an activation.</summary>
internal static class GradientChecks
{
    public static void Output(string operation, Activation activation, Slice<float> dx, Slice<float>? y)
    {
        if (y is null && activation.Kind != ActivationKind.Identity)
            throw new ArgumentException($"{operation}: the gradient of {activation} needs its output.");
        if (y is not { } output)
            return;
        SameLength(operation, "dx", dx, "y", output);
        Apart(operation, "dx", dx, "y", output);
    }
}
