using GanGpu.Kernels.Optimizers;

namespace GanGpu.Backends;

/// <summary>Updates of whole arenas.</summary>
internal sealed partial class IlgpuBackend
{
    private RmsPropGpu RmsPropKernels => field ??= new(loader);

    private SgdGpu SgdKernels => field ??= new(loader);

    private WeightClipGpu WeightClipKernels => field ??= new(loader);

    private GradientNormGpu GradientNormKernels => field ??= new(loader);

    private WeightAverageGpu WeightAverageKernels => field ??= new(loader);

    private AccumulateGpu AccumulateKernels => field ??= new(loader);

    public Action RmsProp(RmsPropOptions options, Slice<float> coefficients, Slice<float> parameters, Slice<float> gradients, Slice<float> meanSquare)
    {
        LaunchArguments.Update(nameof(RmsProp), coefficients, parameters, gradients, "mean square", meanSquare);
        return RmsPropKernels.Bind(Stream, options, View(coefficients), View(parameters), View(gradients), View(meanSquare));
    }

    public Action Sgd(SgdOptions options, Slice<float> coefficients, Slice<float> parameters, Slice<float> gradients, Slice<float> momentum)
    {
        LaunchArguments.Update(nameof(Sgd), coefficients, parameters, gradients, "momentum", momentum);
        return SgdKernels.Bind(Stream, options, View(coefficients), View(parameters), View(gradients), View(momentum));
    }

    public Action WeightClip(float limit, Slice<float> x)
    {
        LaunchArguments.Limit(nameof(WeightClip), limit);
        return WeightClipKernels.Bind(Stream, limit, View(x));
    }

    public Action GradientNorm(float limit, Slice<float> gradients, Slice<float> norm)
    {
        LaunchArguments.GradientNorm(limit, gradients, norm);
        return GradientNormKernels.Bind(Stream, limit, View(gradients), View(norm), Scratch(GradientNormGpu.Scratch(gradients.Length)));
    }

    public Action WeightAverage(WeightAverage options, int batches, Slice<uint> step, Slice<float> parameters, Slice<float> average)
    {
        LaunchArguments.WeightAverage(step, parameters, average);
        return WeightAverageKernels.Bind(Stream, options, batches, View(step), View(parameters), View(average));
    }

    public Action Accumulate(float factor, Slice<float> x, Slice<float> sum)
    {
        LaunchArguments.Accumulate(x, sum);
        return AccumulateKernels.Bind(Stream, factor, View(x), View(sum));
    }
}
