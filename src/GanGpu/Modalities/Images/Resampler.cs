using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GanGpu.Modalities.Images;

/// <summary>
/// Brings a picture to another size with the cubic of Catmull and Rom (Keys 1981, a = −1/2), widened by the scale when
/// it shrinks so that every source pixel counts: what "antialiased bicubic" means elsewhere (Pillow, clean-fid). At
/// scale 1 the weights are 0, 1, 0, so that a picture which has the size already comes out byte for byte.
/// </summary>
/// <remarks>
/// Written here because Skia has no such filter: its cubics take 4x4 pixels however far they shrink, its mipmaps alias
/// or blur between powers of two, and its Mitchell cubic blurs even at scale 1. Sums and products in a fixed order,
/// without fused ones: the same bytes on every machine.
/// </remarks>
internal static class Resampler
{
    /// <summary>How far the cubic reaches from its centre.</summary>
    private const double Radius = 2;

    /// <summary>
    /// The source pixels that one target pixel is made of, and how much of each; the weights' sum is 1.
    /// </summary>
    private readonly record struct Taps(int First, float[] Weights);

    /// <summary>Scales a part of a picture to fill another. Nothing outside the part is read.</summary>
    /// <param name="source">The part.</param>
    /// <param name="target">Receives targetHeight × targetWidth RGBA pixels.</param>
    /// <param name="targetWidth">Columns of the target, at least 1.</param>
    /// <param name="targetHeight">Rows of the target, at least 1.</param>
    public static void Scale(PicturePart source, Span<byte> target, int targetWidth, int targetHeight) =>
        Scale<byte, Rounded>(source, target, targetWidth, targetHeight);

    /// <summary>Scales a whole picture, in 0..255 and not rounded, as clean-fid does it for feature networks.</summary>
    /// <param name="source">height × width RGBA pixels.</param>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="target">Receives targetHeight × targetWidth pixels of four numbers.</param>
    /// <param name="targetWidth">Columns of the target, at least 1.</param>
    /// <param name="targetHeight">Rows of the target, at least 1.</param>
    public static void Scale(ReadOnlySpan<byte> source, int width, int height, Span<float> target, int targetWidth,
        int targetHeight) =>
        Scale<float, Exact>(new(source, 4 * width, 0, 0, width, height), target, targetWidth, targetHeight);

    private static void Scale<T, TValue>(PicturePart source, Span<T> target, int targetWidth, int targetHeight)
        where TValue : IValue<T>
    {
        Taps[] columns = TapsOf(source.Width, targetWidth), rows = TapsOf(source.Height, targetHeight);
        // The rows that the target row in work needs, scaled to its width; each source row is scaled once and kept
        // until it is needed no more. Whole pictures of floats would take 16 times what the decoded bytes take.
        int kept = rows.Max(row => row.Weights.Length), scaledRows = 0;
        Vector128<float>[] ring = new Vector128<float>[kept * targetWidth],
            line = new Vector128<float>[source.Width];
        for (int y = 0; y < targetHeight; y++)
        {
            Taps row = rows[y];
            for (; scaledRows < row.First + row.Weights.Length; scaledRows++)
                ScaleRow(
                    source.Row(scaledRows), line, columns, ring.AsSpan(scaledRows % kept * targetWidth, targetWidth));
            for (int x = 0; x < targetWidth; x++)
            {
                Vector128<float> sum = Vector128<float>.Zero;
                for (int i = 0; i < row.Weights.Length; i++)
                    sum += ring[((row.First + i) % kept * targetWidth) + x] * row.Weights[i];
                // A cubic overshoots at edges.
                for (int channel = 0; channel < 4; channel++)
                    target[(4 * ((y * targetWidth) + x)) + channel] = TValue.Of(sum[channel]);
            }
        }
    }

    /// <summary>How a sum becomes a value of the target.</summary>
    private interface IValue<T>
    {
        static abstract T Of(float sum);
    }

    private readonly struct Rounded : IValue<byte>
    {
        public static byte Of(float sum) => (byte)Math.Clamp(sum + 0.5f, 0f, 255f);
    }

    private readonly struct Exact : IValue<float>
    {
        public static float Of(float sum) => Math.Clamp(sum, 0f, 255f);
    }

    private static void ScaleRow(
        ReadOnlySpan<byte> source, Vector128<float>[] line, Taps[] columns, Span<Vector128<float>> target)
    {
        ReadOnlySpan<uint> pixels = MemoryMarshal.Cast<byte, uint>(source);
        for (int x = 0; x < pixels.Length; x++)
        {
            Vector128<byte> bytes = Vector128.CreateScalar(pixels[x]).AsByte();
            line[x] = Vector128.ConvertToSingle(Vector128.WidenLower(Vector128.WidenLower(bytes)).AsInt32());
        }

        for (int x = 0; x < columns.Length; x++)
        {
            ReadOnlySpan<float> weights = columns[x].Weights;
            ReadOnlySpan<Vector128<float>> from = line.AsSpan(columns[x].First, weights.Length);
            Vector128<float> sum = Vector128<float>.Zero;
            for (int i = 0; i < weights.Length; i++)
                sum += from[i] * weights[i];
            target[x] = sum;
        }
    }

    private static Taps[] TapsOf(int length, int targetLength)
    {
        double scale = (double)length / targetLength, widening = Math.Max(1, scale), reach = Radius * widening;
        Taps[] taps = new Taps[targetLength];
        for (int i = 0; i < targetLength; i++)
        {
            // Pixel j covers j to j + 1, so that its middle is at j + 1/2.
            double centre = (i + 0.5) * scale;
            int first = Math.Max(0, (int)Math.Ceiling(centre - reach - 0.5)),
                last = Math.Min(length - 1, (int)Math.Floor(centre + reach - 0.5));
            double[] weights = new double[last - first + 1];
            for (int j = 0; j < weights.Length; j++)
                weights[j] = Cubic((first + j + 0.5 - centre) / widening);
            double sum = weights.Sum();
            taps[i] = new Taps(first, [.. weights.Select(weight => (float)(weight / sum))]);
        }

        return taps;
    }

    private static double Cubic(double x)
    {
        x = Math.Abs(x);
        if (x < 1)
            return (((1.5 * x) - 2.5) * x * x) + 1;
        return x < Radius ? (((((-0.5 * x) + 2.5) * x) - 4) * x) + 2 : 0;
    }
}
