using GanGpu.Kernels.Batch;

namespace GanGpu.Tests.Reference;

/// <summary>
/// DiffAugment by its three steps, one after the other; the transpose by the matrix of the linear part.
/// </summary>
internal static class ReferenceAugment
{
    public static double[] Apply(AugmentShape shape, ulong seed, uint stream, uint step, double[] x)
    {
        double[] y = new double[x.Length];
        for (int row = 0; row < shape.Rows; row++)
        {
            AugmentDraw draw = AugmentDraw.Of(shape, seed, stream, step, row);
            double[] sample = x[(row * shape.Length)..((row + 1) * shape.Length)];
            double[] result = shape.Adjoint switch
            {
                0 => Changed(shape, draw, sample),
                2 => Linear(shape, draw, sample),
                _ => [.. Enumerable.Range(0, shape.Length).Select(i =>
                {
                    double[] unit = new double[shape.Length];
                    unit[i] = 1;
                    return Linear(shape, draw, unit).Zip(sample, (a, b) => a * b).Sum();
                })],
            };
            result.CopyTo(y, row * shape.Length);
        }

        return y;
    }

    private static double[] Linear(AugmentShape shape, AugmentDraw draw, double[] sample) =>
        Changed(shape, draw with { Brightness = 0 }, sample);

    private static double[] Changed(AugmentShape shape, AugmentDraw draw, double[] sample)
    {
        int channels = shape.Channels;
        double[] bright = [.. sample.Select(value => value + draw.Brightness)];
        double[] saturated = [.. bright.Select((value, i) =>
        {
            double mean = bright.Skip(i / channels * channels).Take(channels).Average();
            return ((value - mean) * draw.Saturation) + mean;
        })];
        double all = saturated.Average();
        double[] contrasted = [.. saturated.Select(value => ((value - all) * draw.Contrast) + all)];
        return [.. contrasted.Select((_, i) =>
        {
            int pixel = i / channels, y = pixel / shape.Width, x = pixel % shape.Width, fromY = y + draw.MoveY,
                fromX = x + draw.MoveX;
            bool cut = y >= draw.CutTop && y < draw.CutBottom && x >= draw.CutLeft && x < draw.CutRight;
            return cut || fromY < 0 || fromY >= shape.Height || fromX < 0 || fromX >= shape.Width ? 0
                : contrasted[(((fromY * shape.Width) + fromX) * channels) + (i % channels)];
        })];
    }
}
