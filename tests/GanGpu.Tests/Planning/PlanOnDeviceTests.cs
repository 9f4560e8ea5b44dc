using GanGpu.Backends;
using GanGpu.Graph;
using GanGpu.Losses;
using GanGpu.Networks;
using GanGpu.Planning;
using GanGpu.Presets;
using GanGpu.Tests.Reference;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Planning;

/// <summary>
/// Whole steps, planned and run on every device, against the same graph evaluated in float64: the planner's fusion and
/// placement, the backend and the kernels together.
/// </summary>
[Collection(TestDevices.Collection)]
public class PlanOnDeviceTests
{
    public static TheoryData<string> DeviceNames => TestDevices.Names;

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void A_discriminator_step_agrees_with_float64(string device) => Run(device, (batch, g, d, latent, real) =>
    {
        Tensor fake = Small.Generator(Sample)(g, latent);
        // Scaling by one is what computes the real rows here, so that they can be written into the stack.
        Tensor logits = Small.Discriminator()(d, new StackRows(new Scale(real, 1f).Output, fake).Output);
        LogitLoss loss = AdversarialLoss.Discriminator(AdversarialLossKind.NonSaturating, logits, batch);
        return (logits, loss, d);
    });

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void A_generator_step_agrees_with_float64(string device) => Run(device, (_, g, d, latent, _) =>
    {
        Tensor logits = Small.Discriminator()(d, Small.Generator(Sample)(g, latent));
        return (logits, AdversarialLoss.Generator(AdversarialLossKind.NonSaturating, logits), g);
    });

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void A_minimax_generator_step_agrees_with_float64(string device) => Run(device, (_, g, d, latent, _) =>
    {
        Tensor logits = Small.Discriminator()(d, Small.Generator(Sample)(g, latent));
        return (logits, AdversarialLoss.Generator(AdversarialLossKind.Minimax, logits), g);
    });

    private static readonly SampleShape Sample = new(3, 5, 1);

    private static MlpPreset Small => Preset.Mlp with { LatentSize = 7, GeneratorUnits = new(9, 33), DiscriminatorUnits = new(17, 6) };

    private static void Run(string device, Func<int, Parameters, Parameters, Tensor, Tensor, (Tensor Logits, LogitLoss Loss, Parameters Trained)> build)
    {
        IBackend backend = TestDevices.Open(device);
        foreach (int batch in new[] { 1, 3, 32 })
        {
            Parameters g = new(), d = new();
            Tensor latent = new("latent", new Shape(batch, Small.LatentSize)), real = new("real", new Shape(batch, Sample.Length));
            (Tensor logits, LogitLoss loss, Parameters trained) = build(batch, g, d, latent, real);
            Tensor[] parameters = [.. trained.All.Select(parameter => parameter.Tensor)];
            Tensor[] results = [loss.Figures, .. Gradients.Of([(logits, loss.Gradient)], parameters)];

            Random random = new(batch);
            Dictionary<Tensor, float[]> leaves = g.All.Concat(d.All).Select(parameter => parameter.Tensor).Append(latent).Append(real)
                .ToDictionary(leaf => leaf, leaf => Enumerable.Range(0, leaf.Shape.Length).Select(_ => random.NextSingle() - 0.5f).ToArray());
            Dictionary<Tensor, double[]> expected = Float64Graph.Evaluate(results, leaves.ToDictionary(leaf => leaf.Key, leaf => Array.ConvertAll(leaf.Value, value => (double)value)));

            List<IDisposable> buffers = [];
            try
            {
                Dictionary<Tensor, Slice<float>> kept = [];
                foreach ((Tensor leaf, float[] values) in leaves)
                {
                    DeviceBuffer<float> buffer = Own(backend.Allocate<float>(values.Length));
                    buffer.CopyFrom(values);
                    kept.Add(leaf, buffer.All);
                }

                Plan plan = Planner.Build(results, kept.Keys.ToHashSet());
                DeviceBuffer<float> arena = Own(backend.Allocate<float>(plan.ArenaLength));
                arena.CopyFrom([.. Enumerable.Repeat(float.NaN, plan.ArenaLength)]);
                DeviceBuffer<uint> step = Own(backend.Allocate<uint>(1));
                foreach (Action launch in plan.Bind(backend, arena, kept, step.All))
                    launch();
                foreach (Tensor result in results)
                {
                    float[] got = new float[result.Shape.Length];
                    arena.CopyTo(got, plan.Offsets[result]);
                    for (int i = 0; i < got.Length; i++)
                    {
                        // Sums of at most 64 terms of magnitude below 1 through six layers, each rounded in float32.
                        Assert.True(Math.Abs(got[i] - expected[result][i]) <= 1e-6 + (1e-5 * Math.Abs(expected[result][i])),
                            $"{device}, batch {batch}: {result} at {i} is {got[i]:R}, in float64 {expected[result][i]:R}.");
                    }
                }
            }
            finally
            {
                buffers.ForEach(buffer => buffer.Dispose());
            }

            DeviceBuffer<T> Own<T>(DeviceBuffer<T> buffer)
                where T : unmanaged
            {
                buffers.Add(buffer);
                return buffer;
            }
        }
    }
}
