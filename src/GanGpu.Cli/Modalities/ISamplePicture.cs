
namespace GanGpu.Cli.Modalities;

/// <summary>Draws samples of one kind as a PNG: what a run's folder, its report and gangpu sample show.</summary>
internal interface ISamplePicture
{
    /// <summary>How many samples a picture shows; null for as many as fill a grid.</summary>
    int? Samples { get; }

    /// <summary>Whether a single sample is a picture, so that there are films, folders and rows of them.</summary>
    bool DrawsSingly { get; }

    /// <summary>Whether real samples are shown behind them.</summary>
    bool ShowsReal { get; }

    /// <summary>Whether samples can be drawn so.</summary>
    bool Fits(SampleFormat format);

    /// <summary>Draws a PNG.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="real">Real samples to show behind them, if such pictures do; null for none.</param>
    byte[] Draw(SampleBatch samples, DataSet? real);
}
