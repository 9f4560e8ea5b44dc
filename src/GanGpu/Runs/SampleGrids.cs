using System.Globalization;

namespace GanGpu.Runs;

/// <summary>A grid of samples in a run's folder.</summary>
/// <param name="Step">Steps trained when it was drawn.</param>
/// <param name="Path">A PNG file.</param>
internal sealed record SampleGrid(long Step, string Path);

/// <summary>The grids of samples that a run left, samples/step-000000.png and on.</summary>
internal static class SampleGrids
{
    private const string Prefix = "step-", Ending = ".png";

    /// <summary>
    /// Those up to a step, in order; a run that was resumed from an earlier checkpoint may have later ones that are
    /// void.
    /// </summary>
    public static IReadOnlyList<SampleGrid> Of(string folder, long upToStep)
    {
        string samples = Path.Combine(folder, "samples");
        if (!Directory.Exists(samples))
            return [];
        List<SampleGrid> grids = [];
        foreach (string path in Directory.EnumerateFiles(samples, Prefix + "*" + Ending))
        {
            string name = Path.GetFileName(path);
            if (long.TryParse(
                name.AsSpan(Prefix.Length, name.Length - Prefix.Length - Ending.Length), NumberStyles.None,
                CultureInfo.InvariantCulture, out long step) && step <= upToStep)
                grids.Add(new SampleGrid(step, path));
        }

        grids.Sort((a, b) => a.Step.CompareTo(b.Step));
        return grids;
    }

    /// <summary>
    /// As many of them as are asked for, evenly spread from the first to the last, both of which are kept.
    /// </summary>
    /// <param name="grids">In order.</param>
    /// <param name="most">At least 1; 1 keeps the last.</param>
    public static IReadOnlyList<T> Thin<T>(IReadOnlyList<T> grids, int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        if (grids.Count <= most)
            return grids;
        return most == 1 ? [grids[^1]]
            : [.. Enumerable.Range(0, most).Select(i => grids[(int)((long)i * (grids.Count - 1) / (most - 1))])];
    }

    /// <summary>
    /// As <see cref="Thin"/>, so that all files together have no more bytes than asked for, but for the last, which
    /// stays.
    /// </summary>
    public static IReadOnlyList<SampleGrid> ThinToBytes(IReadOnlyList<SampleGrid> grids, int most, long bytes)
    {
        IReadOnlyList<SampleGrid> kept = Thin(grids, most);
        while (kept.Count > 1 && kept.Sum(grid => new FileInfo(grid.Path).Length) > bytes)
            kept = Thin(grids, Math.Max(1, kept.Count * 9 / 10));
        return kept;
    }
}
