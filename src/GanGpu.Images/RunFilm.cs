using GanGpu.Runs;
using SkiaSharp;

namespace GanGpu.Images;

/// <summary>A run's grids of samples as a film: the same latent vectors through the training.</summary>
/// <remarks>Safe for use from several threads.</remarks>
public static class RunFilm
{
    /// <summary>The film's name in a run's folder.</summary>
    public const string FileName = "training.webp";

    private const int MostFrames = 60, FewestFrames = 8;

    /// <summary>
    /// Pixels of all frames, a few seconds of encoding: a training that was told to stop makes its film as well.
    /// </summary>
    private const long MostPixels = 64_000_000;

    /// <summary>The format's own limit to a side.</summary>
    private const int LongestSide = 16383;

    private static readonly TimeSpan Each = TimeSpan.FromMilliseconds(120), Last = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Makes the film from the grids in a run's folder, replacing an earlier one; of many grids sixty are taken, of
    /// large ones fewer.
    /// </summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="step">Steps trained; grids of later ones, which a resumption made void, are left out.</param>
    /// <param name="cancellationToken">Ends it between pictures; nothing is written then.</param>
    /// <returns>Whether there is a film: one grid makes none, nor do grids that are too large for one.</returns>
    /// <exception cref="InvalidInputException">A grid is damaged, or the film can't be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static bool Save(string folder, long step, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<SampleGrid> grids = SampleGrids.Of(folder, step);
        if (grids.Count < 2)
            return false;
        using SKCodec? codec = SKCodec.Create(grids[^1].Path);
        // A training is worth more than its film: what is too large for one has none.
        if (codec is not null
            && (Math.Max(codec.Info.Height, codec.Info.Width) > LongestSide
                || Film.MostFrames(codec.Info.Height, codec.Info.Width) < FewestFrames))
            return false;
        int most = codec is null ? MostFrames
            : (int)Math.Clamp(MostPixels / ((long)codec.Info.Height * codec.Info.Width), FewestFrames, MostFrames);
        Film.Save(
            Path.Combine(folder, FileName), [.. SampleGrids.Thin(grids, most).Select(grid => grid.Path)], Each, Last,
            cancellationToken);
        return true;
    }
}
