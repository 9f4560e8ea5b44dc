using GanGpu.Backends;
using GanGpu.Graph;
using GanGpu.Kernels.Batch;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Losses;
using GanGpu.Kernels.Random;
using GanGpu.Networks;
using GanGpu.Objectives;
using GanGpu.Planning;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Networks;

/// <summary>Networks that know the classes of their samples, planned and run on every device.</summary>
[Collection(TestDevices.OfNetworks)]
public class ClassTests
{
    private const int Classes = 3;

    public static TheoryData<string> DeviceNames => TestDevices.Names;

    /// <summary>
    /// Real samples by class, and real against fake by the classes' logits together, as a semi-supervised discriminator
    /// learns.
    /// </summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void A_discriminator_of_classes_agrees_with_float64(string device)
    {
        const int rows = 8;
        Parameters parameters = new();
        Tensor samples = new("samples", new Shape(rows, 7)), labels = new("labels", new Shape(rows, 1));
        Tensor logits = samples
            .Dense(parameters, "hidden", 9, Activation.LeakyRelu(), Initializer.GlorotUniform, Initializer.Zeros)
            .Dense(parameters, "classes", Classes, Activation.Identity, Initializer.GlorotUniform, Initializer.Zeros);
        SoftmaxCrossEntropy byClass = new(logits, labels, new ClassTargets(rows / 2));
        Tensor real = new LogSumExp(logits).Output;
        LogitLoss byOrigin = AdversarialLoss.Discriminator(AdversarialLossKind.NonSaturating, real, rows / 2);
        Tensor[] gradients = Gradients.Of(
            [(logits, byClass.Gradient), (real, byOrigin.Gradient)],
            [.. parameters.All.Select(parameter => parameter.Tensor)]);
        Dictionary<Tensor, float[]> leaves =
            GraphOnDevice.Values(1, parameters.All.Select(parameter => parameter.Tensor).Append(samples));
        // Fakes have no label, and neither has one of the real samples.
        leaves[labels] = [0, 2, -1, 1, -1, -1, -1, -1];
        GraphOnDevice.Check(device, [byClass.Metrics, byOrigin.Metrics, .. gradients], leaves, 1e-6, 1e-5);
    }

    /// <summary>
    /// The vector of a sample's class beside its latent vector: by number and as one-hot rows the same.
    /// </summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void An_embedding_is_the_same_by_number_and_one_hot(string device)
    {
        const int rows = 5;
        Parameters parameters = new();
        Tensor latent = new("latent", new Shape(rows, 4)), labels = new("labels", new Shape(rows, 1)),
            oneHot = new("one-hot", new Shape(rows, Classes));
        Tensor byNumber = Apply(new OneHot(labels, Classes).Output), byPlace = Apply(oneHot);
        Assert.DoesNotContain(TopologicalOrder.Of([byNumber]), operation => operation is OneHot);
        Tensor[] weights = [.. parameters.All.Select(parameter => parameter.Tensor), latent];
        Tensor[] gradients = Gradients.Of([(byNumber, byNumber), (byPlace, new Scale(byPlace, -1f).Output)], weights);
        Dictionary<Tensor, float[]> leaves = GraphOnDevice.Values(1, weights);
        leaves[labels] = [2, 0, 1, 2, 2];
        leaves[oneHot] = [0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1];
        Tensor difference = new Add(byNumber, new Scale(byPlace, -1f).Output).Output;
        GraphOnDevice.Check(device, [byNumber, difference, .. gradients], leaves, 1e-6, 1e-5);

        Tensor Apply(Tensor classes) => latent
            .Concatenate(classes.Embed(parameters, "embedding", 6, Initializer.Normal(1f)))
            .Dense(parameters, "dense", 5, Activation.Tanh, Initializer.GlorotUniform, Initializer.Zeros);
    }

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void A_plan_reads_the_labels_of_its_batch(string device)
    {
        IBackend backend = TestDevices.Open(device);
        DataOrder order = new(10, 4, 3);
        Tensor real = new RealLabels(order).Output,
            random = new RandomLabels(4, Classes, 5, RandomStreams.GeneratorLabels).Output;
        Tensor both = new OneHot(new StackRows(real, random).Output, 10).Output;
        Plan plan = Planner.Build([both], new HashSet<Tensor>([both]));
        using DeviceBuffer<float> arena = backend.Allocate<float>(plan.ArenaLength),
            result = backend.Allocate<float>(both.Shape.Length);
        using DeviceBuffer<uint> step = backend.Allocate<uint>(1);
        using DeviceBuffer<int> labels = backend.Allocate<int>(order.Count);
        step.CopyFrom([2u]);
        labels.CopyFrom([9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
        foreach (
            Action launch in plan.Bind(
                new PlanBinding(backend, arena, new Dictionary<Tensor, Slice<float>> { [both] = result.All })
                {
                    Step = step.All,
                    Labels = labels.All,
                }))
            launch();
        backend.Synchronize();
        float[][] rows = [.. OperationHarness.Read(result.All).Chunk(10)];
        Assert.All(rows, row => Assert.Equal(1, row.Sum()));
        Assert.Equal(
            Enumerable.Range(0, 4).Select(row => 9 - order.ImageAt(2, row)),
            rows[..4].Select(row => Array.IndexOf(row, 1f)));
        Assert.Equal(
            Enumerable.Range(0, 4).Select(row => LabelsGpu.Draw(5, RandomStreams.GeneratorLabels, 2, row, Classes)),
            rows[4..].Select(row => Array.IndexOf(row, 1f)));
    }
}
