using GanGpu.Measures;

namespace GanGpu.Tests.Metrics;

public class MixtureQualityTests
{
    /// <summary>Of normal points in the plane, 1 − e^(−9/2) lie within three deviations.</summary>
    [Theory]
    [InlineData("ring", 8)]
    [InlineData("grid", 25)]
    public void Samples_of_the_mixture_itself_are_good(string name, int modes)
    {
        DataSet data = DataSource.Open(name);
        MixtureQuality all = MixtureQuality.Against(((GaussianMixture)data.Origin!), data.Values.Span);
        Assert.Equal((data.Count, modes, modes), (all.Samples, all.Modes, all.ModesCaptured));
        double expected = 1 - Math.Exp(-4.5), error = Math.Sqrt(expected * (1 - expected) / data.Count);
        Assert.InRange(all.HighQuality, expected - (5 * error), expected + (5 * error));
        // 2 n KL of n draws from equal shares is χ² with one degree of freedom less than modes.
        MixtureQuality few =
            MixtureQuality.Against(((GaussianMixture)data.Origin!), data.Values.Span[..(2 * MixtureQuality.DefaultSamples)]);
        double chi = 2 * few.SamplesOfMode.Sum() * few.ReverseKl!.Value;
        Assert.InRange(
            chi, Math.Max(0.5, modes - 1 - (4 * Math.Sqrt(2 * modes))), modes - 1 + (4 * Math.Sqrt(2 * modes)));
    }

    [Fact]
    public void Counts_are_those_of_the_definition()
    {
        GaussianMixture mixture = new("two", [(0, 0), (1, 0)], 0.1);
        // Two at the first mode; one at the second; one just inside of three deviations; one just outside; one far
        // away; one that is no number.
        float[] points = [0, 0, 0.1f, 0.1f, 1, 0, 1, 0.2999f, 1, 0.3001f, 7, 7, float.NaN, 0];
        MixtureQuality quality = MixtureQuality.Against(mixture, points);
        Assert.Equal((7, 2, 2), (quality.Samples, quality.Modes, quality.ModesCaptured));
        Assert.Equal([2, 2], quality.SamplesOfMode);
        Assert.Equal(4.0 / 7, quality.HighQuality, 12);
        Assert.Equal(0, quality.ReverseKl!.Value, 12);

        // Shares of 3/4 and 1/4: Σ q ln 2q.
        quality = MixtureQuality.Against(mixture, [0, 0, 0, 0, 0, 0, 1, 0]);
        Assert.Equal((0.75 * Math.Log(1.5)) + (0.25 * Math.Log(0.5)), quality.ReverseKl!.Value, 12);
        double js = (0.75 * Math.Log(0.75 / 0.625)) + (0.25 * Math.Log(0.25 / 0.375)) + (0.5 * Math.Log(0.5 / 0.625))
            + (0.5 * Math.Log(0.5 / 0.375));
        Assert.Equal(js / 2, quality.JensenShannon!.Value, 12);
    }

    [Fact]
    public void A_generator_of_one_mode_or_of_none_is_told_from_others()
    {
        MixtureQuality one = MixtureQuality.Against(GaussianMixture.Ring, [1, 0, 1, 0.001f]);
        Assert.Equal((1, 1.0), (one.ModesCaptured, one.HighQuality));
        Assert.Equal(Math.Log(8), one.ReverseKl!.Value, 12);
        MixtureQuality none = MixtureQuality.Against(GaussianMixture.Ring, [0, 0, 0.5f, 0.5f]);
        Assert.Equal((0, 0.0), (none.ModesCaptured, none.HighQuality));
        Assert.Null(none.ReverseKl);
        Assert.Null(none.JensenShannon);
    }

    [Fact]
    public void Half_points_are_refused() =>
        Assert.Throws<ArgumentException>(() => MixtureQuality.Against(GaussianMixture.Ring, [1, 2, 3]));
}
