using GanGpu.Objectives;
using GanGpu.Training;

namespace GanGpu.TorchPeer;

/// <summary>
/// What a trainer computed, in the terms of <see cref="TorchGan"/>. Updates are counted from 1, those of each network
/// by themselves.
/// </summary>
internal static class TrainerMetrics
{
    /// <summary>The adversarial loss before an update of the discriminator.</summary>
    public static double DiscriminatorLoss(GanTrainer trainer, int update) =>
        AdversarialLoss.DiscriminatorLoss(Metrics(trainer.DiscriminatorRing, update));

    /// <summary>The gradient penalty of an update, without its weight.</summary>
    public static double Penalty(GanTrainer trainer, int update) =>
        Metrics(trainer.DiscriminatorRing, update)[Graph.LogitLoss.MetricCount];

    /// <summary>The generator's loss before an update.</summary>
    public static double GeneratorLoss(GanTrainer trainer, int update) =>
        AdversarialLoss.GeneratorLoss(trainer.Options.Loss, Metrics(trainer.GeneratorRing, update));

    /// <summary>One array a parameter, in the network's order.</summary>
    public static float[][] Gradients(WeightArena weights, OptimizerState optimizer)
    {
        float[] arena = new float[optimizer.Gradients.Length];
        optimizer.Gradients.CopyTo(arena);
        return [.. weights.Parameters.All.Select(parameter => Of(parameter, arena))];
    }

    /// <summary>Running means and variances, in the network's order.</summary>
    public static float[][] States(WeightArena weights)
    {
        float[] arena = new float[weights.States.Length];
        weights.States.CopyTo(arena);
        return [.. weights.Parameters.States.Select(state => Of(state, arena))];
    }

    private static double[] Metrics(MetricsRing ring, int update) => ring.Means(update - 1, update);

    private static float[] Of(Networks.Parameter parameter, float[] arena) =>
        arena.AsSpan(parameter.Offset, parameter.Tensor.Shape.Length).ToArray();
}
