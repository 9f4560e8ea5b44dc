namespace GanGpu.Backends;

/// <summary>The checks of updates of whole arenas.</summary>
internal static partial class LaunchArguments
{
    public static void Update(string operation, Slice<float> coefficients, Slice<float> parameters, Slice<float> gradients, string stateName, Slice<float> state)
    {
        Shape(operation, "coefficients", coefficients, 2);
        SameLength(operation, "parameters", parameters, "gradients", gradients);
        SameLength(operation, "parameters", parameters, stateName, state);
        Apart(operation, "parameters", parameters, "gradients", gradients);
        Apart(operation, stateName, state, "gradients", gradients);
        Apart(operation, stateName, state, "parameters", parameters);
        Apart(operation, "parameters", parameters, "coefficients", coefficients);
    }

    public static void Limit(string operation, float limit)
    {
        if (!(limit > 0))
            throw new ArgumentException(FormattableString.Invariant($"{operation}: the limit must be above 0, but is {limit}."));
    }

    public static void GradientNorm(float limit, Slice<float> gradients, Slice<float> norm)
    {
        Limit(nameof(GradientNorm), limit);
        Shape(nameof(GradientNorm), "norm", norm, 1);
        Apart(nameof(GradientNorm), "norm", norm, "gradients", gradients);
    }

    public static void WeightAverage(Slice<uint> step, Slice<float> parameters, Slice<float> average)
    {
        Shape(nameof(WeightAverage), "step", step, 1);
        SameLength(nameof(WeightAverage), "parameters", parameters, "average", average);
        Apart(nameof(WeightAverage), "average", average, "parameters", parameters);
    }

    public static void Accumulate(Slice<float> x, Slice<float> sum)
    {
        SameLength(nameof(Accumulate), "x", x, "sum", sum);
        Apart(nameof(Accumulate), "sum", sum, "x", x);
    }
}
