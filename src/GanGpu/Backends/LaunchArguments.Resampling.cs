using GanGpu.Kernels.Resampling;

namespace GanGpu.Backends;

/// <summary>Other sizes of images, and dropout.</summary>
internal static partial class LaunchArguments
{
    public static void PixelBlocks(string operation, PixelBlocks shape, Slice<float> small, Slice<float> large)
    {
        Positive(operation, "the height", shape.Height);
        Positive(operation, "the width", shape.Width);
        Positive(operation, "the factor", shape.Factor);
        Matrix(operation, shape.Small, shape.Channels, "the small images", small);
        Matrix(operation, shape.Large, shape.Channels, "the large images", large);
        Apart(operation, "the small images", small, "the large images", large);
    }

    public static void DropoutMask(float keep, Slice<uint> step)
    {
        Shape(nameof(DropoutMask), "step", step, 1);
        if (keep is not (> 0f and <= 1f))
            throw new ArgumentException(FormattableString.Invariant($"DropoutMask: the share that is kept must be above 0 and at most 1, not {keep}."));
    }
}
