using GanGpu.Data;
using GanGpu.Losses;
using GanGpu.Presets;
using GanGpu.TorchPeer;
using GanGpu.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace GanGpu.ParityTests;

/// <summary>
/// The article's GAN, trained by TorchSharp and by this library from the same weights on the same batches and noise, each
/// going its own way from there. Weights are compared through the gradients: Adam turns the rounding of a gradient that is
/// almost zero into a whole step of its weight, so that single weights may part while the networks do not.
/// </summary>
public sealed class ArticleGanTests
{
    // Sums of 784 products of float32 round to about 1e-6 of their largest term; gradients here are below 1.
    private const double GradientTolerance = 1e-6, RelativeGradientTolerance = 1e-5;

    private static readonly DataSet Data = DataSet.Open(DataSet.DigitsName);

    public static TheoryData<string, int, AdversarialLossKind> Cases()
    {
        TheoryData<string, int, AdversarialLossKind> cases = [];
        foreach (string device in ParityDevices.All)
        {
            foreach (int batch in new[] { 1, 7, 64 })
            {
                foreach (AdversarialLossKind loss in new[] { AdversarialLossKind.NonSaturating, AdversarialLossKind.Minimax })
                    cases.Add(device, batch, loss);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Ten_steps_agree_in_losses_and_every_gradient(string device, int batch, AdversarialLossKind loss) =>
        Compare(device, batch, loss, TorchVariant.Plain, ScalarType.Float32, steps: 10, lossTolerance: 1e-5, gradients: true);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_hundred_steps_agree_in_losses(string device, int batch, AdversarialLossKind loss) =>
        Compare(device, batch, loss, TorchVariant.Plain, ScalarType.Float32, steps: 100, lossTolerance: 1e-3, gradients: false);

    /// <summary>The arbiter: where this holds and a comparison with float32 does not, the rounding is TorchSharp's.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Ten_steps_agree_with_float64(string device, int batch, AdversarialLossKind loss) =>
        Compare(device, batch, loss, TorchVariant.Plain, ScalarType.Float64, steps: 10, lossTolerance: 1e-5, gradients: true);

    /// <summary>The benchmark's ways to do the step are the same step.</summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Every_variant_of_the_peer_agrees(bool stacked, bool frozen) =>
        Compare("cpu/1", 64, AdversarialLossKind.NonSaturating, new TorchVariant(stacked, frozen), ScalarType.Float32, steps: 10, lossTolerance: 1e-5, gradients: true);

    private static void Compare(string deviceName, int batch, AdversarialLossKind loss, TorchVariant variant, ScalarType type, int steps, double lossTolerance, bool gradients)
    {
        using Devices.Device device = ParityDevices.Open(deviceName);
        using DisposeScope scope = NewDisposeScope();
        // With more, its threads wait for each other in loops, which takes minutes on a busy machine.
        set_num_threads(1);
        TrainingOptions options = new() { BatchSize = batch, Loss = loss };
        using GanTrainer trainer = new(device, Preset.Mlp, Data, options);
        using TrainerInputs inputs = new(Data, options, TorchGan.LatentSize, type);
        using TorchGan peer = new(batch, loss, variant, type);
        peer.CopyWeights(trainer);
        for (int step = 1; step <= steps; step++)
        {
            using NoCollection quiet = new();
            using DisposeScope stepScope = NewDisposeScope();
            double discriminatorLoss = peer.DiscriminatorStep(inputs.Real(step), inputs.DiscriminatorLatent(step)).ToDouble();
            double[][] discriminatorGradients = peer.DiscriminatorGradients;
            double generatorLoss = peer.GeneratorStep(inputs.GeneratorLatent(step)).ToDouble();
            trainer.Replay();

            AssertLoss(discriminatorLoss, TrainerFigures.DiscriminatorLoss(trainer), lossTolerance, step, "discriminator");
            AssertLoss(generatorLoss, TrainerFigures.GeneratorLoss(trainer), lossTolerance, step, "generator");
            if (gradients)
            {
                AssertGradients(discriminatorGradients, trainer.DiscriminatorWeights, trainer.DiscriminatorOptimizer, step, "discriminator");
                AssertGradients(peer.GeneratorGradients, trainer.GeneratorWeights, trainer.GeneratorOptimizer, step, "generator");
            }
        }
    }

    private static void AssertLoss(double expected, double actual, double tolerance, int step, string network) =>
        Assert.True(
            Math.Abs(actual - expected) <= tolerance,
            FormattableString.Invariant($"Step {step}: the {network}'s loss is {actual:R}, TorchSharp's is {expected:R}; they may differ by {tolerance}."));

    private static void AssertGradients(double[][] expected, WeightArena weights, OptimizerState optimizer, int step, string network)
    {
        float[][] actual = TrainerFigures.Gradients(weights, optimizer);
        Assert.Equal(expected.Length, actual.Length);
        for (int p = 0; p < expected.Length; p++)
        {
            Assert.Equal(expected[p].Length, actual[p].Length);
            // Gradients that are all zero would agree without meaning anything.
            Assert.Contains(expected[p], gradient => gradient != 0);
            for (int i = 0; i < expected[p].Length; i++)
            {
                double difference = Math.Abs(actual[p][i] - expected[p][i]);
                if (!(difference <= GradientTolerance + (RelativeGradientTolerance * Math.Abs(expected[p][i]))))
                {
                    Assert.Fail(FormattableString.Invariant(
                        $"Step {step}: gradient {i} of the {network}'s {weights.Parameters.All[p].Tensor} is {actual[p][i]:R}, TorchSharp's is {expected[p][i]:R}, {difference:E1} apart."));
                }
            }
        }
    }
}
