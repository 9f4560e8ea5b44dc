using GanGpu.Kernels.Random;

namespace GanGpu.Modalities.Images;

/// <summary>
/// Three random images of a grey data set as the red, green and blue of one: "stacked MNIST" (Metz et al. 2017,
/// arXiv:1611.02163), whose modes are the ways to combine three classes.
/// </summary>
internal static class StackedDigits
{
    /// <summary>What a name begins with; the rest is the name of the grey data set.</summary>
    public const string Prefix = "stacked:";

    /// <summary>As many as PacGAN's experiments have.</summary>
    public const int DefaultCount = 128_000;

    /// <summary>Image i of a seed is the same for every count.</summary>
    public static DataSet Draw(DataSet grey, int count = DefaultCount, ulong seed = 1)
    {
        if (grey.Format is not { Encoding: BytesEncoding, Channels: 1 })
            throw new InvalidInputException($"'{grey.Name}' can't be stacked: that takes images of one channel.");
        int size = grey.SampleSize;
        byte[] pixels = new byte[checked(count * size * 3)];
        Parallel.For(0, count, i =>
        {
            Philox.Block words = Philox.Generate(seed, (uint)i, 0, RandomStreams.StackedData);
            Place(words.X, 0);
            Place(words.Y, 1);
            Place(words.Z, 2);

            void Place(uint word, int channel)
            {
                ReadOnlySpan<byte> image =
                    grey.Pixels.Span.Slice((int)(((ulong)word * (ulong)grey.Count) >> 32) * size, size);
                Span<byte> target = pixels.AsSpan(i * size * 3, size * 3);
                for (int p = 0; p < size; p++)
                    target[(p * 3) + channel] = image[p];
            }
        });
        return new DataSet(
            Prefix + grey.Name, SampleFormat.OfImages(grey.Format.Height, grey.Format.Width, 3), count, null, pixels)
        {
            Origin = new StackedFrom(grey),
        };
    }
}

/// <summary>The grey images that samples were stacked from, three each.</summary>
/// <param name="Grey">The grey images.</param>
internal sealed record StackedFrom(DataSet Grey);
