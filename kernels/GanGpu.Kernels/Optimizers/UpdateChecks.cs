using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Optimizers;

/// <summary>Checks of the arenas that an update sweeps.</summary>
internal static class UpdateChecks
{
    public static void Update(
        string operation, Slice<float> coefficients, Slice<float> parameters, Slice<float> gradients, string stateName,
        Slice<float> state)
    {
        Shape(operation, "coefficients", coefficients, 2);
        SameLength(operation, "parameters", parameters, "gradients", gradients);
        SameLength(operation, "parameters", parameters, stateName, state);
        Apart(operation, "parameters", parameters, "gradients", gradients);
        Apart(operation, stateName, state, "gradients", gradients);
        Apart(operation, stateName, state, "parameters", parameters);
        Apart(operation, "parameters", parameters, "coefficients", coefficients);
    }
}
