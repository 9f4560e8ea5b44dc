using GanGpu.Data;
using GanGpu.Graph;
using GanGpu.Kernels.Batch;
using GanGpu.Networks;
using GanGpu.Objectives;
using GanGpu.Objectives.Gan;
using GanGpu.Planning;
using GanGpu.Presets;

namespace GanGpu.Training;

/// <summary>Both players' updates, described, differentiated and planned, but on no device yet.</summary>
/// <param name="Generator">The generator's parameters.</param>
/// <param name="Discriminator">The discriminator's parameters.</param>
/// <param name="GeneratorUpdate">The generator's update.</param>
/// <param name="DiscriminatorUpdates">The discriminator's update, and where only some are penalised also the one that
/// is not.</param>
internal sealed record TrainingPlans(
    Parameters Generator, Parameters Discriminator, PlannedUpdate GeneratorUpdate,
    IReadOnlyList<PlannedUpdate> DiscriminatorUpdates)
{
    /// <summary>
    /// Floats for the intermediate results. Updates run one after the other, so theirs can lie in the same memory.
    /// </summary>
    public int ArenaLength =>
        Math.Max(GeneratorUpdate.Plan.ArenaLength, DiscriminatorUpdates.Max(update => update.Plan.ArenaLength));

    /// <exception cref="OverflowException">A tensor, or all of them together, would have more elements than an int can
    /// number.</exception>
    public static TrainingPlans Build(Preset preset, SampleShape sample, DataOrder order, TrainingOptions options)
    {
        Parameters generator = new(options.Seed, network: 0), discriminator = new(options.Seed, network: 1);
        List<TrainingGraph> discriminatorGraphs =
            [TrainingGraph.Discriminator(preset, sample, order, options, generator, discriminator)];
        if (options.Penalty is { Any: true, Interval: > 1 })
            discriminatorGraphs.Add(
                TrainingGraph.Discriminator(
                    preset, sample, order, options, generator, discriminator, penalised: false));
        TrainingGraph generatorGraph =
            TrainingGraph.Generator(preset, sample, order, options, generator, discriminator);
        HashSet<Tensor> places = [
            .. new[] { generator, discriminator }.SelectMany(network => network.All.Concat(network.States))
            .Select(parameter => parameter.Tensor)];
        return new TrainingPlans(
            generator, discriminator, Planned(generatorGraph), [.. discriminatorGraphs.Select(Planned)]);

        PlannedUpdate Planned(TrainingGraph graph) =>
            new(graph, Planner.Build(graph.Results, places.Concat(graph.Kept).ToHashSet(), graph.Figures));
    }
}

/// <summary>A player's update and its plan.</summary>
internal sealed record PlannedUpdate(TrainingGraph Graph, Plan Plan);
