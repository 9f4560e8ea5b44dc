using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace GanGpu.Data;

/// <summary>What a file is, told by how it begins; what is no data set is called by its name, and the way to make one
/// of it is said.</summary>
/// <param name="Format">What opens it.</param>
/// <param name="Sentence">For <see cref="FileFormat.Other"/>: what it is and what to do, as the rest of a sentence that
/// begins with its path.</param>
internal readonly record struct FileKind(FileFormat Format, string? Sentence = null)
{
    private const int Beginning = 1024, TarHeader = 512;

    private const string OfImages = "; name the folder that holds the images",
        Packed = "; unpack it and name the folder, or make a zip of its files",
        Unzip = "; unpack it and name what comes out",
        Arrays = "; save the images as one array with numpy.save, bytes N x H x W x C",
        Weights = ", which holds weights of networks and no data; name the images that are to be learned",
        Films = "; save its pictures as PNG files and name their folder",
        Sounds = "; there is nothing here that learns sound";

    /// <summary>First bytes, at a place, and what begins with them. More than one name can have the same beginning; the
    /// longer one comes first.</summary>
    private static readonly (int At, byte[] Bytes, string What)[] Signatures =
    [
        (0, [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10], "one PNG image" + OfImages),
        (0, [0xFF, 0xD8, 0xFF], "one JPEG image" + OfImages),
        (0, [.. "GIF8"u8], "one GIF image" + OfImages),
        (8, [.. "WEBP"u8], "one WebP image" + OfImages),
        (0, [.. "II*\0"u8], "one TIFF image" + OfImages),
        (0, [.. "MM\0*"u8], "one TIFF image" + OfImages),
        (0, [.. "II+\0"u8], "one TIFF image" + OfImages),
        (4, [.. "ftypavi"u8], "one AVIF image; convert it to PNG, and name the folder of the images"),
        (4, [.. "ftyphei"u8], "one HEIC image; convert it to PNG, and name the folder of the images"),
        (4, [.. "ftyphev"u8], "one HEIC image; convert it to PNG, and name the folder of the images"),
        (4, [.. "ftypmif1"u8], "one HEIF image; convert it to PNG, and name the folder of the images"),
        (4, [.. "ftypmsf1"u8], "one HEIF image; convert it to PNG, and name the folder of the images"),
        (0, [0, 0, 0, 12, (byte)'J', (byte)'X', (byte)'L', (byte)' '],
            "one JPEG XL image; convert it to PNG, and name the folder of the images"),
        (0, [0, 0, 0, 12, (byte)'j', (byte)'P'],
            "one JPEG 2000 image; convert it to PNG, and name the folder of the images"),
        (0, [.. "8BPS"u8], "one Photoshop image; convert it to PNG, and name the folder of the images"),
        (0, [0, 0, 1, 0], "one icon" + OfImages),
        (0, [.. "qoif"u8], "one QOI image; convert it to PNG, and name the folder of the images"),
        (0, [0x76, 0x2F, 0x31, 0x01], "one OpenEXR image; convert it to PNG, and name the folder of the images"),
        (0, [(byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C], "a 7z archive" + Packed),
        (0, [.. "Rar!\u001A\u0007"u8], "a RAR archive" + Packed),
        (0, [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0], "packed by xz" + Unzip),
        (0, [.. "BZh"u8], "packed by bzip2" + Unzip),
        (0, [0x28, 0xB5, 0x2F, 0xFD], "packed by Zstandard" + Unzip),
        (0, [0x04, 0x22, 0x4D, 0x18], "packed by LZ4" + Unzip),
        (0, [.. "LZIP"u8], "packed by lzip" + Unzip),
        (0, [0x1F, 0x9D], "packed by compress" + Unzip),
        (0, [.. "MSCF"u8], "a CAB archive" + Packed),
        (0, [0x89, (byte)'H', (byte)'D', (byte)'F', 13, 10, 26, 10], "an HDF5 file" + Arrays),
        (0, [.. "MATLAB 5.0"u8], "a MATLAB file" + Arrays),
        (0, [.. "PAR1"u8], "a Parquet file" + Arrays),
        (0, [.. "ARROW1"u8], "an Arrow file" + Arrays),
        (0, [.. "ORC"u8], "an ORC file" + Arrays),
        (0, [.. "Obj\u0001"u8], "an Avro file" + Arrays),
        (0, [.. "SQLite format 3\0"u8], "an SQLite database" + Arrays),
        (16, [0xDE, 0xC0, 0xEF, 0xBE], "an LMDB database; save its images as PNG files and name their folder"),
        (0, [.. "GGUF"u8], "a GGUF file" + Weights),
        (0, [.. "%PDF"u8], "a PDF document; save its pictures as PNG files and name their folder"),
        (4, [.. "ftyp"u8], "a film (MP4)" + Films),
        (0, [0x1A, 0x45, 0xDF, 0xA3], "a film (Matroska or WebM)" + Films),
        (8, [.. "AVI "u8], "a film (AVI)" + Films),
        (0, [0, 0, 1, 0xBA], "a film (MPEG)" + Films),
        (8, [.. "WAVE"u8], "a sound (WAV)" + Sounds),
        (0, [.. "fLaC"u8], "a sound (FLAC)" + Sounds),
        (0, [.. "OggS"u8], "a sound or film (Ogg)" + Sounds),
        (0, [.. "ID3"u8], "a sound (MP3)" + Sounds),
        (0, [0xFF, 0xFB], "a sound (MP3)" + Sounds),
        (0, [0x7F, (byte)'E', (byte)'L', (byte)'F'],
            "a program; name a folder of images or one of the other kinds of data"),
        (0, [.. "MZ"u8], "a program; name a folder of images or one of the other kinds of data"),
        (0, [.. "{\\rtf"u8], "a text document; name a folder of images or one of the other kinds of data"),
        (0, [0xD0, 0xCF, 0x11, 0xE0], "an Office document; name a folder of images or one of the other kinds of data"),
    ];

    /// <summary>Looks at a file's beginning; what can't be read is unknown, for others to complain of.</summary>
    public static FileKind Of(string path)
    {
        try
        {
            using FileStream file = RegularFile.OpenRead(path);
            byte[] start = new byte[Beginning];
            bool zipped = GzipFile.IsGzip(file);
            int read;
            if (zipped)
            {
                // Not checked here: what comes first is all that is asked.
                using GZipStream unpacked = new(file, CompressionMode.Decompress, leaveOpen: true);
                read = unpacked.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            }
            else
            {
                read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            }

            FileKind kind = Of(start.AsSpan(0, read), Path.GetFileName(path));
            return !zipped || kind.Format is FileFormat.Unknown or FileFormat.Idx or FileFormat.Tar ? kind
                : kind.Format == FileFormat.Other ? kind with { Sentence = $"is gzipped, and in it {kind.Sentence}" }
                : new(FileFormat.Other, kind.Format == FileFormat.Zip
                    ? "is a gzipped zip archive; unpack it with gunzip and name the .zip."
                    : "is a gzipped NumPy array; unpack it with gunzip and name the .npy.");
        }
        catch (Exception e) when (
            e is IOException or UnauthorizedAccessException or InvalidDataException or DataFormatException)
        {
            return new(FileFormat.Unknown);
        }
    }

    private static FileKind Of(ReadOnlySpan<byte> start, string name)
    {
        if (start.StartsWith("PK\u0003\u0004"u8) || start.StartsWith("PK\u0005\u0006"u8))
            return Zip(start);
        if (start.Length > 6 && start[0] == 0x93 && start[1..].StartsWith("NUMPY"u8))
            return new(FileFormat.Npy);
        if (start.Length > 4 && start[0] == 0 && start[1] == 0 && start[2] is >= 8 and <= 14
            && start[3] is >= 1 and <= 8)
            return new(FileFormat.Idx);
        if (IsTar(start))
            return new(FileFormat.Tar);
        foreach ((int at, byte[] bytes, string what) in Signatures)
        {
            if (start.Length >= at + bytes.Length && start[at..].StartsWith(bytes))
                return Other(what);
        }

        // A bitmap's own length follows its two letters, then zeros.
        if (start.Length > 18 && start.StartsWith("BM"u8) && start[6..10].SequenceEqual((byte[])[0, 0, 0, 0]))
            return Other("one BMP image" + OfImages);
        // Python's pickles of all versions in use begin with their version and a frame, a tuple, a dictionary or a
        // list.
        if (start.Length > 3 && start[0] == 0x80 && start[1] is >= 2 and <= 5)
            return Other("a Python pickle, which could run code" + Arrays);
        if (start.Length > 9 && BinaryPrimitives.ReadUInt64LittleEndian(start) < 1 << 27
            && start[8..].StartsWith("{\""u8))
            return Other("a safetensors file" + Weights);
        if (Path.GetExtension(name).Equals(".onnx", StringComparison.OrdinalIgnoreCase))
            return Other("an ONNX file" + Weights);
        return IsText(start) ? Other(Text(Encoding.UTF8.GetString(start), Path.GetExtension(name).ToUpperInvariant()))
            : new(FileFormat.Unknown);
    }

    /// <summary>What other programs' files are zip archives, too: their first entry is always the same.</summary>
    private static FileKind Zip(ReadOnlySpan<byte> start)
    {
        const int NameLengthAt = 26, NameAt = 30;
        if (start.Length < NameAt)
            return new(FileFormat.Zip);
        int length = BinaryPrimitives.ReadUInt16LittleEndian(start[NameLengthAt..]);
        string first = Encoding.Latin1.GetString(start[NameAt..Math.Min(start.Length, NameAt + length)]);
        return first.EndsWith("data.pkl", StringComparison.Ordinal)
            ? Other("a PyTorch file, which could run code" + Arrays)
            : first == "[Content_Types].xml"
                ? Other("an Office document; name a folder of images or one of the other kinds of data")
            : new(FileFormat.Zip);
    }

    private static FileKind Other(string what) => new(FileFormat.Other, $"is {what}.");

    private static string Text(string text, string ending)
    {
        string start = text.TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        if (start.StartsWith("version https://git-lfs", StringComparison.Ordinal))
            return "a note in place of a file that Git LFS keeps; get the file with git lfs pull";
        if (start.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase)
            || start.StartsWith("<html", StringComparison.OrdinalIgnoreCase))
            return "a web page, perhaps one that says why a download failed; get the file again";
        if (start.Contains("<svg", StringComparison.OrdinalIgnoreCase))
            return "one SVG image; convert it to PNG, and name the folder of the images";
        if (ending is ".CSV" or ".TSV" || (ending != ".JSON" && HasColumns(start)))
            return "a table of text (CSV); to train on its numbers save them with numpy.save as float32 N x L, to " +
                "take classes from it name it as the file of labels of a folder of images";
        if (ending is ".JSON" or ".JSONL" || start is ['{' or '[', ..])
            return "JSON; name a folder of images or one of the other kinds of data";
        return start is ['<', ..] ? "XML; name a folder of images or one of the other kinds of data"
            : "text; name a folder of images or one of the other kinds of data";
    }

    /// <summary>Whether the first lines have the same number of separators, and some.</summary>
    private static bool HasColumns(string text)
    {
        string[] lines = [.. text.Split('\n').SkipLast(1).Take(4)];
        return lines.Length > 1 && lines[0].Contains(',', StringComparison.Ordinal)
            && lines.Select(line => line.Count(c => c == ',')).Distinct().Count() == 1;
    }

    private static bool IsText(ReadOnlySpan<byte> start)
    {
        foreach (byte value in start)
        {
            if (value < 0x20 && value is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f'))
                return false;
        }

        return start.Length > 0 && start.Contains((byte)'\n');
    }

    /// <summary>By the header's own sum, which tar of any age has: the bytes of the header, with spaces in place of the
    /// sum.</summary>
    private static bool IsTar(ReadOnlySpan<byte> start)
    {
        const int SumAt = 148, SumLength = 8;
        if (start.Length < TarHeader || start[0] == 0)
            return false;
        long sum = SumLength * ' ', said = 0;
        for (int i = 0; i < TarHeader; i++)
            sum += i is < SumAt or >= SumAt + SumLength ? start[i] : 0;
        foreach (byte digit in start.Slice(SumAt, SumLength))
        {
            if (digit is >= (byte)'0' and <= (byte)'7')
                said = (said * 8) + digit - '0';
        }

        return sum == said;
    }
}
