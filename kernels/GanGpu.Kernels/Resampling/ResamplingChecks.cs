using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Resampling;

/// <summary>Checks of images of two sizes.</summary>
internal static class ResamplingChecks
{
    public static void Operands(string operation, ResamplingShape shape, Slice<float> small, Slice<float> large)
    {
        Positive(operation, "the height", shape.Height);
        Positive(operation, "the width", shape.Width);
        Positive(operation, "the factor", shape.Factor);
        Matrix(operation, shape.Small, shape.Channels, "the small images", small);
        Matrix(operation, shape.Large, shape.Channels, "the large images", large);
        Apart(operation, "the small images", small, "the large images", large);
    }
}
