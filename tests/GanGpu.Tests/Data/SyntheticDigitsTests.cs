using System.Security.Cryptography;
using GanGpu.Kernels.Random;
using GanGpu.Modalities.Images;

namespace GanGpu.Tests.Data;

public sealed class SyntheticDigitsTests
{
    private const int Side = 28, Size = Side * Side, Classes = 10;

    [Fact]
    public void The_first_thousand_images_are_these_bytes() =>
        Assert.Equal(
            "3581B7DD5CF3FC70E307DB49179870D343DE338F27EFF88EE6BE77E1FDB3DF00",
            Convert.ToHexString(SHA256.HashData(SyntheticDigits.Draw(1000).Pixels.Span)));

    [Fact]
    public void The_whole_set_is_opened_by_its_name_and_begins_as_a_part_of_it_does()
    {
        DataSet data = DataSource.Open(DataSource.Digits);
        Assert.Equal(
            (20_000, Side, Side, 1, "digits"), (data.Count, data.Format.Height, data.Format.Width, data.Format.Channels, data.Name));
        Assert.True(data.Pixels.Span[..(1000 * Size)].SequenceEqual(SyntheticDigits.Draw(1000).Pixels.Span));
        int[] histogram = new int[Classes];
        foreach (byte label in data.Labels.Span)
            histogram[label]++;
        Assert.All(histogram, count => Assert.Equal(2000, count));
    }

    [Fact]
    public void Drawing_again_gives_the_same_and_another_seed_others()
    {
        byte[] first = SyntheticDigits.Draw(3000).Pixels.ToArray();
        Assert.True(first.AsSpan().SequenceEqual(SyntheticDigits.Draw(3000).Pixels.Span));
        byte[] alone = new byte[Size];
        // In sets of other lengths, so parted otherwise among the threads: an image depends on its own number only.
        for (int count = 30; count > 0; count--)
        {
            SyntheticDigits.Draw(count).Pixels.Span[^Size..].CopyTo(alone);
            Assert.True(
                alone.AsSpan().SequenceEqual(first.AsSpan((count - 1) * Size, Size)),
                $"Image {count - 1} depends on the others.");
        }

        Assert.False(first.AsSpan().SequenceEqual(SyntheticDigits.Draw(3000, seed: 2).Pixels.Span));
    }

    [Fact]
    public void No_image_is_blank_cut_off_or_far_from_the_middle()
    {
        DataSet data = SyntheticDigits.Draw(2000);
        for (int i = 0; i < data.Count; i++)
        {
            ReadOnlySpan<byte> image = data.Pixels.Span.Slice(i * Size, Size);
            int ink = 0, border = 0;
            double sumX = 0, sumY = 0;
            for (int p = 0; p < Size; p++)
            {
                ink += image[p];
                sumX += (p % Side) * image[p];
                sumY += p / Side * image[p];
                if (p % Side is 0 or Side - 1 || p / Side is 0 or Side - 1)
                    border += image[p];
            }

            Assert.InRange(ink / 255.0, 15, 300);
            Assert.InRange(sumX / ink, 8, 19);
            Assert.InRange(sumY / ink, 8, 19);
            Assert.True(border < ink / 5, $"Image {i} lies on the border.");
        }
    }

    [Fact]
    public void The_nearest_class_mean_tells_most_digits()
    {
        DataSet data = SyntheticDigits.Draw(4000);
        double[][] means = [.. Enumerable.Range(0, Classes).Select(_ => new double[Size])];
        int half = data.Count / 2;
        for (int i = 0; i < half; i++)
        {
            for (int p = 0; p < Size; p++)
                means[data.Labels.Span[i]][p] += data.Pixels.Span[(i * Size) + p] / (double)(half / Classes);
        }

        int right = 0;
        for (int i = half; i < data.Count; i++)
        {
            byte[] image = data.Pixels.Slice(i * Size, Size).ToArray();
            int nearest = Enumerable.Range(0, Classes).MinBy(digit => SquaredDistance(image, means[digit]));
            if (nearest == data.Labels.Span[i])
                right++;
        }

        Assert.True(right > 0.8 * (data.Count - half), $"{right} of {data.Count - half} were right.");
    }

    [Fact]
    public void The_images_of_a_class_differ()
    {
        DataSet data = SyntheticDigits.Draw(1000);
        for (int digit = 0; digit < Classes; digit++)
        {
            byte[][] images = [
                .. Enumerable.Range(0, 100)
                .Select(i => data.Pixels.Slice(((i * Classes) + digit) * Size, Size).ToArray())];
            double sum = 0, least = double.MaxValue;
            for (int a = 0; a < images.Length; a++)
            {
                for (int b = 0; b < a; b++)
                {
                    double distance =
                        Math.Sqrt(SquaredDistance(images[a], [.. images[b].Select(value => (double)value)])) / 255;
                    sum += distance;
                    least = Math.Min(least, distance);
                }
            }

            // A digit's ink is about 60 to 120 pixels: two that share nothing are about 12 apart.
            Assert.InRange(sum / (images.Length * (images.Length - 1) / 2), 4, 15);
            Assert.True(least > 0.5, $"Two images of {digit} are {least} apart.");
        }
    }

    [Fact]
    public void Each_digit_is_written_in_all_its_variants()
    {
        DataSet data = SyntheticDigits.Draw(10_000);
        for (int digit = 0; digit < Classes; digit++)
        {
            int variants = DigitStrokes.All[digit].Length, perDigit = data.Count / Classes;
            Assert.True(variants >= 2);
            double[][] means = [.. Enumerable.Range(0, variants).Select(_ => new double[Size])];
            int[] counts = new int[variants];
            for (int i = digit; i < data.Count; i += Classes)
            {
                // The first number that is drawn for an image chooses the variant.
                int variant =
                    (int)(Philox.ToUnit(Philox.Generate(1, (uint)i, 0, RandomStreams.SyntheticData).X) * variants);
                counts[variant]++;
                for (int p = 0; p < Size; p++)
                    means[variant][p] += data.Pixels.Span[(i * Size) + p] / 255.0;
            }

            Assert.All(counts, count => Assert.InRange(count, perDigit / variants / 2, perDigit / variants * 2));
            // Of images parted by chance, the means would be about 0.3 apart.
            for (int a = 0; a < variants; a++)
            {
                for (int b = 0; b < a; b++)
                {
                    double distance = Math.Sqrt(
                        Enumerable.Range(0, Size)
                        .Sum(p => Math.Pow((means[a][p] / counts[a]) - (means[b][p] / counts[b]), 2)));
                    Assert.True(distance > 1, $"The variants {a} and {b} of {digit} are {distance} apart.");
                }
            }
        }
    }

    private static double SquaredDistance(byte[] image, double[] other)
    {
        double sum = 0;
        for (int p = 0; p < Size; p++)
            sum += (image[p] - other[p]) * (image[p] - other[p]);
        return sum;
    }
}
