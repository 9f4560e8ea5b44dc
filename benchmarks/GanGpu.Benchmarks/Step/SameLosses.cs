using GanGpu.Data;
using GanGpu.Losses;
using GanGpu.Presets;
using GanGpu.TorchPeer;
using GanGpu.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace GanGpu.Benchmarks.Step;

/// <summary>Makes sure that what is timed is the same work: equal weights, batches and noise give equal losses.</summary>
internal static class SameLosses
{
    private const int Steps = 3;

    // What the parity tests allow over ten steps.
    private const double Tolerance = 1e-5;

    /// <returns>The largest difference seen, over every way that TorchSharp's step is done.</returns>
    /// <exception cref="InvalidOperationException">They differ: there is nothing to time.</exception>
    public static double Check(Devices.Device device, DataSet data, int batch)
    {
        double worst = 0;
        foreach (TorchVariant variant in TorchVariant.All)
        {
            using DisposeScope scope = NewDisposeScope();
            TrainingOptions options = new() { BatchSize = batch };
            using GanTrainer trainer = new(device, Preset.Mlp, data, options);
            using TrainerInputs inputs = new(data, options, TorchGan.LatentSize);
            using TorchGan peer = new(batch, AdversarialLossKind.NonSaturating, variant);
            peer.CopyWeights(trainer);
            for (int step = 1; step <= Steps; step++)
            {
                using NoCollection quiet = new();
                double discriminator = peer.DiscriminatorStep(inputs.Real(step), inputs.DiscriminatorLatent(step)).ToDouble();
                double generator = peer.GeneratorStep(inputs.GeneratorLatent(step)).ToDouble();
                trainer.Replay();
                double difference = Math.Max(
                    Math.Abs(discriminator - TrainerFigures.DiscriminatorLoss(trainer)),
                    Math.Abs(generator - TrainerFigures.GeneratorLoss(trainer)));
                if (!(difference <= Tolerance))
                {
                    throw new InvalidOperationException(FormattableString.Invariant(
                        $"GanGpu on {device.Name} and TorchSharp ({variant}) do not compute the same: their losses differ by {difference} in step {step} with a batch of {batch}. Run the parity tests."));
                }

                worst = Math.Max(worst, difference);
            }
        }

        return worst;
    }
}
