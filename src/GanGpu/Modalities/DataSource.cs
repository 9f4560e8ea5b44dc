using System.Globalization;
using GanGpu.Data;
using GanGpu.Modalities;
using GanGpu.Modalities.Images;

namespace GanGpu;

/// <summary>Opens data sets by path or name: the first reader of a modality that knows the place reads it.</summary>
/// <remarks>Safe for use from several threads.</remarks>
public static class DataSource
{
    /// <summary>The name of the embedded set, handwritten-looking digits that the library draws itself.</summary>
    public const string Digits = SyntheticDigits.Name;

    private static readonly IReadOnlyList<IDataReader> Readers =
        [.. Modality.All.SelectMany(modality => modality.Readers), new NpzFileReader(), new NpyFileReader()];

    /// <summary>The names of the sets that the library draws itself.</summary>
    public static IReadOnlyList<string> BuiltIn { get; } = [.. Readers.SelectMany(reader => reader.Names)];

    /// <summary>The same with what they are.</summary>
    internal static IEnumerable<(string Name, string Description)> Described =>
        Readers.SelectMany(reader => reader.Names.Select(name => (name, reader.Description)));

    /// <summary>Opens a data set.</summary>
    /// <param name="pathOrName">
    /// "digits" for the embedded images; "ring", "grid", "8gaussians", "25gaussians" (see
    /// <see cref="Measures.GaussianMixture"/>) or "swissroll" for 100,000 points in the plane; a folder with MNIST's IDX
    /// files; an IDX file of images, gzipped or not; an NPY file of images (unsigned bytes, or numbers in 0..1, −1..1
    /// or 0..255) or of float32 (vectors), or such arrays with their classes in an NPZ file; a folder with CIFAR-10's
    /// or CIFAR-100's binary files, or one such file; or, where no path has that name, one of
    /// <see cref="KnownDataSet.All"/> that was downloaded. "stacked:" before any of those that are grey: 128,000
    /// images, each three of it as red, green and blue.
    /// </param>
    /// <exception cref="ArgumentException">It is empty or blank.</exception>
    /// <exception cref="InvalidInputException">
    /// It is missing, unreadable, damaged or no data set; or images in a folder or an archive, which the package
    /// GanGpu.Images opens.
    /// </exception>
    public static DataSet Open(string pathOrName) => OpenOr(pathOrName, RefuseImages);

    /// <summary>As the other, with a way to open an archive, or a folder that no reader knows.</summary>
    internal static DataSet OpenOr(string pathOrName, Func<string, DataSet> openImages)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(pathOrName);
        DataPlace place = new(Fetched(pathOrName), other => OpenOr(other, openImages));
        if (Readers.FirstOrDefault(reader => reader.Knows(place)) is { } known)
            return known.Open(place);
        if (!place.IsFile && !place.IsFolder)
            throw new DataFormatException(
                place.Name,
                "does not exist; give a folder of images, a folder with MNIST's or CIFAR's files, an IDX file, one " +
                $"of {string.Join(", ", BuiltIn)}, or one of " +
                $"{string.Join(", ", KnownDataSet.All.Select(set => set.Name))}, which are downloaded first.");
        return place.IsFolder ? openImages(place.Name) : place.Kind.Format switch
        {
            FileFormat.Zip or FileFormat.Tar => openImages(place.Name),
            FileFormat.Other => throw new DataFormatException(place.Name, place.Kind.Sentence!),
            _ => new IdxReader().Open(place),
        };
    }

    /// <summary>
    /// Samples of the same kind that <see cref="Open"/> does not give, to measure by what was trained on the
    /// others: MNIST's test images, other drawings of what the library draws itself; null where there are none.
    /// </summary>
    /// <param name="pathOrName">What <see cref="Open"/> takes.</param>
    /// <exception cref="ArgumentException">It is empty or blank.</exception>
    /// <exception cref="InvalidInputException">They are there, but unreadable or damaged; or the name is of a set that
    /// has not been downloaded.</exception>
    public static DataSet? OpenHeldOut(string pathOrName)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(pathOrName);
        DataPlace place = new(Fetched(pathOrName), OpenHeldOut);
        return Readers.FirstOrDefault(reader => reader.Knows(place)) is { } known ? known.OpenHeldOut(place)
            : Readers.Select(reader => reader.OpenHeldOut(place)).FirstOrDefault(data => data is not null);
    }

    /// <summary>
    /// What opens the same data set from any folder: paths in full, the names of what is built in as they are.
    /// </summary>
    /// <param name="pathOrName">What <see cref="Open"/> takes.</param>
    public static string FullName(string pathOrName)
    {
        ArgumentNullException.ThrowIfNull(pathOrName);
        return Readers.Select(reader => reader.FullName(pathOrName, FullName)).FirstOrDefault(name => name is not null)
            ?? (Path.Exists(pathOrName) ? Path.GetFullPath(pathOrName) : pathOrName);
    }

    /// <summary>
    /// Where a data set lies that is downloaded by its name; a path as it is. A file or folder of that name comes
    /// first.
    /// </summary>
    private static string Fetched(string pathOrName)
    {
        if (KnownDataSet.Find(pathOrName) is not { } set || Path.Exists(pathOrName))
            return pathOrName;
        return set.IsPresent ? set.Folder : throw new DataFormatException(
            pathOrName,
            string.Create(CultureInfo.InvariantCulture,
                $"has not been downloaded yet; KnownDataSet.FetchAsync gets its {set.Length / 1e6:0} MB."))
        {
            Remedy = Remedy.Fetch,
        };
    }

    private static DataSet RefuseImages(string path) => throw new DataFormatException(path, File.Exists(path)
        ? $"is a {(FileKind.Of(path).Format == FileFormat.Tar ? "tar" : "zip")} archive; if it holds image files, " +
            "open it with ImageArchive.Open of the package GanGpu.Images."
        : IdxReader.WithoutTraining(path)
        ?? "holds no train-images-idx3-ubyte; if it holds image files, open it with ImageFolder.Open of the package " +
            "GanGpu.Images.");
}
