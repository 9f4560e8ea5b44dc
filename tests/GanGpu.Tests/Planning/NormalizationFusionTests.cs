using GanGpu.Graph;
using GanGpu.Networks;
using GanGpu.Planning;

namespace GanGpu.Tests.Planning;

/// <summary>
/// What a normalisation layer costs: its launches, and what they store. That the numbers stay right is
/// NormalizationTests' business.
/// </summary>
public class NormalizationFusionTests
{
    private readonly Parameters parameters = new();
    private readonly Tensor x = new("x", new(8, 3)), v = new("v", new(8, 3)), labels = new("labels", new(2, 4));

    [Fact]
    public void A_batch_norm_with_its_activation_is_one_launch_that_does_not_store_what_nobody_reads()
    {
        Tensor y = x.BatchNorm(parameters, "bn", Activation.Relu);
        Launch launch = Assert.Single(Plan([y]));
        Assert.IsType<FusedNormalize>(launch);
        // y, mean, variance, rstd.
        Assert.Equal([new(8, 3), new(1, 3), new(1, 3), new(1, 3)], launch.Outputs.Select(output => output.Shape));
        Assert.Contains(y, launch.Outputs);
    }

    [Fact]
    public void Training_one_is_a_launch_forward_one_backward_and_one_for_the_averages()
    {
        Tensor y = x.BatchNorm(parameters, "bn", Activation.LeakyRelu());
        Tensor[] gradients = Gradients.Of([(y, v)], [.. parameters.All.Select(parameter => parameter.Tensor), x]);
        Tensor[] updates = [.. parameters.TakeUpdates().Select(update => update.Value)];
        IReadOnlyList<Launch> launches = Plan([.. gradients, .. updates]);
        Assert.Equal(
            [typeof(FusedNormalize), typeof(FusedNormalizeGradient), typeof(RunningMoments)],
            launches.Select(launch => launch.GetType()).OrderBy(type => type.Name));
        Assert.Equal("scale, shift, LeakyRelu(0.2)", launches[0].Cost.Fused);
        Assert.Equal(
            "scale, shift, gradient of LeakyRelu(0.2)", launches.Single(launch => launch is FusedNormalizeGradient)
            .Cost.Fused);
    }

    [Fact]
    public void Scales_of_each_sample_take_a_launch_of_their_own()
    {
        Tensor y = new FeatureMap(x, 2, 2, 2).ConditionalBatchNorm(parameters, "bn", labels, Activation.Relu).Tensor;
        Tensor gradient = Gradients.Of([(y, v)], [x])[0];
        Assert.Equal(
            [typeof(FusedScaleShift), typeof(FusedScaleShiftGradient), typeof(Normalize), typeof(NormalizeGradient)],
            Plan([gradient]).Where(launch => launch is not FusedMatMul).Select(launch => launch.GetType())
                .OrderBy(type => type.Name));
    }

    [Fact]
    public void What_else_is_read_in_between_stays()
    {
        // Before its activation, what is normalised is wanted as well.
        Tensor shifted = new ScaleShift(
            new Normalize(x, 1, 1e-5f).Normalized, new Tensor("scale", new(1, 3)),
            new Tensor("shift", new(1, 3))).Output;
        Tensor y = new Activate(shifted, Activation.Tanh).Output;
        Tensor[] leaves = [.. shifted.Producer!.Inputs.Skip(1)];
        Assert.Equal(
            [typeof(FusedNormalize), typeof(Activate)], Planner.Build([shifted, y], Leaves(leaves))
            .Launches.Select(launch => launch.GetType()));

        // A scale that is computed between normalisation and scaling is not there yet when the normalisation is.
        Normalize normalize = new(x, 1, 1e-5f);
        Tensor late =
            new ScaleShift(normalize.Normalized, normalize.Rstd, new Scale(normalize.Mean, -1f).Output).Output;
        Assert.Equal(
            [typeof(Normalize), typeof(Scale), typeof(ScaleShift)], Plan([late]).Select(launch => launch.GetType()));
    }

    private IReadOnlyList<Launch> Plan(IReadOnlyList<Tensor> results) => Planner.Build(results, Leaves([])).Launches;

    private HashSet<Tensor> Leaves(Tensor[] others) =>
        [x, v, labels, .. others, .. parameters.All.Concat(parameters.States).Select(parameter => parameter.Tensor)];
}
