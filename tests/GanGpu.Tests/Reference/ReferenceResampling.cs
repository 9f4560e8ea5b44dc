using GanGpu.Kernels.Resampling;

namespace GanGpu.Tests.Reference;

/// <summary>Other sizes of images, and dropout, with plain loops.</summary>
internal static class ReferenceResampling
{
    /// <summary>Where the small pixel of an element of the large images lies.</summary>
    public static int Small(ResamplingShape shape, int i)
    {
        int channel = i % shape.Channels, pixel = i / shape.Channels, height = shape.Height * shape.Factor,
            width = shape.Width * shape.Factor;
        int sample = pixel / (height * width), y = pixel / width % height / shape.Factor,
            x = pixel % width / shape.Factor;
        return (((((sample * shape.Height) + y) * shape.Width) + x) * shape.Channels) + channel;
    }

    public static double[] Mask(int length, float keep, ulong seed, uint stream, uint step) =>
        [.. Enumerable.Range(0, length).Select(i =>
    {
        uint word = ReferencePhilox.Words([(uint)(i / 4), step, stream, 0], [(uint)seed, (uint)(seed >> 32)])[i % 4];
        // The 24 upper bits.
        return (word >> 8) / 16777216.0 < keep ? 1.0 / keep : 0;
    })];
}
