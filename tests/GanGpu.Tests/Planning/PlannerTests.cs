using GanGpu.Graph;
using GanGpu.Kernels.Batch;
using GanGpu.Kernels.Losses;
using GanGpu.Networks;
using GanGpu.Objectives;
using GanGpu.Planning;

namespace GanGpu.Tests.Planning;

/// <summary>
/// What the planner makes of the article's GAN: how many launches, how much arithmetic, and where the results lie.
/// </summary>
public class PlannerTests
{
    private const int Batch = 64;

    [Fact]
    public void A_discriminator_step_is_ten_launches_and_a_generator_step_twelve()
    {
        (Plan discriminator, Plan generator) = Article();
        // noise, 3 layers of G, batch, 2 layers of D, the third with all that belongs to the loss; backward: both
        // gradients of the second layer, the weights' of the first. Adam comes on top.
        Assert.Equal(10, discriminator.Launches.Count);
        // noise, 3 layers of G, 2 of D, the third with the loss; backward: 2 through D to the sample, 2 pairs, the
        // first layer's
        Assert.Equal(12, generator.Launches.Count);
        Assert.All(discriminator.Launches.Concat(generator.Launches), launch => Assert.True(
            launch is FusedMatMul or FusedMatMulPair or FusedLogitsLayer or Noise
                or RealBatch, $"{launch.GetType().Name} was not joined to a matrix product."));
    }

    [Fact]
    public void A_step_of_both_does_no_arithmetic_that_nobody_reads()
    {
        (Plan discriminator, Plan generator) = Article();
        long g = (100 * 128) + (128 * 256) + (256 * 784), d = (784 * 256) + (256 * 128) + 128;
        long flopsOfDiscriminator = 2L * Batch * (g + (2 * d) + (2 * d) + (2 * (d - (784 * 256))));
        long flopsOfGenerator = 2L * Batch * (g + d + d + g + (g - (100 * 128)));
        Assert.Equal(flopsOfDiscriminator, Flops(discriminator));
        Assert.Equal(flopsOfGenerator, Flops(generator));
        Assert.InRange(Flops(discriminator) + Flops(generator), 311_000_000, 313_000_000);
    }

    [Fact]
    public void Results_that_are_needed_at_the_same_time_do_not_overlap()
    {
        foreach (Plan plan in new[] { Article().Discriminator, Article().Generator })
        {
            List<(Tensor Tensor, int Begin, int End, int First, int Last)> lives = [.. plan.Offsets.Select(entry =>
            {
                int first = Enumerable.Range(0, plan.Launches.Count)
                    .First(i => Uses(plan.Launches[i], entry.Key, plan));
                int last = Enumerable.Range(0, plan.Launches.Count).Last(i => Uses(plan.Launches[i], entry.Key, plan));
                return (entry.Key, entry.Value, entry.Value + entry.Key.Shape.Length, first, last);
            })];
            foreach (var a in lives)
            {
                Assert.InRange(a.End, 1, plan.ArenaLength);
                foreach (
                    var b in lives.Where(b => b.Tensor != a.Tensor && b.First <= a.Last && a.First <= b.Last
                        && b.Begin < a.End && a.Begin < b.End))
                    Assert.True(IsPartOf(a.Tensor, b.Tensor)
                        || IsPartOf(b.Tensor, a.Tensor), $"{a.Tensor} and {b.Tensor} overlap while both are needed.");
            }

            Assert.True(
                plan.ArenaLength < plan.Offsets.Keys.Sum(tensor => tensor.Shape.Length), "The arena shares nothing.");
        }
    }

    [Fact]
    public void Stacked_rows_are_written_in_place()
    {
        Plan plan = Article().Discriminator;
        Tensor stack = plan.Offsets.Keys.Single(tensor => tensor.Producer is StackRows);
        Tensor real = stack.Producer!.Inputs[0], fake = stack.Producer.Inputs[1];
        Assert.Equal(plan.Offsets[stack], plan.Offsets[real]);
        Assert.Equal(plan.Offsets[stack] + (Batch * 784), plan.Offsets[fake]);
    }

    [Fact]
    public void A_product_whose_result_others_read_too_is_stored_as_it_is()
    {
        Tensor x = new("x", new Shape(2, 3)), w = new("w", new Shape(3, 4)), bias = new("bias", new Shape(1, 4));
        Tensor product = new MatMul(x, w).Output;
        Tensor sum = new AddBias(product, bias).Output;
        Plan plan = Planner.Build([sum, new Scale(product, 2f).Output], new HashSet<Tensor> { x, w, bias });
        Assert.Equal(
            [typeof(FusedMatMul), typeof(AddBias), typeof(Scale)], plan.Launches.Select(launch => launch.GetType()));
        Assert.True(((FusedMatMul)plan.Launches[0]).IsPlain);
    }

    /// <summary>
    /// A launch that reads the step's number keeps the step from ending before it, wherever the loss stands.
    /// </summary>
    [Fact]
    public void A_step_does_not_end_before_its_last_reader()
    {
        Tensor x = new("x", new Shape(4, 3)), w = new("w", new Shape(3, 1)), bias = new("bias", new Shape(1, 1));
        Tensor logits = new AddBias(new MatMul(x, w).Output, bias).Output;
        LogitLoss loss = new(LogitLossKind.SigmoidCrossEntropy, logits, new BinaryTargets(4, 1f, 0f));
        Tensor noise = new Noise(new Shape(4, 3), NoiseDistribution.Normal, 1, 2).Output;
        HashSet<Tensor> external = [x, w, bias];
        Assert.Equal([typeof(FusedLogitsLayer)], Types(Planner.Build([loss.Metrics], external, loss.Metrics)));

        // Noise after the loss, and noise between the layer and the loss.
        Assert.Equal(
            [typeof(FusedLogitsLayer), typeof(Noise), typeof(AdvanceStep)],
            Types(Planner.Build([loss.Metrics, noise], external, loss.Metrics)));
        Assert.Equal(
            [typeof(FusedLogitsLayer), typeof(Noise), typeof(AdvanceStep)],
            Types(Planner.Build([logits, noise, loss.Metrics], external, loss.Metrics)));

        static IEnumerable<Type> Types(Plan plan) => plan.Launches.Select(launch => launch.GetType());
    }

    [Fact]
    public void An_input_without_a_place_is_named()
    {
        Tensor x = new("x", new Shape(2, 3));
        ArgumentException e =
            Assert.Throws<ArgumentException>(() => Planner.Build([new Scale(x, 2f).Output], new HashSet<Tensor>()));
        Assert.Contains("x 2x3", e.Message, StringComparison.Ordinal);
    }

    private static (Plan Discriminator, Plan Generator) Article()
    {
        Parameters g = new(), d = new();
        TrainingOptions options = new() { BatchSize = Batch };
        SampleFormat sample = SampleFormat.OfImages(28, 28, 1);
        IReadOnlyList<UpdateGraph> updates =
            Preset.Mlp.Objective(sample, options).Updates(new DataOrder(1000, Batch, 1), [g, d]);
        Assert.Equal(481_425, g.Count + d.Count);
        return (Plan(updates[0]), Plan(updates[1]));

        Plan Plan(UpdateGraph graph) => Planner.Build(
            graph.Results, g.All.Concat(d.All).Select(parameter => parameter.Tensor).Concat(graph.External)
                .ToHashSet(), graph.Metrics);
    }

    private static long Flops(Plan plan) => plan.Launches.Sum(launch => launch.Cost.Flops);

    /// <summary>A part of a stack is used by whatever uses the stack, and the other way round.</summary>
    private static bool Uses(Launch launch, Tensor tensor, Plan plan) => launch.Inputs.Concat(launch.Outputs)
        .Any(used => used == tensor || IsPartOf(tensor, used)
            || plan.Offsets.Keys.Any(stack => stack == tensor && IsPartOf(used, stack)));

    private static bool IsPartOf(Tensor part, Tensor stack) =>
        stack.Producer is StackRows && stack.Producer.Inputs.Contains(part);
}
