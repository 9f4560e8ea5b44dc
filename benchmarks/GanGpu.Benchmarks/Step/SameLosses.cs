using System.Globalization;
using GanGpu.TorchPeer;
using TorchSharp;
using static TorchSharp.torch;

namespace GanGpu.Benchmarks.Step;

/// <summary>
/// Makes sure that what is timed is the same work: equal weights, batches and noise give equal losses.
/// </summary>
internal static class SameLosses
{
    private const int Updates = 3;

    /// <returns>The largest difference seen, over every way that TorchSharp's step is done.</returns>
    /// <exception cref="InvalidOperationException">They differ: there is nothing to time.</exception>
    public static double Check(Device device, StepTask task)
    {
        double worst = 0;
        int critics = task.Options.DiscriminatorSteps, steps = Math.Max(1, Updates / critics);
        foreach (TorchVariant variant in TorchVariant.For(task.Preset))
        {
            using DisposeScope scope = NewDisposeScope();
            using GanTrainer trainer = new(device, task.Preset, task.Data, task.Options);
            using TrainerInputs inputs = new(task.Data, task.Options, task.Preset.LatentSize);
            using TorchGan peer = new(task.Preset, task.Sample.Shape, task.Options, variant);
            peer.CopyWeights(trainer);
            for (int step = 1; step <= steps; step++)
            {
                int first = ((step - 1) * critics) + 1;
                (double Loss, double Penalty)[] discriminator =
                    [.. Enumerable.Range(first, critics).Select(update => UpdateDiscriminator(peer, inputs, update))];
                double generator = UpdateGenerator(peer, inputs, step);
                trainer.Replay();
                for (int i = 0; i < critics; i++)
                {
                    Compare("discriminator's loss", discriminator[i].Loss,
                        TrainerMetrics.DiscriminatorLoss(trainer, first + i));
                    if (task.Options.Penalty.GradientPenalty > 0)
                        Compare("penalty", discriminator[i].Penalty, TrainerMetrics.Penalty(trainer, first + i));
                }

                Compare("generator's loss", generator, TrainerMetrics.GeneratorLoss(trainer, step));

                void Compare(string what, double theirs, double ours)
                {
                    double difference = Math.Abs(ours - theirs) / Math.Max(1, Math.Abs(theirs));
                    if (!(difference <= task.Tolerance))
                    {
                        throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                            $"GanGpu on {device.Name} and TorchSharp ({variant}) do not compute the same: the {what} " +
                            $"is {ours} and {theirs} in step {step} with a batch of {task.Options.BatchSize}. Run " +
                            $"the parity tests."));
                    }

                    worst = Math.Max(worst, difference);
                }
            }
        }

        return worst;
    }

    private static (double Loss, double Penalty) UpdateDiscriminator(TorchGan peer, TrainerInputs inputs, int update)
    {
        Tensor real = peer.Arrange(inputs.Real(update)), latent = inputs.DiscriminatorLatent(update);
        Tensor? positions = inputs.Positions(update);
        using NoCollection quiet = new();
        (Tensor loss, Tensor? penalty) = peer.DiscriminatorStep(real, latent, positions);
        return (loss.ToDouble(), penalty?.ToDouble() ?? 0);
    }

    private static double UpdateGenerator(TorchGan peer, TrainerInputs inputs, int update)
    {
        Tensor latent = inputs.GeneratorLatent(update);
        using NoCollection quiet = new();
        return peer.GeneratorStep(latent).ToDouble();
    }
}
