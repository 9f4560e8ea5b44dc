using GanGpu.Measures;

namespace GanGpu.Tests.Metrics;

public sealed class TrainingNeighboursTests
{
    private const int Side = 6, Size = Side * Side;

    [Fact]
    public void Neighbours_are_those_of_a_search_in_float64()
    {
        using Device device = Device.Open("cpu");
        DataSet data = Noise("data", 300, 1);
        FeatureSet samples = FeatureSet.Of(Noise("samples", 40, 2));
        IReadOnlyList<IReadOnlyList<Neighbour>> found =
            TrainingNeighbours.Find(device, data, samples, 5, TestContext.Current.CancellationToken);
        Assert.Equal(40, found.Count);
        for (int sample = 0; sample < 40; sample++)
        {
            (int Index, double Distance)[] expected = [
                .. Enumerable.Range(0, 300).Select(index => (index, Distance(samples[sample], data, index)))
                .OrderBy(pair => pair.Item2).Take(5)];
            Assert.Equal(expected.Select(pair => pair.Index), found[sample].Select(one => one.Index));
            Assert.All(
                expected.Zip(found[sample]), pair => Assert.Equal(pair.First.Distance, pair.Second.Distance, 12));
        }
    }

    [Fact]
    public void A_copy_is_found_at_no_distance_and_twins_in_their_order()
    {
        using Device device = Device.Open("cpu");
        byte[] pixels = [.. Noise("data", 50, 3).Pixels.Span];
        pixels.AsSpan(7 * Size, Size).CopyTo(pixels.AsSpan(31 * Size));
        DataSet data = DataSet.FromBytes("data", pixels, 50, Side, Side, 1);
        // As a generator would draw it, in -1..1.
        SampleBatch copy =
            new(data.Format, 1, [.. pixels.AsSpan(7 * Size, Size).ToArray().Select(value => (value / 127.5f) - 1)]);
        IReadOnlyList<Neighbour> found =
            TrainingNeighbours.Find(device, data, FeatureSet.Of(copy), 60, TestContext.Current.CancellationToken)[0];
        Assert.Equal(50, found.Count);
        Assert.Equal([7, 31], found.Take(2).Select(one => one.Index));
        Assert.All(found.Take(2), one => Assert.InRange(one.Distance, 0, 1e-6));
        Assert.True(found[2].Distance > 0.1);
        Assert.Equal(found.Select(one => one.Distance).Order(), found.Select(one => one.Distance));
    }

    /// <summary>More twins than are asked for: rounding must not choose among them.</summary>
    [Fact]
    public void Of_many_twins_the_first_are_taken()
    {
        using Device device = Device.Open("cpu");
        byte[] pixels = [.. Noise("data", 200, 3).Pixels.Span];
        for (int i = 10; i < 170; i += 2)
            pixels.AsSpan(0, Size).CopyTo(pixels.AsSpan(i * Size));
        FeatureSet samples = FeatureSet.Of(Noise("samples", 30, 7));
        float[] near = [
            .. FeatureSet.Of(DataSet.FromBytes("first", pixels.AsMemory(0, Size), 1, Side, Side, 1))
            .Values.Select((value, i) => value + (i % 2 == 0 ? 1e-3f : 0))];
        IReadOnlyList<IReadOnlyList<Neighbour>> found = TrainingNeighbours.Find(
            device, DataSet.FromBytes("data", pixels, 200, Side, Side, 1),
            new FeatureSet([.. near, .. samples.Values], 31, Size), 5, TestContext.Current.CancellationToken);
        Assert.Equal([0, 10, 12, 14, 16], found[0].Select(one => one.Index));
        Assert.Single(found[0].Select(one => one.Distance).Distinct());
    }

    [Fact]
    public void A_generator_that_copies_is_told_from_one_that_does_not()
    {
        using Device device = Device.Open("cpu");
        DataSet data = Noise("data", 200, 4), heldOut = Noise("unseen", 100, 5);
        MemorisationReport copies = Of(FeatureSet.Of(data, 20, 100)), fresh = Of(FeatureSet.Of(Noise("fresh", 100, 6)));
        Assert.Equal(1, copies.ShareNearer);
        Assert.Equal(0, copies.Generated.Median, 6);
        Assert.InRange(fresh.ShareNearer!.Value, 0.35, 0.65);
        Assert.Equal(fresh.HeldOut, copies.HeldOut);
        Assert.Equal((100, 100), (fresh.Generated.Samples, fresh.HeldOut!.Samples));
        Assert.True(fresh.Generated.Least < fresh.Generated.Median);
        // The same samples are as near as themselves.
        Assert.Equal(0.5, Of(FeatureSet.Of(heldOut)).ShareNearer);

        MemorisationReport Of(FeatureSet generated) =>
            MemorisationReport.Of(
                device, data, heldOut,
                TrainingNeighbours.Find(device, data, generated, 1, TestContext.Current.CancellationToken),
                TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Samples_of_another_size_are_refused()
    {
        using Device device = Device.Open("cpu");
        Assert.Throws<InvalidInputException>(
            () => TrainingNeighbours.Find(device, Noise("data", 20, 1), new FeatureSet(new float[8], 2, 4), 1));
    }

    private static double Distance(ReadOnlySpan<float> sample, DataSet data, int index)
    {
        double sum = 0;
        for (int i = 0; i < Size; i++)
        {
            double difference = sample[i] - (double)(data.Pixels.Span[(index * Size) + i] / 255f);
            sum += difference * difference;
        }

        return Math.Sqrt(sum);
    }

    private static DataSet Noise(string name, int count, uint seed)
    {
        byte[] pixels = new byte[count * Size];
        uint state = seed * 2654435761;
        for (int i = 0; i < pixels.Length; i++)
        {
            state = (state * 1664525) + 1013904223;
            pixels[i] = (byte)(state >> 24);
        }

        return DataSet.FromBytes(name, pixels, count, Side, Side, 1);
    }
}
