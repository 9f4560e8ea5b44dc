using System.Runtime.CompilerServices;

namespace GanGpu.Tests.Data;

/// <summary>Data sets of what a program has in memory.</summary>
public sealed class MemoryDataTests
{
    [Fact]
    public void Images_of_numbers_are_scaled_to_one_range()
    {
        byte[] bytes = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        DataSet expected = DataSet.FromBytes("bytes", bytes, 4, 8, 8, 1);
        float[] all = expected.Samples(0, 4).Values.ToArray();
        DataSet of255 = DataSet.FromImages("255", bytes.Select(b => (float)b).ToArray(), 8, 8, 1, 0, 255),
            ofOne = DataSet.FromImages("1", bytes.Select(b => b / 255f).ToArray(), 8, 8, 1, 0, 1),
            scaled = DataSet.FromImages("-1..1", all, 8, 8, 1, -1, 1);
        // To the bit, so that whoever has bytes as numbers trains alike.
        Assert.Equal(all, of255.Samples(0, 4).Values.ToArray());
        Assert.Equal(all, scaled.Values.ToArray());
        for (int i = 0; i < all.Length; i++)
            Assert.Equal(all[i], ofOne.Values.Span[i], 1e-6f);
        // Nothing was copied.
        Assert.True(Unsafe.AreSame(in all[0], in scaled.Values.Span[0]));
        Assert.Equal(4, ofOne.Count);
        Assert.Equal(SampleFormat.Images, ofOne.Format.Modality);
        Assert.True(ofOne.Format.Encoding.IsBounded);
        Assert.Equal(SampleEncoding.BoundedFloats, ofOne.Format.Encoding);
        Assert.Equal(bytes, ofOne.Samples(0, 4).ToBytes());
    }

    [Fact]
    public void Sixteen_bits_stay_sixteen()
    {
        ushort[] values = [.. Enumerable.Range(0, 65536).Select(i => (ushort)i)];
        DataSet data = DataSet.FromImages("deep", values, 16, 16, 1, labels: new byte[256]);
        ReadOnlySpan<float> numbers = data.Values.Span;
        Assert.Equal(256, data.Count);
        Assert.Equal(1, data.Classes);
        Assert.Equal(-1f, numbers[0]);
        Assert.Equal(1f, numbers[^1]);
        for (int i = 1; i < numbers.Length; i++)
            Assert.True(numbers[i] > numbers[i - 1], $"{i} is not told from {i - 1}.");
        Assert.Equal(1f, DataSet.FromImages("12 bits", new ushort[] { 4095 }, 1, 1, 1, 4095).Values.Span[0]);
        Assert.Contains("value 1 (image 0, row 0, column 1, channel 0) is 4096, outside 0..4095",
            Refused(() => DataSet.FromImages("12 bits", new ushort[] { 0, 4096 }, 1, 2, 1, 4095)),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "Infinity")]
    [InlineData(1.5f, "1.5")]
    [InlineData(-0.01f, "-0.01")]
    public void A_value_out_of_its_range_is_named(float odd, string shown)
    {
        float[] values = new float[2 * 12];
        values[12 + 7] = odd;
        Assert.Equal(
            $"'photos' can't be trained on: value 19 (image 1, row 1, column 0, channel 1) is {shown}, outside 0..1.",
            Refused(() => DataSet.FromImages("photos", values, 2, 2, 3, 0, 1)));
    }

    [Fact]
    public void Sizes_and_ranges_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => DataSet.FromImages("x", new float[5], 2, 2, 1, 0, 1));
        Assert.Throws<ArgumentException>(() => DataSet.FromImages("x", Array.Empty<float>(), 2, 2, 1, 0, 1));
        Assert.Throws<ArgumentException>(
            () => DataSet.FromImages("x", new float[5], int.MaxValue, int.MaxValue, int.MaxValue, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => DataSet.FromImages("x", new float[4], 0, 2, 1, 0, 1));
        Assert.Throws<ArgumentException>(() => DataSet.FromImages("x", new float[4], 2, 2, 1, 0, 1, new byte[2]));
        foreach ((float least, float greatest) in new[] {
            (1f, 1f), (2f, 1f), (float.NaN, 1f), (0f, float.PositiveInfinity), (float.NegativeInfinity, 0f),
            (0f, 1e-44f), (float.MinValue, float.MaxValue) })
            Assert.Throws<ArgumentException>(() => DataSet.FromImages("x", new float[4], 2, 2, 1, least, greatest));
        Assert.Throws<ArgumentException>(() => DataSet.FromImages("x", new ushort[4], 2, 2, 1, greatest: 0));
        DataSet wide = DataSet.FromImages("wide", new[] { -1e37f, 0, 1e37f }, 1, 1, 1, -1e37f, 1e37f);
        Assert.Equal([-1, 0, 1], wide.Values.ToArray());
    }

    [Fact]
    public async Task Samples_of_a_sequence_are_brought_together()
    {
        float[] values = [.. Enumerable.Range(0, 30 * 6).Select(i => (i / 100f) - 0.9f)];
        SampleFormat format = SampleFormat.OfImages(2, 3, 1);
        // One by one, and in batches; the memory is used again.
        DataSet single = DataSet.FromSamples(
            "single", format, Enumerable.Range(0, 30).Select(i => (ReadOnlyMemory<float>)values.AsMemory(i * 6, 6)));
        DataSet batches = await DataSet.FromSamplesAsync(
            "batches", format, Batches(), new byte[30], TestContext.Current.CancellationToken);
        foreach (DataSet data in new[] { single, batches })
        {
            Assert.Equal(30, data.Count);
            Assert.Equal(values, data.Samples(0, 30).Values.ToArray());
            Assert.Equal(format with { Encoding = SampleEncoding.BoundedFloats }, data.Format);
        }

        Assert.Equal(1, batches.Classes);
        DataSet points = DataSet.FromSamples("points", SampleFormat.OfPoints(2), [new float[] { 5, -7 }]);
        Assert.Equal([5, -7], points.Values.ToArray());

        async IAsyncEnumerable<ReadOnlyMemory<float>> Batches()
        {
            float[] room = new float[7 * 6];
            for (int first = 0; first < values.Length; first += room.Length)
            {
                await Task.Yield();
                int length = Math.Min(room.Length, values.Length - first);
                values.AsSpan(first, length).CopyTo(room);
                yield return room.AsMemory(0, length);
            }
        }
    }

    [Fact]
    public async Task What_a_sequence_must_not_have_is_named()
    {
        SampleFormat format = SampleFormat.OfImages(1, 2, 1);
        Assert.Contains("3 values are no whole number of samples of 1x2x1", Refused(
            () => DataSet.FromSamples("x", format, [new float[3]])), StringComparison.Ordinal);
        Assert.Contains("has no samples", Refused(() => DataSet.FromSamples("x", format, [])),
            StringComparison.Ordinal);
        Assert.Equal("'x' can't be trained on: value 1 of sample 2 is 1.5, outside -1..1.", Refused(
            () => DataSet.FromSamples("x", format, [new float[4], new float[] { 0, 1.5f }])));
        Assert.Equal("'x' can't be trained on: value 0 of sample 1 is NaN, no finite number.", Refused(
            () => DataSet.FromSamples("x", SampleFormat.OfPoints(1), [new float[] { 2, float.NaN }])));
        Assert.Throws<ArgumentException>(() => DataSet.FromSamples("x", format, [new float[4]], new byte[3]));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => DataSet.FromSamplesAsync(
            "x", format, Endless(), cancellationToken: new CancellationToken(canceled: true)));
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<float>> Endless(
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            await Task.Yield();
            yield return new float[2];
        }
    }

    private static string Refused(Action action) => Assert.ThrowsAny<Exception>(action).Message;
}
