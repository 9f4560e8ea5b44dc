namespace GanGpu.Measures;

/// <summary>A network whose features are the space in which real and generated images are compared.</summary>
public interface IFeatureNetwork
{
    /// <summary>What the space is called in reports, such as "own features".</summary>
    string Space { get; }

    /// <summary>
    /// What a Fréchet distance in this space is called. "FID" means one in the features of one certain Inception
    /// network, on which published figures rest, and is no name for any other.
    /// </summary>
    string FrechetName => DefaultFrechetName;

    /// <summary>What the Fréchet distance is called wherever it is not FID.</summary>
    const string DefaultFrechetName = "Fréchet distance";

    /// <summary>
    /// Refuses data whose features can't be had, before anything is drawn or trained. A network that takes some samples
    /// only should say so here; by default it takes all.
    /// </summary>
    /// <param name="data">What a generator is to be trained on.</param>
    /// <exception cref="InvalidInputException">The network does not take such samples.</exception>
    void Check(DataSet data)
    {
    }

    /// <summary>The features of real images.</summary>
    /// <param name="data">Images.</param>
    /// <param name="count">How many, at least 1, from the first on; all where it is null or more than there
    /// are.</param>
    /// <param name="cancellationToken">Ends it between blocks at the latest.</param>
    /// <returns>A vector for each image.</returns>
    /// <exception cref="InvalidInputException">The network does not take such samples.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    FeatureSet Features(DataSet data, int? count = null, CancellationToken cancellationToken = default);

    /// <summary>The features of generated images.</summary>
    /// <param name="samples">Images, in −1..1.</param>
    /// <param name="cancellationToken">Ends it between blocks at the latest.</param>
    /// <returns>A vector for each image.</returns>
    /// <exception cref="InvalidInputException">The network does not take such samples.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    FeatureSet Features(SampleBatch samples, CancellationToken cancellationToken = default);
}
