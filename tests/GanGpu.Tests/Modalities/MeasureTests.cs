using GanGpu.Measures;
using GanGpu.Modalities;
using GanGpu.Modalities.Images;
using GanGpu.Runs;

namespace GanGpu.Tests.Modalities;

/// <summary>What holds for every measure of every kind of samples, found in their lists.</summary>
public class MeasureTests
{
    private const int Count = 400;

    public static TheoryData<string> Sets => ["ring", "swissroll", "digits", "stacked:digits"];

    /// <summary>Held-out samples score better than noise by every figure that has a better side.</summary>
    [Theory]
    [MemberData(nameof(Sets))]
    public void Real_samples_score_better_than_noise(string name)
    {
        DataSet data = DataSource.Open(name), heldOut = DataSource.OpenHeldOut(name)!;
        using Device device = Device.Open("cpu");
        using ComparedData against = Modality.Of(data.Format).Compare(
            device, Few(data), Few(heldOut), new() { Classifier = new() { Epochs = 1 } });
        float[] noise = new float[Count * data.SampleSize];
        Random random = new(3);
        for (int i = 0; i < noise.Length; i++)
            noise[i] = (random.NextSingle() * 2) - 1;
        IMeasure[] measures = [.. Modality.Of(data.Format).Measures.Where(measure => measure.Fits(data))];
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        MeasuredSamples good = new(against, heldOut.Samples(Count, Count), 0, cancellation),
            bad = new(against, new SampleBatch(data.Format, Count, noise), 0, cancellation);
        List<string> names = [];
        foreach (IMeasure measure in measures)
        {
            (Measurement? real, Measurement? drawn) = (measure.Of(good), measure.Of(bad));
            Assert.Equal(real?.Figures.Count, drawn?.Figures.Count);
            foreach ((Figure better, Figure worse) in (real?.Figures ?? []).Zip(drawn?.Figures ?? []))
            {
                Assert.Equal(better.Name, worse.Name);
                names.Add(better.Name);
                // A figure that noise has none of, or that both reach to the end, says nothing here.
                if (worse.Value is not { } low || better.Value is not { } high || low == high)
                    continue;
                // Noise in the plane lies everywhere, so that nothing real is far from it.
                if (better.Name.StartsWith("recall", StringComparison.Ordinal))
                    continue;
                Assert.True(better.GreaterIsBetter ? high > low : high < low, $"{name}: {better} and of noise {worse}");
            }

            if (measure.Best is { } best && best.Obstacle(against) is null)
                Assert.True(best.IsBetter(best.Score(good), best.Score(bad)), best.Name);
        }

        Assert.NotEmpty(names);
        Assert.Equal(names.Count, names.Distinct().Count());
    }

    [Fact]
    public void Measures_that_choose_the_best_have_names_of_their_own()
    {
        BestBy[] all = [.. Modality.All.SelectMany(modality => modality.Measures).Select(measure => measure.Best).OfType<BestBy>()];
        foreach (IGrouping<string, BestBy> same in all.GroupBy(best => best.Name))
            Assert.Single(same.Select(best => best.Title).Distinct());
        foreach (BestBy best in all)
        {
            Assert.True(best.IsBetter(1, null));
            Assert.False(best.IsBetter(double.NaN, null));
            Assert.Equal(best.GreaterIsBetter, best.IsBetter(2, 1));
        }
    }

    [Fact]
    public void Of_measures_that_nobody_knows_any_more_less_is_taken_for_better()
    {
        Assert.True(QualityWatch.IsBetter("gone", 1, 2));
        Assert.False(QualityWatch.IsBetter("gone", 2, 1));
        Assert.False(QualityWatch.IsBetter("gone", double.NaN, null));
        Assert.Equal("gone", QualityWatch.TitleOf("gone"));
        Assert.EndsWith("more is better", QualityWatch.TitleOf("hq"), StringComparison.Ordinal);
        Assert.Equal(QualityWatch.Measures.Count, QualityWatch.Titles.Count);
    }

    /// <summary>Twelve thousand values have a covariance of more than a gigabyte.</summary>
    [Fact]
    public void The_best_by_fd_is_refused_of_samples_whose_covariance_no_memory_holds()
    {
        DataSet grey = DataSet.FromBytes("grey", new byte[4 * 64 * 64], 4, 64, 64, 1, new byte[] { 0, 1, 0, 1 }),
            stacked = StackedDigits.Draw(grey, count: 8), plain = DataSet.FromBytes(
                "plain", new byte[8 * 64 * 64 * 3], 8, 64, 64, 3);
        using Device device = Device.Open("cpu");
        foreach (DataSet data in new[] { stacked, plain })
            Assert.Contains(
                "too large for fd",
                Assert.Throws<InvalidInputException>(() => new QualityWatch("fd", device, data, null)).Message,
                StringComparison.Ordinal);
    }

    /// <summary>The first samples, so that a classifier is learnt in a moment.</summary>
    private static DataSet Few(DataSet data)
    {
        const int Some = 4000;
        return DataSet.OfBytes(
            data.Name, data.Format, data.Bytes[..(Some * data.SampleBytes)].ToArray(), Some,
            data.Labels.IsEmpty ? null : data.Labels.Span[..Some].ToArray(), data.Origin);
    }
}
