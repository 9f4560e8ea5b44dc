using GanGpu.Data;
using GanGpu.Networks;
using GanGpu.Presets;
using GanGpu.TorchPeer;
using GanGpu.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace GanGpu.ParityTests;

/// <summary>
/// Trains a GAN by TorchSharp and by this library from the same weights on the same batches and noise, each going its own way
/// from there. Weights are compared through the gradients: Adam turns the rounding of a gradient that is almost zero into a
/// whole step of its weight, so that single weights may part while the networks do not.
/// </summary>
internal static class ParityTraining
{
    public static void Run(
        string deviceName, Preset preset, DataSet data, TrainingOptions options, TorchVariant variant, ScalarType type, int steps, ParityTolerances tolerances)
    {
        using Devices.Device device = ParityDevices.Open(deviceName);
        using DisposeScope scope = NewDisposeScope();
        // With more, its threads wait for each other in loops, which takes minutes on a busy machine.
        set_num_threads(1);
        using GanTrainer trainer = new(device, preset, data, options);
        using TrainerInputs inputs = new(data, options, preset.LatentSize, type);
        using TorchGan peer = new(preset, trainer.SampleShape, options, variant, type);
        peer.CopyWeights(trainer);
        int critics = options.DiscriminatorSteps;
        for (int step = 1; step <= steps; step++)
        {
            using DisposeScope stepScope = NewDisposeScope();
            (double Loss, double? Penalty)[] expected = new (double, double?)[critics];
            for (int i = 0; i < critics; i++)
                expected[i] = UpdateDiscriminator(peer, inputs, ((step - 1) * critics) + i + 1);
            double[][] discriminatorGradients = tolerances.Gradient is null ? [] : peer.Discriminator.Gradients;
            double generatorLoss = UpdateGenerator(peer, inputs, step);
            trainer.Replay();

            for (int i = 0; i < critics; i++)
            {
                int update = ((step - 1) * critics) + i + 1;
                AssertLoss(expected[i].Loss, TrainerFigures.DiscriminatorLoss(trainer, update), tolerances.Loss, update, "discriminator's loss");
                if (expected[i].Penalty is { } penalty)
                    AssertLoss(penalty, TrainerFigures.Penalty(trainer, update), tolerances.Loss, update, "penalty");
            }

            AssertLoss(generatorLoss, TrainerFigures.GeneratorLoss(trainer, step), tolerances.Loss, step, "generator's loss");
            if (tolerances.Gradient is { } ofGradients)
            {
                AssertTensors(
                    discriminatorGradients, TrainerFigures.Gradients(trainer.DiscriminatorWeights, trainer.DiscriminatorOptimizer), trainer.DiscriminatorWeights.Parameters.All, ofGradients, step, "discriminator's gradient");
                AssertTensors(
                    peer.Generator.Gradients, TrainerFigures.Gradients(trainer.GeneratorWeights, trainer.GeneratorOptimizer), trainer.GeneratorWeights.Parameters.All, ofGradients, step, "generator's gradient");
            }

            if (tolerances.State is { } ofStates)
            {
                AssertTensors(peer.Discriminator.States, TrainerFigures.States(trainer.DiscriminatorWeights), trainer.DiscriminatorWeights.Parameters.States, ofStates, step, "discriminator's");
                AssertTensors(peer.Generator.States, TrainerFigures.States(trainer.GeneratorWeights), trainer.GeneratorWeights.Parameters.States, ofStates, step, "generator's");
            }
        }
    }

    private static (double Loss, double? Penalty) UpdateDiscriminator(TorchGan peer, TrainerInputs inputs, int update)
    {
        Tensor real = peer.Arrange(inputs.Real(update)), latent = inputs.DiscriminatorLatent(update);
        Tensor? positions = inputs.Positions(update);
        using NoCollection quiet = new();
        (Tensor loss, Tensor? penalty) = peer.DiscriminatorStep(real, latent, positions);
        return (loss.ToDouble(), penalty?.ToDouble());
    }

    private static double UpdateGenerator(TorchGan peer, TrainerInputs inputs, int update)
    {
        Tensor latent = inputs.GeneratorLatent(update);
        using NoCollection quiet = new();
        return peer.GeneratorStep(latent).ToDouble();
    }

    private static void AssertLoss(double expected, double actual, double tolerance, int update, string what) =>
        Assert.True(
            Math.Abs(actual - expected) <= tolerance,
            FormattableString.Invariant($"Update {update}: the {what} is {actual:R}, TorchSharp's is {expected:R}; they may differ by {tolerance}."));

    private static void AssertTensors(double[][] expected, float[][] actual, IReadOnlyList<Parameter> parameters, Tolerance tolerance, int step, string what)
    {
        Assert.NotEmpty(expected);
        Assert.Equal(expected.Length, actual.Length);
        for (int p = 0; p < expected.Length; p++)
        {
            Assert.Equal(expected[p].Length, actual[p].Length);
            double largest = expected[p].Max(Math.Abs);
            // Values that are all zero would agree without meaning anything.
            if (largest == 0) Console.WriteLine("ZERO " + parameters[p].Tensor);
            if (Environment.GetEnvironmentVariable("PARITY_PRINT") is not null)
                Console.WriteLine(FormattableString.Invariant($"{step} {what} {parameters[p].Tensor}: largest {largest:E1} off {expected[p].Zip(actual[p], (e, a) => Math.Abs(e - a)).Max():E1} of largest {expected[p].Zip(actual[p], (e, a) => Math.Abs(e - a)).Max() / largest:E1}"));
            for (int i = 0; i < expected[p].Length; i++)
            {
                double difference = Math.Abs(actual[p][i] - expected[p][i]);
                if (!(difference <= tolerance.For(expected[p][i], largest)))
                {
                    Assert.Fail(FormattableString.Invariant(
                        $"Step {step}: the {what} {i} of {parameters[p].Tensor} is {actual[p][i]:R}, TorchSharp's is {expected[p][i]:R}, {difference:E1} apart; the largest is {largest:E1}."));
                }
            }
        }
    }
}
