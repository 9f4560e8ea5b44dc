using GanGpu.Kernels.Random;

namespace GanGpu.Modalities.Images;

/// <summary>
/// The embedded data set: 28x28 grey images of digits that look written by hand, white on black and centred as MNIST's
/// are. A variant of the digit, its points, slant, turn, proportions, place, pen and pressure are drawn for each image.
/// Only sums, products, quotients and roots go into a pixel, so that the bytes are the same on every machine.
/// </summary>
internal static class SyntheticDigits
{
    public const string Name = "digits";

    public const int DefaultCount = 20_000;

    private const int Side = 28, Classes = 10, PointsPerSpan = 6;

    /// <summary>Draws the set: image i shows the digit i mod 10.</summary>
    public static DataSet Draw(int count = DefaultCount, ulong seed = 1)
    {
        byte[] pixels = new byte[count * Side * Side], labels = new byte[count];
        Parallel.For(0, count, i =>
        {
            labels[i] = (byte)(i % Classes);
            Image(i % Classes, new Draws(seed, (uint)i), pixels.AsSpan(i * Side * Side, Side * Side));
        });
        return DataSet.FromBytes(Name, pixels, count, Side, Side, 1, labels);
    }

    private static void Image(int digit, Draws draws, Span<byte> pixels)
    {
        float[][][] variants = DigitStrokes.All[digit];
        float[][] variant = variants[(int)(draws.Next() * variants.Length)];
        float height = draws.Between(17f, 21f), width = height * draws.Between(0.55f, 0.95f),
            slant = draws.Between(-0.12f, 0.35f);
        // The rational form of a turn: cos = (1 − t²) / (1 + t²), sin = 2t / (1 + t²).
        float t = draws.Between(-0.08f, 0.08f), cos = (1f - (t * t)) / (1f + (t * t)), sin = 2f * t / (1f + (t * t));
        float pen = draws.Between(1f, 1.8f), pressure = draws.Between(0.85f, 1f), wobble = draws.Between(0.01f, 0.045f);
        float shiftX = draws.Between(-1.2f, 1.2f), shiftY = draws.Between(-1.2f, 1.2f);

        List<(float X, float Y)[]> lines = [];
        foreach (float[] stroke in variant)
        {
            (float X, float Y)[] points = new (float, float)[stroke.Length / 2];
            for (int i = 0; i < points.Length; i++)
            {
                float x = (stroke[2 * i] - 0.5f + draws.Between(-wobble, wobble)) * width,
                    y = (stroke[(2 * i) + 1] - 0.5f + draws.Between(-wobble, wobble)) * height;
                x -= slant * y;
                points[i] = ((cos * x) - (sin * y), (sin * x) + (cos * y));
            }

            lines.Add(Smooth(points));
        }

        float left = lines.Min(line => line.Min(point => point.X)),
            right = lines.Max(line => line.Max(point => point.X));
        float top = lines.Min(line => line.Min(point => point.Y)),
            bottom = lines.Max(line => line.Max(point => point.Y));
        float offsetX = (Side / 2f) + shiftX - ((left + right) / 2f), offsetY = (Side / 2f) + shiftY
            - ((top + bottom) / 2f);

        Span<float> nearest = stackalloc float[Side * Side];
        nearest.Fill(float.MaxValue);
        foreach ((float X, float Y)[] line in lines)
        {
            for (int i = 1; i < line.Length; i++)
                Segment(line[i - 1].X + offsetX, line[i - 1].Y + offsetY, line[i].X + offsetX, line[i].Y + offsetY, pen
                    + 2f, nearest);
        }

        // The edge of a line fades over a pixel and a half, as ink that was scanned and scaled down does.
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(255f * pressure * Math.Clamp((pen + 0.5f - MathF.Sqrt(nearest[i])) / 1.5f, 0f, 1f));
    }

    /// <summary>The points and others between them, on a Catmull-Rom spline.</summary>
    private static (float X, float Y)[] Smooth((float X, float Y)[] p)
    {
        if (p.Length == 2)
            return p;
        (float X, float Y)[] line = new (float, float)[((p.Length - 1) * PointsPerSpan) + 1];
        for (int i = 0; i < line.Length - 1; i++)
        {
            int span = i / PointsPerSpan;
            float u = (float)(i % PointsPerSpan) / PointsPerSpan;
            (float X, float Y) a = p[Math.Max(span - 1, 0)], b = p[span], c = p[span + 1],
                d = p[Math.Min(span + 2, p.Length - 1)];
            line[i] = (Spline(a.X, b.X, c.X, d.X, u), Spline(a.Y, b.Y, c.Y, d.Y, u));
        }

        line[^1] = p[^1];
        return line;

        static float Spline(float a, float b, float c, float d, float u) =>
            b + (0.5f * u * (c - a + (u * ((2f * a) - (5f * b) + (4f * c) - d + (u * ((3f * (b - c)) + d - a))))));
    }

    /// <summary>
    /// Lowers the squared distance of each pixel's centre to the nearest segment so far, as far as the pen reaches.
    /// </summary>
    private static void Segment(float x0, float y0, float x1, float y1, float reach, Span<float> nearest)
    {
        float dx = x1 - x0, dy = y1 - y0, length = (dx * dx) + (dy * dy) + 1e-12f;
        int firstX = Math.Max(0, (int)(Math.Min(x0, x1) - reach)),
            lastX = Math.Min(Side - 1, (int)(Math.Max(x0, x1) + reach));
        int firstY = Math.Max(0, (int)(Math.Min(y0, y1) - reach)),
            lastY = Math.Min(Side - 1, (int)(Math.Max(y0, y1) + reach));
        for (int y = firstY; y <= lastY; y++)
        {
            for (int x = firstX; x <= lastX; x++)
            {
                float px = x + 0.5f - x0, py = y + 0.5f - y0,
                    along = Math.Clamp(((px * dx) + (py * dy)) / length, 0f, 1f);
                float ex = px - (along * dx), ey = py - (along * dy), distance = (ex * ex) + (ey * ey);
                if (distance < nearest[(y * Side) + x])
                    nearest[(y * Side) + x] = distance;
            }
        }
    }

    /// <summary>The random numbers of one image, in order.</summary>
    private sealed class Draws(ulong seed, uint image)
    {
        private uint next;

        /// <summary>In [0, 1).</summary>
        public float Next() => Philox.ToUnit(Philox.Generate(seed, image, next++, RandomStreams.SyntheticData).X);

        public float Between(float low, float high) => low + ((high - low) * Next());
    }
}
