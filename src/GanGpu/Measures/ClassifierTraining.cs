using GanGpu.Backends;
using GanGpu.Kernels.Launching;
using GanGpu.Networks;
using GanGpu.Objectives.Classifier;
using GanGpu.Training;

namespace GanGpu.Measures;

/// <summary>Trains a classifier with Adam, at a rate that falls linearly from epoch to epoch.</summary>
internal static class ClassifierTraining
{
    /// <param name="device">Where to train.</param>
    /// <param name="data">Images with labels.</param>
    /// <param name="classes">Classes, more than the greatest label.</param>
    /// <param name="network">From images to logits.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellation">Ends it between steps.</param>
    /// <returns>The weights, as an arena of the network's parameters has them.</returns>
    public static float[] Run(
        Device device, DataSet data, int classes, Network network, ClassifierOptions options,
        CancellationToken cancellation)
    {
        ClassifierObjective objective = new(
            network, data.Format, classes,
            new AdamOptions(options.LearningRate, Beta1: 0.9));
        using Trainer trainer = new(
            device, objective, data, new(Math.Min(options.BatchSize, data.Count), options.Seed),
            [.. data.Labels.ToArray()]);
        TrainedNetwork classifier = trainer.Networks[0];
        for (int epoch = 0; epoch < options.Epochs; epoch++)
        {
            using (trainer.Turn())
                classifier.Optimizer.SetLearningRate(
                    options.LearningRate * (options.Epochs - epoch) / options.Epochs);
            trainer.Issue(trainer.Step + trainer.Order.StepsPerEpoch, cancellation);
            trainer.Wait();
            cancellation.ThrowIfCancellationRequested();
        }

        using DeviceTurn turn = trainer.Turn();
        DeviceBuffer<float> values = classifier.Weights.Values;
        float[] weights = new float[values.Length];
        values.CopyTo(weights);
        return weights;
    }
}
