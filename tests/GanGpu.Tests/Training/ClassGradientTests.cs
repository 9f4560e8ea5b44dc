using GanGpu.Graph;
using GanGpu.Kernels.Batch;
using GanGpu.Networks;
using GanGpu.Objectives;
using GanGpu.Tests.Reference;

namespace GanGpu.Tests.Training;

/// <summary>
/// Both players' whole steps with classes, in float64: their gradients are those of the adversarial loss and of the
/// classes' cross-entropy together, by finite differences.
/// </summary>
public class ClassGradientTests
{
    private const int Batch = 4, Classes = 3, Iterations = 500;

    private static readonly SampleFormat Sample = SampleFormat.OfImages(4, 3, 1);

    private static readonly DataOrder Order = new(20, Batch, 1);

    public static TheoryData<string, AdversarialLossKind> Cases => new()
    {
        { "cgan", AdversarialLossKind.LeastSquares },
        { "acgan", AdversarialLossKind.NonSaturating },
        { "acgan", AdversarialLossKind.RelativisticPairing },
        { "sgan", AdversarialLossKind.NonSaturating },
        { "sngan", AdversarialLossKind.Wasserstein },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_discriminators_gradients_are_those_of_its_objective(string name, AdversarialLossKind loss)
    {
        (GanPreset preset, TrainingOptions options) = Small(name, loss);
        Parameters generator = new(1, 0), discriminator = new(1, 1);
        UpdateGraph graph = Updates(preset, options, generator, discriminator)[0];
        Check(graph, generator, discriminator, discriminator, values =>
        {
            double[] metrics = Float64Graph.Evaluate([graph.Metrics], values)[graph.Metrics];
            double byOrigin = AdversarialLoss.DiscriminatorLoss(metrics);
            return metrics.Length == LogitLoss.MetricCount ? byOrigin
                : byOrigin + (preset.ClassWeights.Discriminator * (metrics[4] + metrics[5]));
        });
        Assert.Equal(preset.ClassUse is ClassUse.Condition ? 1 : 2, graph.Metrics.Shape.Rows);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_generators_gradients_are_those_of_its_objective(string name, AdversarialLossKind loss)
    {
        (GanPreset preset, TrainingOptions options) = Small(name, loss);
        Parameters generator = new(1, 0), discriminator = new(1, 1);
        UpdateGraph graph = Updates(preset, options, generator, discriminator)[^1];
        SoftmaxCrossEntropy? byClass = TopologicalOrder.Of(graph.Trained[0].Tensors).OfType<SoftmaxCrossEntropy>()
            .SingleOrDefault();
        Assert.Equal(name == "acgan", byClass is not null);
        // Where real samples stand before the generated ones, theirs is the second part.
        int part = loss == AdversarialLossKind.RelativisticPairing ? 1 : 0;
        Check(graph, generator, discriminator, generator, values =>
            AdversarialLoss.GeneratorLoss(loss, Float64Graph.Evaluate([graph.Metrics], values)[graph.Metrics])
            + (byClass is null ? 0
                : preset.ClassWeights.Generator
                * Float64Graph.Evaluate([byClass.Metrics], values)[byClass.Metrics][part]));
    }

    private static IReadOnlyList<UpdateGraph> Updates(
        GanPreset preset, TrainingOptions options, params Parameters[] networks) =>
        preset.Objective(Sample, options).Updates(Order, networks);

    /// <summary>With values for the weights and for all that is drawn or read.</summary>
    private static void Check(
        UpdateGraph graph, Parameters generator, Parameters discriminator, Parameters trained,
        Func<IReadOnlyDictionary<Tensor, double[]>, double> objective)
    {
        Random random = new(4);
        Dictionary<Tensor, double[]> given = [];
        foreach (Tensor leaf in generator.All.Concat(discriminator.All).Select(parameter => parameter.Tensor))
            given[leaf] = Values(leaf.Shape, () => random.NextDouble() - 0.5);
        foreach (Operation source in TopologicalOrder.Of([graph.Metrics, .. graph.Trained[0].Tensors]))
        {
            Tensor output = source.Output;
            if (source is Noise or RealBatch)
                given[output] = Values(output.Shape, () => (2 * random.NextDouble()) - 1);
            else if (source is RealLabels or RandomLabels)
                given[output] = Values(output.Shape, () => random.Next(Classes));
            else if (source is DropoutMask)
                given[output] = Values(output.Shape, () => random.Next(3) == 0 ? 0 : 1.5);
        }

        // Spectral norms differentiate with their vectors held: exact once the power iteration has come to its end.
        foreach (Parameter state in generator.States.Concat(discriminator.States))
            given[state.Tensor] = Values(state.Tensor.Shape, () => random.NextDouble() + 0.1);
        StateUpdate[] iterated =
            [.. graph.States.Where(update => update.State.Name.EndsWith(".u", StringComparison.Ordinal))];
        for (int i = 0; i < (iterated.Length > 0 ? Iterations : 0); i++)
        {
            Dictionary<Tensor, double[]> next =
                Float64Graph.Evaluate([.. iterated.Select(update => update.Value)], given);
            foreach (StateUpdate update in iterated)
                given[update.State] = next[update.Value];
        }

        FiniteDifferences.Check(
            [.. trained.All.Select(parameter => parameter.Tensor)], given, [.. graph.Trained[0].Tensors], objective);
    }

    private static double[] Values(Shape shape, Func<double> value) =>
        [.. Enumerable.Range(0, shape.Length).Select(_ => value())];

    private static (GanPreset Preset, TrainingOptions Options) Small(string name, AdversarialLossKind loss)
    {
        GanPreset preset = Preset.Named(name) switch
        {
            CganPreset cgan => cgan with { BaseUnits = 2 },
            AcganPreset acgan => acgan with
            {
                BaseChannels = 1,
                DiscriminatorClassWeight = 0.7f,
                GeneratorClassWeight = 0.4f,
            },
            SganPreset sgan => sgan with { BaseUnits = 3 },
            SnganPreset sngan => sngan with { BaseChannels = 2, Conditional = true },
            GanPreset other => other,
            Preset other => throw new NotSupportedException(other.ToString()),
        } with
        { Classes = Classes, LatentSize = 3 };
        return (preset, preset.Recipe with { BatchSize = Batch, Loss = loss });
    }
}
