using GanGpu.Kernels.Batch;

namespace GanGpu.Backends;

/// <summary>What samples go through before they are judged.</summary>
internal static partial class LaunchArguments
{
    public static void Augment(AugmentShape shape, Slice<uint> step, Slice<float> x, Slice<float> y)
    {
        const string operation = nameof(Augment);
        Positive(operation, "the height", shape.Height);
        Positive(operation, "the width", shape.Width);
        Positive(operation, "the channels", shape.Channels);
        Shape(operation, "step", step, 1);
        Matrix(operation, shape.Rows, shape.Length, "x", x);
        Matrix(operation, shape.Rows, shape.Length, "y", y);
        Apart(operation, "y", y, "x", x);
    }
}
