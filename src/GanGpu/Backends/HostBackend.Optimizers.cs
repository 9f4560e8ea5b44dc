using GanGpu.Kernels.Optimizers;

namespace GanGpu.Backends;

/// <summary>Updates of whole arenas.</summary>
internal sealed unsafe partial class HostBackend
{
    public Action RmsProp(RmsPropOptions options, Slice<float> coefficients, Slice<float> parameters, Slice<float> gradients, Slice<float> meanSquare)
    {
        LaunchArguments.Update(nameof(RmsProp), coefficients, parameters, gradients, "mean square", meanSquare);
        return RmsPropHost.Sweep(team, options, parameters.Length, Address(coefficients), Address(parameters), Address(gradients), Address(meanSquare));
    }

    public Action Sgd(SgdOptions options, Slice<float> coefficients, Slice<float> parameters, Slice<float> gradients, Slice<float> momentum)
    {
        LaunchArguments.Update(nameof(Sgd), coefficients, parameters, gradients, "momentum", momentum);
        return SgdHost.Sweep(team, options, parameters.Length, Address(coefficients), Address(parameters), Address(gradients), Address(momentum));
    }

    public Action WeightClip(float limit, Slice<float> x)
    {
        LaunchArguments.Limit(nameof(WeightClip), limit);
        return WeightClipHost.Sweep(team, limit, x.Length, Address(x));
    }

    public Action GradientNorm(float limit, Slice<float> gradients, Slice<float> norm)
    {
        LaunchArguments.GradientNorm(limit, gradients, norm);
        return GradientNormHost.Sweep(team, limit, gradients.Length, Address(gradients), Address(norm));
    }

    public Action WeightAverage(WeightAverage options, int batches, Slice<uint> step, Slice<float> parameters, Slice<float> average)
    {
        LaunchArguments.WeightAverage(step, parameters, average);
        return WeightAverageHost.Sweep(team, options, batches, Address(step), average.Length, Address(parameters), Address(average));
    }

    public Action Accumulate(float factor, Slice<float> x, Slice<float> sum)
    {
        LaunchArguments.Accumulate(x, sum);
        return AccumulateHost.Sweep(team, factor, sum.Length, Address(x), Address(sum));
    }
}
