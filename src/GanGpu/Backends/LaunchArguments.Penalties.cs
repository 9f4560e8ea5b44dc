using GanGpu.Kernels.Losses;

namespace GanGpu.Backends;

/// <summary>Penalties on a discriminator's gradient.</summary>
internal static partial class LaunchArguments
{
    public static void GradientPenalty(PenaltyShape shape, Slice<float> gradient, Slice<float> norms, Slice<float> cotangent, Slice<float> figures)
    {
        const string operation = nameof(GradientPenalty);
        Matrix(operation, shape.Rows, shape.Columns, "the gradient", gradient);
        if (shape.Split < 0 || shape.Split > shape.Rows)
            throw new ArgumentException(FormattableString.Invariant($"{operation}: the split must be in 0..{shape.Rows}, the number of rows, but is {shape.Split}."));
        Shape(operation, "the norms", norms, shape.Rows);
        Matrix(operation, shape.Rows, shape.Columns, "the cotangent", cotangent);
        Shape(operation, "the figures", figures, 4);
        Apart(operation, "the cotangent", cotangent, "the gradient", gradient);
        Apart(operation, "the norms", norms, "the gradient", gradient);
        Apart(operation, "the norms", norms, "the cotangent", cotangent);
        Apart(operation, "the figures", figures, "the norms", norms);
    }

    public static void Interpolate(int rows, int columns, Slice<uint> step, Slice<float> a, Slice<float> b, Slice<float> y)
    {
        const string operation = nameof(Interpolate);
        Shape(operation, "step", step, 1);
        Matrix(operation, rows, columns, "a", a);
        Matrix(operation, rows, columns, "b", b);
        Matrix(operation, rows, columns, "y", y);
        SameOrApart(operation, "y", y, "a", a);
        SameOrApart(operation, "y", y, "b", b);
    }
}
