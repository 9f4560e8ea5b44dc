namespace GanGpu;

/// <summary>Draws what a run's folder has for people to look at.</summary>
public interface IRunPictures
{
    /// <summary>Refuses samples whose pictures can't be written, before anything is trained.</summary>
    /// <param name="count">Samples of a picture.</param>
    /// <param name="format">What they are.</param>
    /// <exception cref="InvalidInputException">A picture would be too large.</exception>
    void Check(int count, SampleFormat format)
    {
    }

    /// <summary>A picture of samples, the same latent vectors every time.</summary>
    /// <param name="generator">What draws the samples.</param>
    /// <param name="samples">Samples of it that fill a picture, see <see cref="Generator.GridSize"/>.</param>
    /// <param name="data">What is trained on.</param>
    /// <returns>A PNG file; null if such samples have no picture.</returns>
    /// <exception cref="InvalidInputException">The picture would be too large.</exception>
    byte[]? Samples(Generator generator, SampleBatch samples, DataSet data);

    /// <summary>The losses, as curves.</summary>
    /// <param name="reports">The run's reports.</param>
    /// <param name="options">How it was trained.</param>
    /// <returns>A PNG file; null for none.</returns>
    byte[]? Losses(IReadOnlyList<TrainingReport> reports, TrainingOptions options);

    /// <summary>What the samples were worth, as a curve.</summary>
    /// <param name="reports">The run's reports.</param>
    /// <param name="bestStep">The step of the best checkpoint; null if there is none.</param>
    /// <returns>A PNG file; null for none, as where nothing was measured.</returns>
    byte[]? Quality(IReadOnlyList<TrainingReport> reports, long? bestStep);

    /// <summary>Makes a film of the pictures of samples in a run's folder, if it can.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="step">Steps trained; pictures of later ones are void.</param>
    /// <exception cref="InvalidInputException">A picture is damaged, or the film can't be written.</exception>
    void Film(string folder, long step);
}
