using GanGpu.Data;

namespace GanGpu.Modalities.Images;

/// <summary>MNIST's files: a folder with them, or a file of images, with the labels that lie beside it.</summary>
internal sealed class IdxReader : IDataReader
{
    /// <inheritdoc/>
    public bool Knows(DataPlace place) => place.IsOf(FileFormat.Idx)
        || (place.IsFolder && IdxNames.In(place.Name, forTests: false).Length > 0);

    /// <inheritdoc/>
    /// <remarks>Of a file that is none it says what it misses.</remarks>
    public DataSet Open(DataPlace place) =>
        Read(place.IsFolder ? TrainingImages(place.Name)! : place.Name, place.LastName);

    /// <inheritdoc/>
    public DataSet? OpenHeldOut(DataPlace place)
    {
        if (place.IsFile)
            return IdxNames.TestsOf(place.Name) is { } beside && FileKind.Of(beside).Format == FileFormat.Idx
                ? Read(beside, Path.GetFileName(beside)) : null;
        if (!place.IsFolder)
            return null;
        if (TrainingImages(place.Name) is { } training)
            return IdxNames.TestsOf(training) is { } tests ? Read(tests, place.LastName) : null;
        return IdxNames.In(place.Name, forTests: true) is [var alone] ? Read(alone, place.LastName) : null;
    }

    /// <summary>What is wrong with a folder that has MNIST's test images alone; null for other folders.</summary>
    internal static string? WithoutTraining(string folder) => IdxNames.Other(folder) is not { } tests ? null
        : $"holds no images and no train-images-idx3-ubyte, but '{tests}'; open that file by its own path, or add the " +
            "training files.";

    /// <summary>The file of images to train on in a folder that has MNIST's files; null where it has none.</summary>
    /// <exception cref="InvalidInputException">It has those of several sets.</exception>
    private static string? TrainingImages(string folder) => IdxNames.In(folder, forTests: false) switch
    {
        [] => null,
        [var one] => one,
        var several => throw new DataFormatException(folder,
            $"holds the files of {several.Length} data sets; name one by its file of images, such as " +
            $"'{Path.GetFileName(several[0])}' or '{Path.GetFileName(several[1])}'."),
    };

    private static DataSet Read(string path, string name)
    {
        (int[] size, byte[] pixels) = IdxFile.Read(path, rank: 3);
        string? labelPath = IdxNames.LabelsOf(path);
        byte[]? labels = labelPath is null ? null : IdxFile.Read(labelPath, rank: 1).Values;
        if (labels is not null && labels.Length != size[0])
            throw new DataFormatException(
                labelPath!,
                $"has {labels.Length} labels, but '{path}' has {size[0]} images; the two files do not belong " +
                "together.");
        return DataSet.FromBytes(name, pixels, size[0], size[1], size[2], 1, labels);
    }
}
