using GanGpu.Data;

namespace GanGpu.Modalities.Images;

/// <summary>
/// MNIST's files by any of the names that they have: train-images-idx3-ubyte, train-images.idx3-ubyte as unpackers
/// restore it, emnist-letters-train-images-idx3-ubyte, each gzipped or not.
/// </summary>
internal static class IdxNames
{
    private const string Gzipped = ".gz", Images = "images", Labels = "labels";

    /// <summary>Files of images in a folder, in ordinal order.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="forTests">Those to test on, rather than those to train on.</param>
    /// <exception cref="InvalidInputException">The folder can't be read.</exception>
    public static string[] In(string folder, bool forTests)
    {
        try
        {
            string[] found =
            [
                .. Directory.EnumerateFiles(folder).Where(path => Form(path) is var form && IsIdx(form)
                    && form.Contains(Images, StringComparison.Ordinal) && (forTests ? IsTest(form) : IsTraining(form)))
                    .Order(StringComparer.Ordinal),
            ];
            // The same file may lie there packed and unpacked.
            return [.. found.DistinctBy(Form)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFormatException(folder, $"can't be read: {e.Message.TrimEnd('.')}.", e);
        }
    }

    /// <summary>The labels that lie beside a file of images; null where there are none.</summary>
    public static string? LabelsOf(string images) =>
        Beside(images, form => form.Replace(Images, Labels, StringComparison.Ordinal).Replace("idx3", "idx1",
        StringComparison.Ordinal));

    /// <summary>The images to test on that lie beside those to train on; null where there are none.</summary>
    public static string? TestsOf(string images) =>
        Beside(images, form => form.Replace("train", "t10k", StringComparison.Ordinal)) ?? Beside(images,
            form => form.Replace("train", "test", StringComparison.Ordinal));

    /// <summary>Any file of images in a folder, by its name; null where there is none.</summary>
    public static string? Other(string folder) => In(folder, forTests: true) is [var first, ..]
        ? Path.GetFileName(first) : null;

    private static bool IsTraining(string form) => form.Contains("train", StringComparison.Ordinal);

    private static bool IsTest(string form) => !IsTraining(form)
        && (form.Contains("t10k", StringComparison.Ordinal) || form.Contains("test", StringComparison.Ordinal));

    private static bool IsIdx(string form) => form.Contains("idx", StringComparison.Ordinal)
        || form.EndsWith("ubyte", StringComparison.Ordinal);

    private static string? Beside(string path, Func<string, string> other)
    {
        string form = Form(path), wanted = other(form);
        string? folder = Path.GetDirectoryName(Path.GetFullPath(path));
        if (wanted == form || folder is null || !IsIdx(form))
            return null;
        try
        {
            // Kept as the caller wrote the path, so that messages name what was given.
            string[] fitting = [.. Directory.EnumerateFiles(folder).Where(file => Form(file) == wanted).Order(
                StringComparer.Ordinal)];
            return fitting.Length == 0 ? null
                : Path.Combine(Path.GetDirectoryName(path) ?? "", Path.GetFileName(fitting[0]));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>A name in the one form that all spellings share.</summary>
    private static string Form(string path)
    {
        string name = Path.GetFileName(path).ToLowerInvariant();
        return (name.EndsWith(Gzipped, StringComparison.Ordinal) ? name[..^Gzipped.Length] : name).Replace('.',
            '-').Replace('_', '-');
    }
}
