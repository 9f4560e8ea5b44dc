using System.Globalization;
using GanGpu.TorchPeer;
using GanGpu.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace GanGpu.ParityTests;

/// <summary>
/// Trains a GAN by TorchSharp and by this library from the same weights on the same batches and noise. Weights are
/// compared through the gradients: Adam turns the rounding of a gradient that is almost zero into a whole step of its
/// weight, so that single weights may part while the networks do not.
/// </summary>
internal sealed class ParityTraining : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly Device device;
    private readonly GanTrainer trainer;
    private readonly TrainerInputs inputs;
    private readonly TorchGan peer;
    private readonly ParityTolerances tolerances;
    private readonly Dictionary<string, double> least = [];

    public ParityTraining(
        string deviceName, Preset preset, DataSet data, TrainingOptions options, TorchVariant variant, ScalarType type,
        ParityTolerances tolerances)
    {
        this.tolerances = tolerances;
        device = ParityDevices.Open(deviceName);
        // With more, its threads wait for each other in loops, which takes minutes on a busy machine.
        set_num_threads(1);
        trainer = new(device, preset, data, options);
        inputs = new(data, options, preset.LatentSize, type);
        peer = new(preset, trainer.Format.Shape, options, variant, type);
        peer.CopyWeights(trainer);
    }

    /// <summary>
    /// How many times the steps that are asked for are taken before a tensor is said never to have agreed.
    /// </summary>
    private const int MostTimes = 4;

    /// <summary>
    /// Each goes its own way. Of several updates of the discriminator in a step the gradients of the last are compared.
    /// </summary>
    public static void Apart(
        string deviceName, Preset preset, DataSet data, TrainingOptions options, TorchVariant variant, ScalarType type,
        int steps, ParityTolerances tolerances)
    {
        using ParityTraining training = new(deviceName, preset, data, options, variant, type, tolerances);
        for (int step = 1; step <= steps; step++)
            training.StepApart(step);
    }

    /// <summary>
    /// Before each update TorchSharp takes over this library's weights. With hundreds of thousands of them some have
    /// gradients near enough to zero for their first step to go either way, and after that nothing agrees to rounding.
    /// It goes on until each tensor has agreed as closely as it must in some update; how soon that is depends on the
    /// width of vectors.
    /// </summary>
    public static void Together(
        string deviceName, Preset preset, DataSet data, TrainingOptions options, TorchVariant variant, ScalarType type,
        int steps, ParityTolerances tolerances)
    {
        using ParityTraining training = new(deviceName, preset, data, options, variant, type, tolerances);
        for (int step = 1; step <= steps
            || (step <= MostTimes * steps
                && training.least.Values.Any(difference => difference > tolerances.LeastOfLargest)); step++)
            training.StepTogether(step);
        foreach ((string what, double difference) in training.least)
            Assert.True(
                difference <= tolerances.LeastOfLargest,
                FormattableString.Invariant(
                    $"The {what} is never nearer than {difference:E1} of its largest value to TorchSharp's."));
    }

    public void Dispose()
    {
        peer.Dispose();
        inputs.Dispose();
        trainer.Dispose();
        scope.Dispose();
    }

    private void StepApart(int step)
    {
        using DisposeScope stepScope = NewDisposeScope();
        int critics = trainer.Options.DiscriminatorSteps, first = ((step - 1) * critics) + 1;
        (double Loss, double? Penalty)[] discriminator =
            [.. Enumerable.Range(first, critics).Select(UpdateDiscriminator)];
        double[][] gradients = tolerances.Gradient is null ? [] : peer.Discriminator.Gradients;
        double generatorLoss = UpdateGenerator(step);
        trainer.Replay();
        for (int i = 0; i < critics; i++)
            AssertDiscriminatorLoss(first + i, discriminator[i]);
        AssertDiscriminatorGradients(step, gradients);
        AssertGenerator(step, generatorLoss);
        AssertStates(step);
    }

    private void StepTogether(int step)
    {
        using DisposeScope stepScope = NewDisposeScope();
        IReadOnlyList<BoundUpdate> updates = trainer.Trainer.UpdatesOf(step - 1);
        int critics = updates.Count - 1;
        for (int i = 0; i < critics; i++)
        {
            int update = ((step - 1) * critics) + i + 1;
            (double Loss, double? Penalty) expected = UpdateDiscriminator(update);
            Issue(updates[i]);
            AssertDiscriminatorLoss(update, expected);
            AssertDiscriminatorGradients(update, peer.Discriminator.Gradients);
            AssertStates(step);
            peer.CopyWeights(trainer);
        }

        double generatorLoss = UpdateGenerator(step);
        Issue(updates[critics]);
        AssertGenerator(step, generatorLoss);
        AssertStates(step);
        peer.CopyWeights(trainer);
    }

    private void Issue(BoundUpdate update)
    {
        foreach (Action launch in update.Launches)
            launch();
        device.Backend.Synchronize();
    }

    private (double Loss, double? Penalty) UpdateDiscriminator(int update)
    {
        Tensor real = peer.Arrange(inputs.Real(update)), latent = inputs.DiscriminatorLatent(update);
        Tensor? positions = inputs.Positions(update);
        using NoCollection quiet = new();
        (Tensor loss, Tensor? penalty) = peer.DiscriminatorStep(real, latent, positions);
        return (loss.ToDouble(), penalty?.ToDouble());
    }

    private double UpdateGenerator(int update)
    {
        Tensor latent = inputs.GeneratorLatent(update);
        using NoCollection quiet = new();
        return peer.GeneratorStep(latent).ToDouble();
    }

    private void AssertDiscriminatorLoss(int update, (double Loss, double? Penalty) expected)
    {
        AssertLoss(expected.Loss, TrainerMetrics.DiscriminatorLoss(trainer, update), update, "discriminator's loss");
        if (expected.Penalty is { } penalty)
            AssertLoss(penalty, TrainerMetrics.Penalty(trainer, update), update, "penalty");
    }

    private void AssertDiscriminatorGradients(int update, double[][] expected) =>
        AssertTensors(
            expected, TrainerMetrics.Gradients(trainer.DiscriminatorWeights, trainer.DiscriminatorOptimizer),
            trainer.DiscriminatorWeights.Parameters.All, tolerances.Gradient, update, "discriminator's gradient");

    private void AssertGenerator(int update, double loss)
    {
        AssertLoss(loss, TrainerMetrics.GeneratorLoss(trainer, update), update, "generator's loss");
        AssertTensors(
            tolerances.Gradient is null ? []
                : peer.Generator.Gradients,
                TrainerMetrics.Gradients(trainer.GeneratorWeights, trainer.GeneratorOptimizer),
                trainer.GeneratorWeights.Parameters.All, tolerances.Gradient, update, "generator's gradient");
    }

    private void AssertStates(int step)
    {
        AssertTensors(
            peer.Discriminator.States, TrainerMetrics.States(trainer.DiscriminatorWeights),
            trainer.DiscriminatorWeights.Parameters.States, tolerances.State, step, "discriminator's state");
        AssertTensors(
            peer.Generator.States, TrainerMetrics.States(trainer.GeneratorWeights),
            trainer.GeneratorWeights.Parameters.States, tolerances.State, step, "generator's state");
    }

    private void AssertLoss(double expected, double actual, int update, string what) =>
        Assert.True(
            Math.Abs(actual - expected) <= tolerances.Loss * Math.Max(1, Math.Abs(expected)),
            string.Create(CultureInfo.InvariantCulture,
                $"Update {update}: the {what} is {actual:R}, TorchSharp's is {expected:R}; they may differ by " +
                $"{tolerances.Loss}."));

    private void AssertTensors(
        double[][] expected, float[][] actual, IReadOnlyList<Networks.Parameter> parameters, Tolerance? tolerance, int update,
        string what)
    {
        if (tolerance is not { } allowed)
            return;
        Assert.NotEmpty(expected);
        Assert.Equal(expected.Length, actual.Length);
        for (int p = 0; p < expected.Length; p++)
        {
            Assert.Equal(expected[p].Length, actual[p].Length);
            double largest = expected[p].Max(Math.Abs);
            // Values that are all zero would agree without meaning anything; but the gradient of a critic's last bias
            // is zero.
            if (parameters[p].Tensor.Name != "logit.bias")
                Assert.NotEqual(0, largest);
            double worst = 0;
            for (int i = 0; i < expected[p].Length; i++)
            {
                double difference = Math.Abs(actual[p][i] - expected[p][i]);
                worst = Math.Max(worst, difference);
                if (!(difference <= allowed.For(expected[p][i], largest)))
                {
                    Assert.Fail(string.Create(CultureInfo.InvariantCulture,
                        $"Update {update}: the {what} {i} of {parameters[p].Tensor} is {actual[p][i]:R}, " +
                        $"TorchSharp's is {expected[p][i]:R}, {difference:E1} apart; the largest is {largest:E1}."));
                }
            }

            string name = $"{what} {parameters[p].Tensor}";
            least[name] = Math.Min(least.GetValueOrDefault(name, double.PositiveInfinity), largest == 0 ? worst
                : worst / largest);
        }
    }
}
