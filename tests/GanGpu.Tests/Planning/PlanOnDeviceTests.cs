using GanGpu.Graph;
using GanGpu.Networks;
using GanGpu.Objectives;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Planning;

/// <summary>
/// Whole steps, planned and run on every device, against the same graph evaluated in float64: the planner's fusion and
/// placement, the backend and the kernels together.
/// </summary>
[Collection(TestDevices.OfNetworks)]
public class PlanOnDeviceTests
{
    public static TheoryData<string> DeviceNames => TestDevices.Names;

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void A_discriminator_step_agrees_with_float64(string device) => Run(device, (batch, g, d, latent, real) =>
    {
        Tensor fake = Small.Generator(Sample)(g, latent);
        // Scaling by one is what computes the real rows here, so that they can be written into the stack.
        Tensor logits = Small.Discriminator(Sample)(d, new StackRows(new Scale(real, 1f).Output, fake).Output);
        LogitLoss loss = AdversarialLoss.Discriminator(AdversarialLossKind.NonSaturating, logits, batch);
        return (logits, loss, d);
    });

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void A_generator_step_agrees_with_float64(string device) => Run(device, (_, g, d, latent, _) =>
    {
        Tensor logits = Small.Discriminator(Sample)(d, Small.Generator(Sample)(g, latent));
        return (logits, AdversarialLoss.Generator(AdversarialLossKind.NonSaturating, logits), g);
    });

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void A_minimax_generator_step_agrees_with_float64(string device) => Run(device, (_, g, d, latent, _) =>
    {
        Tensor logits = Small.Discriminator(Sample)(d, Small.Generator(Sample)(g, latent));
        return (logits, AdversarialLoss.Generator(AdversarialLossKind.Minimax, logits), g);
    });

    /// <summary>
    /// Views of parameters, stacks of views, results that are views: every way in which memory is shared.
    /// </summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Tensors_that_share_memory_keep_their_values(string device)
    {
        Tensor w = new("w", new Shape(4, 6)), x = new("x", new Shape(3, 4));
        Tensor viewed = new Reshape(w, new Shape(8, 3)).Output;
        Tensor product = new MatMul(x, w).Output;
        Tensor stack = new StackRows(
            new Scale(new SliceRows(viewed, 2, 5).Output, 2f).Output,
            new Reshape(product, new Shape(6, 3)).Output,
            new Fill(new Shape(1, 3), 7f).Output).Output;
        Tensor folded = new Reshape(stack, new Shape(6, 6)).Output, middle = new SliceRows(folded, 1, 4).Output;
        Tensor result = new Activate(middle, Activation.Tanh).Output;
        Tensor[] gradients = Gradients.Of([(result, new Fill(result.Shape, 0.5f).Output), (product, product)], [w, x]);
        Tensor view = new Reshape(new Multiply(stack, stack).Output, new Shape(1, 36)).Output;
        GraphOnDevice.Check(device, [result, view, .. gradients], GraphOnDevice.Values(1, [w, x]), 1e-6, 1e-6);
    }

    /// <summary>
    /// What has a place already is copied to the next: inputs, parts of others, what is stacked twice.
    /// </summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void What_can_not_be_written_in_place_is_copied(string device)
    {
        Tensor x = new("x", new Shape(4, 3)), y = new Scale(x, 2f).Output;
        SplitRows halves = new(y, 2);
        Tensor swapped = new StackRows(halves.Outputs[1], halves.Outputs[0]).Output;
        Tensor sum = new Add(
            new StackRows(y, new Scale(x, 3f).Output).Output, new StackRows(new Reshape(swapped, y.Shape).Output, y)
            .Output).Output;
        Tensor result = new Multiply(sum, new StackRows(x, x).Output).Output;
        Tensor[] gradients = Gradients.Of([(result, new Fill(result.Shape, 0.5f).Output)], [x]);
        GraphOnDevice.Check(device, [result, .. gradients], GraphOnDevice.Values(1, [x]), 1e-6, 1e-6);
    }

    private static readonly SampleFormat Sample = SampleFormat.OfImages(3, 5, 1);

    private static MlpPreset Small => Preset.Mlp with
    {
        LatentSize = 7,
        GeneratorUnits = new(9, 33),
        DiscriminatorUnits = new(17, 6),
    };

    private static void Run(
        string device,
        Func<int, Parameters, Parameters, Tensor, Tensor, (Tensor Logits, LogitLoss Loss, Parameters Trained)> build)
    {
        foreach (int batch in new[] { 1, 3, 32 })
        {
            Parameters g = new(), d = new();
            Tensor latent = new("latent", new Shape(batch, Small.LatentSize)),
                real = new("real", new Shape(batch, Sample.Length));
            (Tensor logits, LogitLoss loss, Parameters trained) = build(batch, g, d, latent, real);
            Tensor[] parameters = [.. trained.All.Select(parameter => parameter.Tensor)];
            Tensor[] results = [loss.Metrics, .. Gradients.Of([(logits, loss.Gradient)], parameters)];
            // Sums of at most 64 terms of magnitude below 1 through six layers, each rounded in float32.
            GraphOnDevice.Check(
                device, results,
                GraphOnDevice.Values(
                    batch, g.All.Concat(d.All).Select(parameter => parameter.Tensor).Append(latent).Append(real)),
                1e-6, 1e-5);
        }
    }
}
