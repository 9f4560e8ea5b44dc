using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using GanGpu.Data;
using GanGpu.Modalities.Images;

namespace GanGpu.Images;

/// <summary>
/// A file with the images of one source, decoded: a mark, the SHA-256 of all that follows, the length of a header, the
/// header as JSON, pixels. Its name comes from the source's path, the sizes and times of its files, and the options, so
/// that what has changed is decoded anew; classes are told anew at each start. Whatever is wrong with such a file, it
/// is as if it were not there.
/// </summary>
internal sealed partial class DecodedCache
{
    /// <summary>Goes into the key: another decoder or layout must not find these files.</summary>
    private const int Version = 2;

    private const int SumLength = SHA256.HashSizeInBytes, MostHeader = 1 << 20;

    /// <summary>Bytes of all such files; the ones that were not used for longest go first.</summary>
    private const long MostKept = 8L << 30;

    private readonly string folder, path, key;

    private readonly ImageOptions options;

    private readonly int count;

    /// <param name="folder">Where such files lie.</param>
    /// <param name="source">The encoded images.</param>
    /// <param name="options">What they are brought to.</param>
    /// <param name="count">How many of them are taken; which, their names tell.</param>
    public DecodedCache(string folder, IImageSource source, ImageOptions options, int count)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        string asked = FormattableString.Invariant(
            $"{Version}\n{options.Height}\n{options.Width}\n{options.Channels}\n{ImageColour.Parse(options.Background)}\n{count}");
        string[] settings = [asked, Path.GetFullPath(source.Location)];
        // What is left out may change without any image, and is told with them.
        foreach (string part in settings.Concat(source.LeftOut.Select(pair => $"{pair.Key}{pair.Value}")).Concat(
            source.Fingerprint))
            hash.AppendData(Encoding.UTF8.GetBytes(part + "\n\n"));
        key = Convert.ToHexStringLower(hash.GetHashAndReset());
        (this.folder, this.options, this.count) = (folder, options, count);
        path = Path.Combine(folder, key[..32] + ".pixels");
    }

    private static ReadOnlySpan<byte> Mark => "GANGPUPX"u8;

    internal sealed record Header(string Key, int Count, ImageSourceSummary Source);

    /// <summary>Known when it is compiled, for programs without reflection.</summary>
    [JsonSerializable(typeof(Header))]
    internal sealed partial class HeaderJson : JsonSerializerContext;

    /// <summary>The images as they were decoded before; null where they were not.</summary>
    public (byte[] Pixels, ImageSourceSummary Source)? Read()
    {
        try
        {
            if (!File.Exists(path))
                return null;
            (byte[] Pixels, ImageSourceSummary Source)? data = Parse();
            if (data is null)
                File.Delete(path);
            else
                File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
            return data;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Keeps images, if that can be done.</summary>
    public void Write(byte[] pixels, ImageSourceSummary source)
    {
        byte[] header = JsonSerializer.SerializeToUtf8Bytes(new Header(key, count, source), HeaderJson.Default.Header);
        if (header.Length > MostHeader)
            return;
        byte[] length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, header.Length);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        ReadOnlyMemory<byte>[] parts = [length, header, pixels];
        foreach (ReadOnlyMemory<byte> part in parts)
            hash.AppendData(part.Span);
        byte[] sum = hash.GetHashAndReset();
        try
        {
            Directory.CreateDirectory(folder);
            AtomicFile.Write(path, stream =>
            {
                stream.Write(Mark);
                stream.Write(sum);
                foreach (ReadOnlyMemory<byte> part in parts)
                    stream.Write(part.Span);
            });
            Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk or a folder that can't be written costs time at the next start, and nothing else.
        }
    }

    private (byte[] Pixels, ImageSourceSummary Source)? Parse()
    {
        using FileStream file = RegularFile.OpenRead(path);
        byte[] start = new byte[Mark.Length + SumLength + sizeof(int)];
        if (file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length
            || !start.AsSpan().StartsWith(Mark))
            return null;
        int headerLength = BinaryPrimitives.ReadInt32LittleEndian(start.AsSpan(Mark.Length + SumLength));
        if (headerLength is < 2 or > MostHeader || headerLength > file.Length - file.Position)
            return null;
        byte[] headerBytes = new byte[headerLength];
        file.ReadExactly(headerBytes);
        if (JsonSerializer.Deserialize(headerBytes, HeaderJson.Default.Header) is not { Source: { } source } header
            || header.Key != key
            || header.Count != count)
            return null;
        long size = (long)count * options.Height * options.Width * options.Channels;
        if (size > Array.MaxLength || file.Length - file.Position != size)
            return null;
        byte[] pixels = new byte[size];
        file.ReadExactly(pixels);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (byte[] part in new[] { start[^sizeof(int)..], headerBytes, pixels })
            hash.AppendData(part);
        return hash.GetHashAndReset().AsSpan().SequenceEqual(start.AsSpan(Mark.Length, SumLength))
            // The names of colours may differ where the colour does not.
            ? (pixels, source with { Background = options.Channels == 4 ? null : options.Background })
            : null;
    }

    private void Trim()
    {
        long kept = 0;
        foreach (
            FileInfo file in new DirectoryInfo(folder).EnumerateFiles("*.pixels")
            .OrderByDescending(file => file.LastWriteTimeUtc))
        {
            kept += file.Length;
            if (kept > MostKept && file.FullName != path)
                file.Delete();
        }
    }
}
