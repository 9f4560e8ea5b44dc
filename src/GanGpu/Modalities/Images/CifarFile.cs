using GanGpu.Data;

namespace GanGpu.Modalities.Images;

/// <summary>
/// The binary format of CIFAR-10 and CIFAR-100: records of one label (CIFAR-100: a coarse and a fine one, of which the
/// fine is taken), then 1,024 bytes each of red, green and blue. Source: cs.toronto.edu/~kriz/cifar.html.
/// </summary>
internal static class CifarFile
{
    public const int Side = 32, Channels = 3;

    private const int Plane = Side * Side, Ten = 1 + (Plane * Channels), Hundred = Ten + 1;

    private static readonly string[] TestNames = ["test_batch.bin", "test.bin"];

    /// <summary>Whether a file is taken for one: its content has no mark.</summary>
    public static bool IsNamed(string path) =>
        Path.GetExtension(path).Equals(".bin", StringComparison.OrdinalIgnoreCase);

    /// <summary>The files to train on in a folder; empty where there are none.</summary>
    public static string[] TrainingFiles(string folder)
    {
        string[] ten = [
            .. Enumerable.Range(1, 5)
            .Select(number => Path.Combine(folder, FormattableString.Invariant($"data_batch_{number}.bin")))
            .Where(File.Exists)];
        string hundred = Path.Combine(folder, "train.bin");
        return ten.Length == 0 && File.Exists(hundred) ? [hundred] : ten;
    }

    /// <summary>The file to test on in a folder; null where there is none.</summary>
    public static string? TestFile(string folder) =>
        TestNames.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>Reads files of one kind: pixels row by row in RGB, and a label for each image.</summary>
    /// <exception cref="InvalidInputException">Anything about one is not as it should be.</exception>
    public static (byte[] Pixels, byte[] Labels) Read(string[] paths)
    {
        List<byte[]> contents = [.. paths.Select(ReadWhole)];
        int recordLength = RecordLength(paths[0], contents[0]);
        for (int i = 1; i < paths.Length; i++)
        {
            // Several files are always those of CIFAR-10.
            _ = RecordLength(paths[i], contents[i]);
        }

        long count = contents.Sum(content => (long)content.Length / recordLength);
        if (count * Plane * Channels > Array.MaxLength)
            throw new DataFormatException(
                paths[0],
                "and the files beside it hold more than 2 GiB, which is more than this version takes; use a part of " +
                "them.");

        byte[] pixels = new byte[count * Plane * Channels], labels = new byte[count];
        int image = 0, labelBytes = recordLength - (Ten - 1);
        foreach (byte[] content in contents)
        {
            for (int record = 0; record < content.Length; record += recordLength, image++)
            {
                labels[image] = content[record + labelBytes - 1];
                ReadOnlySpan<byte> planes = content.AsSpan(record + labelBytes, Plane * Channels);
                Span<byte> target = pixels.AsSpan(image * Plane * Channels, Plane * Channels);
                for (int p = 0; p < Plane; p++)
                {
                    for (int channel = 0; channel < Channels; channel++)
                        target[(p * Channels) + channel] = planes[(channel * Plane) + p];
                }
            }
        }

        return (pixels, labels);
    }

    private static byte[] ReadWhole(string path)
    {
        try
        {
            using FileStream file = RegularFile.OpenRead(path);
            int[] lengths = [.. Kinds(path).Select(kind => kind.Length)];
            if (file.Length > Array.MaxLength || lengths.All(length => file.Length % length != 0))
                throw new DataFormatException(
                    path, $"has {file.Length} bytes, which are no whole records of {string.Join(" or ", lengths)} " +
                        "bytes as CIFAR-10 and CIFAR-100 have them; get the file again.");
            byte[] content = new byte[file.Length];
            file.ReadExactly(content);
            return content;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFormatException(path, $"can't be read: {e.Message.TrimEnd('.')}.", e);
        }
    }

    /// <summary>
    /// The kinds that a file can be of by its name; a file that was cut in the right place would pass for the other.
    /// </summary>
    private static (int Length, int Classes)[] Kinds(string path)
    {
        string name = Path.GetFileName(path);
        bool ten = name.Contains("_batch", StringComparison.Ordinal), hundred = name is "train.bin" or "test.bin";
        return ten ? [(Ten, 10)] : hundred ? [(Hundred, 100)] : [(Ten, 10), (Hundred, 100)];
    }

    /// <summary>Told by the name, else by the length and, where both fit, by the labels.</summary>
    private static int RecordLength(string path, byte[] content)
    {
        string? fault = null;
        foreach ((int length, int classes) in Kinds(path))
        {
            if (content.Length % length != 0)
                continue;
            int label = length - Ten, record = 0;
            while (record < content.Length && content[record + label] < classes)
                record += length;
            if (record == content.Length)
                return length;
            fault ??= $"has the label {content[record + label]} at image {record / length}, and CIFAR-{classes} has " +
                $"{classes} classes from 0; get the file again.";
        }

        throw new DataFormatException(path, fault!);
    }
}
