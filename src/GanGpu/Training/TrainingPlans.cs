using GanGpu.Graph;
using GanGpu.Kernels;
using GanGpu.Networks;
using GanGpu.Planning;
using GanGpu.Presets;

namespace GanGpu.Training;

/// <summary>Both players' steps, described, differentiated and planned, but on no device yet.</summary>
internal sealed record TrainingPlans(
    Parameters Generator, Parameters Discriminator, TrainingGraph GeneratorGraph, TrainingGraph DiscriminatorGraph, Plan GeneratorPlan, Plan DiscriminatorPlan)
{
    /// <summary>Floats for the intermediate results. The two steps run one after the other, so theirs can lie in the same memory.</summary>
    public int ArenaLength => Math.Max(DiscriminatorPlan.ArenaLength, GeneratorPlan.ArenaLength);

    /// <exception cref="OverflowException">A tensor, or all of them together, would have more elements than an int can number.</exception>
    public static TrainingPlans Build(Preset preset, SampleShape sample, DataOrder order, TrainingOptions options)
    {
        Parameters generator = new(), discriminator = new();
        TrainingGraph discriminatorGraph = TrainingGraph.Discriminator(preset, sample, order, options, generator, discriminator);
        TrainingGraph generatorGraph = TrainingGraph.Generator(preset, sample, options, generator, discriminator);
        HashSet<Tensor> weights = [.. generator.All.Concat(discriminator.All).Select(parameter => parameter.Tensor)];
        return new TrainingPlans(
            generator,
            discriminator,
            generatorGraph,
            discriminatorGraph,
            Planner.Build(generatorGraph.Results, weights.Concat(generatorGraph.Gradients).ToHashSet(), generatorGraph.Figures),
            Planner.Build(discriminatorGraph.Results, weights.Concat(discriminatorGraph.Gradients).ToHashSet(), discriminatorGraph.Figures));
    }
}
