using GanGpu.Training;

namespace GanGpu.TorchPeer;

/// <summary>What a trainer computed in its latest step, in the terms of <see cref="TorchGan"/>.</summary>
internal static class TrainerFigures
{
    public static double DiscriminatorLoss(GanTrainer trainer)
    {
        double[] figures = new double[2];
        trainer.DiscriminatorStep.Ring.Means(trainer.Step - 1, trainer.Step, figures);
        return figures[0] + figures[1];
    }

    public static double GeneratorLoss(GanTrainer trainer)
    {
        double[] figures = new double[1];
        trainer.GeneratorStep.Ring.Means(trainer.Step - 1, trainer.Step, figures);
        // The figure is the cross-entropy with the part's target; minimax maximises the one with target 0.
        return trainer.Options.Loss == Losses.AdversarialLossKind.Minimax ? -figures[0] : figures[0];
    }

    /// <summary>One array a parameter, in the network's order.</summary>
    public static float[][] Gradients(WeightArena weights, OptimizerState optimizer)
    {
        float[] arena = new float[optimizer.Gradients.Length];
        optimizer.Gradients.CopyTo(arena);
        return [.. weights.Parameters.All.Select(parameter => arena.AsSpan(parameter.Offset, parameter.Tensor.Shape.Length).ToArray())];
    }
}
