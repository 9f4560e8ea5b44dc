namespace GanGpu;

/// <summary>What a run does besides training: how long, what it keeps, what it writes for people to look at.</summary>
public sealed record RunOptions
{
    /// <summary>
    /// Steps to train: of a new run in all, of one that is resumed how many more, at least 1. Null for
    /// <see cref="Epochs"/>.
    /// </summary>
    public long? Steps { get; init; }

    /// <summary>Passes over the data set, as <see cref="Steps"/>; null for as many as the preset's runs have.</summary>
    public int? Epochs { get; init; }

    /// <summary>
    /// Steps from one picture of samples and checkpoint to the next, at least 1; null for what divides the run into ten
    /// parts or so.
    /// </summary>
    public long? SampleEvery { get; init; }

    /// <summary>
    /// What the best checkpoint is chosen by: "fd" the Fréchet distance, "sw" the sliced Wasserstein distance, both
    /// among the features of a classifier where images have labels, else among pixels or coordinates; "hq" the share of
    /// samples of high quality of a mixture, times the share of its modes captured; "classes" the reverse
    /// Kullback-Leibler divergence of the classes of samples. Null for no best checkpoint.
    /// </summary>
    public string? Best { get; init; }

    /// <summary>
    /// Whether it goes back to its best checkpoint, or its latest, with half the learning rates if it diverges or
    /// collapses; three times at most.
    /// </summary>
    public bool RollBack { get; init; }

    /// <summary>Whether it writes files of events for TensorBoard.</summary>
    public bool TensorBoard { get; init; }

    /// <summary>
    /// Checkpoints that are kept besides the latest and the best, one with each picture of samples, at least 1; null for
    /// none.
    /// </summary>
    public int? KeepCheckpoints { get; init; }

    /// <summary>
    /// What opens the data set again, see <see cref="DataSource.Open"/>: kept in the run's settings; null for the data set's
    /// name.
    /// </summary>
    public string? Data { get; init; }

    /// <summary>
    /// The checkpoint, or the imported weights, that a new run begins with, see <see cref="GanTrainer.FineTune"/>; null
    /// for weights that are drawn. The run's settings say which file it was. Where no training options are given, they
    /// are those of the file.
    /// </summary>
    public string? From { get; init; }

    /// <summary>How its pictures were brought to one size; null if nothing was asked for.</summary>
    public ImageOptions? Images { get; init; }

    /// <summary>Samples of the kind that are not trained on, to measure by; null if there are none.</summary>
    public DataSet? HeldOut { get; init; }

    /// <summary>
    /// What draws samples and curves, such as <c>ImagePictures</c> of the package GanGpu.Images; null for no pictures.
    /// </summary>
    public IRunPictures? Pictures { get; init; }
}
