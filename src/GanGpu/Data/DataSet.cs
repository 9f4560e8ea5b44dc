using System.Globalization;
using System.Runtime.InteropServices;

namespace GanGpu.Data;

/// <summary>
/// Images of one size, as bytes, which training scales to −1..1 on the device; or vectors of numbers, which it takes as
/// they are.
/// </summary>
public sealed class DataSet
{
    /// <summary>The name of the embedded set, handwritten-looking digits that the library draws itself.</summary>
    public const string DigitsName = "digits";

    private const int HeldOutDigits = 10_000, HeldOutPoints = 26_000;

    /// <summary>Another than that of the sets to train on.</summary>
    private const ulong HeldOutSeed = 2;

    private DataSet(
        string name, SampleFormat format, int count, byte[]? labels, byte[]? pixels = null, float[]? values = null)
    {
        Name = name;
        Format = format;
        Count = count;
        Labels = labels;
        Pixels = pixels;
        Values = values;
    }

    /// <summary>What it is, for messages.</summary>
    public string Name { get; }

    /// <summary>The names of the sets that the library draws itself.</summary>
    public static IReadOnlyList<string> BuiltIn { get; } = [DigitsName, .. SyntheticPoints.Names];

    /// <summary>Samples, at least 1.</summary>
    public int Count { get; }

    /// <summary>What the samples are.</summary>
    public SampleFormat Format { get; }

    /// <summary>Values of a sample.</summary>
    public int SampleSize => Format.Length;

    /// <summary>Count × sample size bytes, if values are bytes; else empty.</summary>
    public ReadOnlyMemory<byte> Pixels { get; }

    /// <summary>Count × sample size numbers, if values are float32; else empty.</summary>
    public ReadOnlyMemory<float> Values { get; }

    /// <summary>The class of each sample; empty where there are none.</summary>
    public ReadOnlyMemory<byte> Labels { get; }

    /// <summary>Classes of samples, numbered from 0: the greatest label and 1; 0 where there are no labels.</summary>
    public int Classes => Labels.IsEmpty ? 0 : Labels.ToArray().Max() + 1;

    /// <summary>What the classes are called, by number; null where they have numbers only, or there are none.</summary>
    public IReadOnlyList<string>? ClassNames { get; private init; }

    /// <summary>Why there are no classes, as the rest of a sentence that begins with the name; null where there is
    /// nothing to say of it.</summary>
    public string? WhyNoClasses { get; private init; }

    /// <summary>Sentences on what was taken for what when the data was opened, for a person to read; empty where all
    /// was plain.</summary>
    public IReadOnlyList<string> Remarks { get; internal set; } = [];

    /// <summary>What the image files were like; null where the data did not come from image files.</summary>
    public ImageSourceSummary? Source { get; private init; }

    /// <summary>Images that were damaged and left out, see <see cref="ImageOptions.SkipDamaged"/>.</summary>
    public int Skipped => Source?.Damaged.Count ?? 0;

    /// <summary>
    /// What the samples were drawn from, where that is known: then it can be told which of its modes a generator found.
    /// </summary>
    public GaussianMixture? Mixture { get; private init; }

    /// <summary>The grey images that these were stacked from, three each; null where they were not.</summary>
    public DataSet? StackedFrom { get; private init; }

    /// <summary>Bytes of a sample in memory.</summary>
    internal int SampleBytes => SampleSize * Format.Encoding.BytesPerValue;

    /// <summary>The samples as they lie in memory, here and on a device.</summary>
    internal ReadOnlySpan<byte> Bytes =>
        Format.Encoding is FloatsEncoding ? MemoryMarshal.AsBytes(Values.Span) : Pixels.Span;

    /// <summary>Copies samples as networks take them: pixels scaled to −1..1, numbers as they are.</summary>
    /// <param name="first">The first value, counted over all samples.</param>
    /// <param name="values">Receives the values from there on.</param>
    internal void CopyScaled(int first, Span<float> values)
    {
        if (Format.Encoding is FloatsEncoding)
        {
            Values.Span.Slice(first, values.Length).CopyTo(values);
            return;
        }

        ReadOnlySpan<byte> pixels = Pixels.Span.Slice(first, values.Length);
        for (int i = 0; i < values.Length; i++)
            values[i] = (pixels[i] - 127.5f) * (1f / 127.5f);
    }

    /// <summary>Samples as networks take them and generators make them.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many.</exception>
    public SampleBatch Samples(int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count - first);
        float[] values = new float[count * SampleSize];
        CopyScaled(first * SampleSize, values);
        return new SampleBatch(Format, count, values);
    }

    /// <summary>Opens a data set.</summary>
    /// <param name="pathOrName">
    /// "digits" for the embedded images; "ring", "grid", "8gaussians", "25gaussians" (see
    /// <see cref="GaussianMixture"/>) or "swissroll" for 100,000 points in the plane; a folder with MNIST's IDX files;
    /// an IDX file of images, gzipped or not; an NPY file of images (unsigned bytes, or numbers in 0..1, −1..1 or
    /// 0..255) or of float32 (vectors), or such arrays with their classes in an NPZ file; a folder with CIFAR-10's or
    /// CIFAR-100's binary files, or one such file; or, where no path has that name, one of
    /// <see cref="KnownDataSet.All"/> that was downloaded. "stacked:" before any of those that are grey: 128,000
    /// images, each three of it as red, green and blue.
    /// </param>
    /// <exception cref="DataFormatException">
    /// It is missing, unreadable, damaged or no data set; or images in a folder or an archive, which the package
    /// GanGpu.Images opens.
    /// </exception>
    public static DataSet Open(string pathOrName) => OpenOr(pathOrName, RefuseImages);

    /// <summary>As <see cref="Open"/>, with a way to open an archive, or a folder that has no data of MNIST's or
    /// CIFAR's form.</summary>
    internal static DataSet OpenOr(string pathOrName, Func<string, DataSet> openImages)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(pathOrName);
        if (pathOrName.StartsWith(StackedDigits.Prefix, StringComparison.Ordinal))
            return StackedDigits.Draw(OpenOr(pathOrName[StackedDigits.Prefix.Length..], openImages));
        if (pathOrName == DigitsName)
            return SyntheticDigits.Draw();
        if (SyntheticPoints.Names.Contains(pathOrName))
            return SyntheticPoints.Draw(pathOrName);
        pathOrName = Fetched(pathOrName);
        if (File.Exists(pathOrName))
            return OpenFile(pathOrName, openImages);
        if (!Directory.Exists(pathOrName))
            throw new DataFormatException(
                pathOrName,
                "does not exist; give a folder of images, a folder with MNIST's or CIFAR's files, an IDX file, one " +
                $"of {string.Join(", ", BuiltIn)}, or one of " +
                $"{string.Join(", ", KnownDataSet.All.Select(set => set.Name))}, which gangpu data fetch downloads.");

        if (TrainingImages(pathOrName) is { } idx)
            return OpenIdx(idx, FolderName(pathOrName));

        return CifarFile.TrainingFiles(pathOrName) is { Length: > 0 } cifar ? FromCifar(pathOrName, cifar)
            : openImages(pathOrName);
    }

    /// <summary>
    /// What opens the same data set from any folder: paths in full, the names of what is built in as they are.
    /// </summary>
    /// <param name="pathOrName">What <see cref="Open"/> takes.</param>
    public static string FullName(string pathOrName)
    {
        ArgumentNullException.ThrowIfNull(pathOrName);
        if (pathOrName.StartsWith(StackedDigits.Prefix, StringComparison.Ordinal))
            return StackedDigits.Prefix + FullName(pathOrName[StackedDigits.Prefix.Length..]);
        return !BuiltIn.Contains(pathOrName) && Path.Exists(pathOrName) ? Path.GetFullPath(pathOrName) : pathOrName;
    }

    /// <summary>
    /// Samples of the same kind that <see cref="Open"/> does not give, to measure by what was trained on the others:
    /// MNIST's test images, other drawings of what the library draws itself; null where there are none.
    /// </summary>
    /// <param name="pathOrName">What <see cref="Open"/> takes.</param>
    /// <exception cref="DataFormatException">They are there, but unreadable or damaged.</exception>
    public static DataSet? OpenHeldOut(string pathOrName)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(pathOrName);
        if (pathOrName.StartsWith(StackedDigits.Prefix, StringComparison.Ordinal))
            return OpenHeldOut(pathOrName[StackedDigits.Prefix.Length..]) is { } grey
                ? StackedDigits.Draw(grey, HeldOutPoints) : null;
        if (pathOrName == DigitsName)
            return SyntheticDigits.Draw(HeldOutDigits, HeldOutSeed);
        if (SyntheticPoints.Names.Contains(pathOrName))
            return SyntheticPoints.Draw(pathOrName, HeldOutPoints, HeldOutSeed);
        pathOrName = Fetched(pathOrName);
        if (File.Exists(pathOrName) && FileKind.Of(pathOrName).Format == FileFormat.Zip && NpzFile.IsOne(pathOrName))
            return NpzFile.OpenTests(pathOrName);
        if (File.Exists(pathOrName))
            return IdxNames.TestsOf(pathOrName) is { } beside && FileKind.Of(beside).Format == FileFormat.Idx
                ? OpenIdx(beside, Path.GetFileName(beside)) : null;
        if (Directory.Exists(pathOrName) && TrainingImages(pathOrName) is { } training)
            return IdxNames.TestsOf(training) is { } tests ? OpenIdx(tests, FolderName(pathOrName)) : null;
        if (Directory.Exists(pathOrName) && IdxNames.In(pathOrName, forTests: true) is [var alone])
            return OpenIdx(alone, FolderName(pathOrName));
        return CifarFile.TestFile(pathOrName) is { } test ? FromCifar(pathOrName, [test]) : null;
    }

    /// <summary>
    /// A data set of bytes in memory; they are not copied. They are one array, so that there are at most 2,147,483,591
    /// of them: 43,690 images of 128x128x3.
    /// </summary>
    /// <param name="name">What it is, for messages.</param>
    /// <param name="pixels">count × height × width × channels bytes.</param>
    /// <param name="count">Images, at least 1.</param>
    /// <param name="height">Rows of pixels, at least 1.</param>
    /// <param name="width">Pixels in a row, at least 1.</param>
    /// <param name="channels">Values of a pixel, at least 1.</param>
    /// <param name="labels">The class of each image, or null.</param>
    /// <exception cref="ArgumentException">The sizes do not fit together.</exception>
    public static DataSet FromBytes(
        string name, byte[] pixels, int count, int height, int width, int channels, byte[]? labels = null)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        foreach (int size in new[] { count, height, width, channels })
            ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        if (pixels.Length != (long)count * height * width * channels)
            throw new ArgumentException(
                $"{count} images of {height}x{width}x{channels} are {(long)count * height * width * channels} bytes, " +
                $"not {pixels.Length}.", nameof(pixels));
        CheckLabels(count, labels);
        return new DataSet(name, SampleFormat.OfImages(height, width, channels), count, labels, pixels);
    }

    /// <summary>
    /// A data set of vectors in memory; they are not copied. Training and generators take them as vectors 1 × length ×
    /// 1, and as they are: most presets end with tanh and make numbers in −1..1 only, so scale the data to that range
    /// (a trainer warns the device's logger where that was not done). They are at most 2 GiB, 536,870,897 numbers.
    /// </summary>
    /// <param name="name">What it is, for messages.</param>
    /// <param name="values">count × length numbers.</param>
    /// <param name="count">Vectors, at least 1.</param>
    /// <param name="length">Numbers of a vector, at least 1.</param>
    /// <param name="labels">The class of each vector, or null.</param>
    /// <exception cref="ArgumentException">The sizes do not fit together.</exception>
    /// <exception cref="InvalidInputException">A value is no finite number, or there are more than 2 GiB of
    /// them.</exception>
    public static DataSet FromValues(string name, float[] values, int count, int length, byte[]? labels = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        if (values.Length != (long)count * length)
            throw new ArgumentException(
                $"{count} vectors of {length} are {(long)count * length} values, not {values.Length}.", nameof(values));
        CheckLabels(count, labels);
        if ((long)values.Length * sizeof(float) > Array.MaxLength)
        {
            throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture,
                $"'{name}' has {values.Length:N0} numbers, which are {(long)values.Length * sizeof(float):N0} bytes; " +
                $"a data set has at most {Array.MaxLength:N0}, so give at most " +
                $"{Array.MaxLength / sizeof(float) / length:N0} vectors of {length}."));
        }

        int odd = Array.FindIndex(values, value => !float.IsFinite(value));
        if (odd >= 0)
            throw new InvalidInputException(
                string.Create(CultureInfo.InvariantCulture,
                    $"'{name}' can't be trained on: value {odd % length} of vector {odd / length} is {values[odd]}, " +
                    $"no finite number."));
        return new DataSet(name, SampleFormat.OfPoints(length), count, labels, values: values);
    }

    /// <summary>Decoded images.</summary>
    internal static DataSet FromImages(string name, byte[] pixels, int count, ImageOptions options,
        ImageClasses classes, ImageSourceSummary source) =>
        new(name, SampleFormat.OfImages(options.Height, options.Width, options.Channels), count, classes.Labels, pixels)
        {
            ClassNames = classes.Names,
            WhyNoClasses = classes.WhyNone is null ? null : PrintableText.Of(classes.WhyNone),
            Remarks = [.. classes.Remarks.Select(PrintableText.Of)],
            Source = source,
        };

    /// <summary>Points drawn from a mixture, the mode of each as its label.</summary>
    internal static DataSet FromMixture(GaussianMixture mixture, float[] values, byte[] modes) =>
        new(mixture.Name, SampleFormat.OfPoints(2), modes.Length, modes, values: values) { Mixture = mixture };

    internal static DataSet FromStacked(string name, byte[] pixels, int count, DataSet grey) =>
        new(name, SampleFormat.OfImages(grey.Format.Height, grey.Format.Width, 3), count, null, pixels)
        {
            StackedFrom = grey,
        };

    /// <summary>Samples of a format that are nothing, for what only has to be run once.</summary>
    internal static DataSet Blank(SampleFormat format, int count, byte[] labels) =>
        format.Encoding is FloatsEncoding
            ? new("nothing", format, count, labels, values: new float[count * format.Length])
            : new("nothing", format, count, labels, new byte[count * format.Length]);

    private static void CheckLabels(int count, byte[]? labels)
    {
        if (labels is not null && labels.Length != count)
            throw new ArgumentException($"{count} samples need {count} labels, not {labels.Length}.", nameof(labels));
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
                    $"has not been downloaded yet; 'gangpu data fetch {set.Name}' (in a program: " +
                    $"DataFetch.FetchAsync) gets its {set.Length / 1e6:0} MB."));
    }

    private static DataSet FromCifar(string path, string[] files)
    {
        (byte[] pixels, byte[] labels) = CifarFile.Read(files);
        return new DataSet(
            Path.GetFileName(Path.TrimEndingDirectorySeparator(path)),
            SampleFormat.OfImages(CifarFile.Side, CifarFile.Side, CifarFile.Channels), labels.Length, labels, pixels);
    }

    private static DataSet RefuseImages(string path) => throw new DataFormatException(path, File.Exists(path)
        ? $"is a {(FileKind.Of(path).Format == FileFormat.Tar ? "tar" : "zip")} archive; if it holds image files, " +
            "open it with ImageArchive.Open of the package GanGpu.Images."
        : IdxNames.Other(path) is { } idx ? WithoutTraining(idx)
        : "holds no train-images-idx3-ubyte; if it holds image files, open it with ImageFolder.Open of the package " +
            "GanGpu.Images.");

    /// <summary>What is wrong with a folder that has MNIST's test images alone.</summary>
    internal static string WithoutTraining(string tests) =>
        $"holds no images and no train-images-idx3-ubyte, but '{tests}'; open that file by its own path, or add the " +
        "training files.";

    private static DataSet OpenFile(string path, Func<string, DataSet> openImages)
    {
        if (CifarFile.IsNamed(path))
            return FromCifar(path, [path]);
        FileKind kind = FileKind.Of(path);
        return kind.Format switch
        {
            FileFormat.Zip => NpzFile.IsOne(path) ? NpzFile.Open(path) : openImages(path),
            FileFormat.Tar => openImages(path),
            FileFormat.Npy => NpyReader.Open(path),
            FileFormat.Other => throw new DataFormatException(path, kind.Sentence!),
            _ => OpenIdx(path, Path.GetFileName(path)),
        };
    }

    /// <summary>The file of images to train on in a folder that has MNIST's files; null where it has none.</summary>
    /// <exception cref="DataFormatException">It has those of several sets.</exception>
    private static string? TrainingImages(string folder) => IdxNames.In(folder, forTests: false) switch
    {
        [] => null,
        [var one] => one,
        var several => throw new DataFormatException(folder,
            $"holds the files of {several.Length} data sets; name one by its file of images, such as " +
            $"'{Path.GetFileName(several[0])}' or '{Path.GetFileName(several[1])}'."),
    };

    private static string FolderName(string folder) => Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));

    /// <summary>A file of images, with the labels that lie beside it.</summary>
    private static DataSet OpenIdx(string path, string name)
    {
        (int[] size, byte[] pixels) = IdxFile.Read(path, rank: 3);
        string? labelPath = IdxNames.LabelsOf(path);
        byte[]? labels = labelPath is null ? null : IdxFile.Read(labelPath, rank: 1).Values;
        if (labels is not null && labels.Length != size[0])
            throw new DataFormatException(
                labelPath!,
                $"has {labels.Length} labels, but '{path}' has {size[0]} images; the two files do not belong " +
                "together.");
        return new DataSet(name, SampleFormat.OfImages(size[1], size[2], 1), size[0], labels, pixels);
    }
}
