namespace GanGpu.Presets;

/// <summary>The sizes that images go through as they are halved again and again, sides rounded up.</summary>
internal static class ResolutionPyramid
{
    private const int Smallest = 4;

    /// <summary>From the sample's own size to the first without a side above 4; at least two.</summary>
    public static (int Height, int Width)[] Of(SampleShape sample)
    {
        List<(int Height, int Width)> sizes = [(sample.Height, sample.Width)];
        while (sizes.Count == 1 || Math.Max(sizes[^1].Height, sizes[^1].Width) > Smallest)
            sizes.Add(((sizes[^1].Height + 1) / 2, (sizes[^1].Width + 1) / 2));
        return [.. sizes];
    }
}
