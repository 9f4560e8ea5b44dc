using GanGpu.Runs;
using GanGpu.Tests.Data;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Metrics;

public sealed class ClassSharesTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Shares_and_their_divergence_are_those_of_the_definition()
    {
        ClassShares shares = ClassShares.Of([0, 0, 0, 1], [0.95f, 0.9f, 0.91f, 0.2f], [0.5, 0.25, 0.25], null);
        Assert.Equal([0.75, 0.25, 0], shares.Shares);
        Assert.Equal(0.75 * Math.Log(1.5), shares.ReverseKl, 1e-12);
        // 0.9 itself is not above 0.9.
        Assert.Equal((4, 0.5, 3), (shares.Samples, shares.Clear, shares.Classes));
    }

    [Fact]
    public void A_class_without_a_name_is_called_by_its_number()
    {
        ClassShares shares = ClassShares.Of([0, 1], [1f, 1f], [0.5, 0.5], ["cat", "dog"]);
        Assert.Equal(["-1", "cat", "dog", "2"], new[] { -1, 0, 1, 2 }.Select(shares.NameOf));
        Assert.Equal("1", (shares with { Names = null }).NameOf(1));
    }

    [Fact]
    public void A_class_that_the_data_does_not_have_counts_for_none()
    {
        ClassShares shares = ClassShares.Of(new byte[1000], new float[1000], [0.5, 0, 0.5], null);
        Assert.Equal((2, 1), (shares.Classes, shares.Covered));
        Assert.Equal([2], shares.Missing);
        Assert.True(double.IsFinite(ClassShares.Of([1, 1], [1f, 1f], [0.5, 0, 0.5], null).ReverseKl));
    }

    [Fact]
    public void What_is_missing_and_what_fades_is_named_with_its_shares()
    {
        ClassShares shares = Counts(0, 50, 950, 1000);
        Assert.Equal([0], shares.Missing);
        Assert.Equal([1], shares.Fading);
        Assert.Equal(
            "class 0 is missing (0.0 % of the samples instead of 25.0 %); class 1 fades (2.5 % of the samples " +
            "instead of 25.0 %)", shares.Lack());
        Assert.Equal(
            "classes cat and dog are missing",
            (Counts(0, 0, 950, 1050) with { Names = ["cat", "dog", "eel", "fox"] }).Lack());
        Assert.Null(Counts(500, 480, 520, 500).Lack());
        Assert.Equal("3 of 4 classes", shares.ToString()[..14]);
    }

    [Fact]
    public void Chance_is_no_lack()
    {
        // Of 20 samples 5 are expected of each class; none of one is improbable, but no four standard deviations.
        Assert.Null(Counts(0, 6, 7, 7).Lack());
        Assert.Equal([0], Counts(0, 66, 67, 67).Missing);
    }

    [Fact]
    public void Of_many_classes_the_first_are_named()
    {
        ClassShares shares =
            ClassShares.Of(new byte[10_000], new float[10_000], [.. Enumerable.Repeat(0.05, 20)], null);
        Assert.Equal("classes 1, 2, 3, 4, 5, 6, 7, 8 and 11 more are missing", shares.Lack());
    }

    [Fact]
    public void They_stand_in_a_run_s_figures_and_are_read_again()
    {
        ClassShares shares = Counts(1, 2, 3, 4) with { Names = ["a", "b", "c", "d"] };
        TrainingReport report = GanReport.Of(50, 1, 1, 1, 0.5f, 0.5f) with { Shares = shares };
        string line = report.ToJson();
        string[] damaged = [
            line.Replace("\"samples\":10", "\"samples\":0", StringComparison.Ordinal),
            line.Replace("[0.1,0.2,", "[0.2,", StringComparison.Ordinal),
            line.Replace("[0.1,0.2,", "[0.1,7,", StringComparison.Ordinal)];
        Assert.All(damaged, other => Assert.NotEqual(line, other));
        File.WriteAllLines(folder.At("metrics.jsonl"), [line, .. damaged]);
        IReadOnlyList<TrainingReport> read = RunMetrics.Read(folder.At("metrics.jsonl"));
        Assert.Equal(4, read.Count);
        Assert.Equal(shares.Shares, read[0].Shares!.Shares);
        Assert.Equal(shares.Names, read[0].Shares!.Names);
        Assert.All(read.Skip(1), other => Assert.Null(other.Shares));
    }

    private static ClassShares Counts(params int[] counts)
    {
        byte[] classes = [.. counts.SelectMany((count, number) => Enumerable.Repeat((byte)number, count))];
        return ClassShares.Of(classes, new float[classes.Length], [.. counts.Select(_ => 1.0 / counts.Length)], null);
    }
}
