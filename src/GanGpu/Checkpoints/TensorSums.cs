using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace GanGpu.Checkpoints;

/// <summary>
/// SHA-256 sums of each tensor and of the rest of the metadata, kept as metadata: the format itself has none, and a
/// flipped bit in a weight is a weight like any other. Files without any sum, of other programs and from before there
/// were sums, pass.
/// </summary>
internal static class TensorSums
{
    private const string Prefix = "sha256:", OfMetadata = "sha256";

    public static IEnumerable<(string Key, string Sum)> Of(SafeTensors file)
    {
        foreach ((string name, float[] values) in file.Tensors)
            yield return (Prefix + name, Sum(values));
        yield return (OfMetadata, Sum(file.Metadata));
    }

    /// <summary>Takes the sums out of the metadata and holds them against what was read.</summary>
    /// <exception cref="InvalidDataException">A sum differs, is missing, or is of a tensor that is not
    /// there.</exception>
    public static void Verify(SafeTensors file)
    {
        Dictionary<string, string> stated = file.Metadata.Where(pair => IsSum(pair.Key)).ToDictionary();
        if (stated.Count == 0)
            return;
        foreach (string key in stated.Keys)
            file.Metadata.Remove(key);
        foreach ((string key, string sum) in Of(file))
        {
            string what = key == OfMetadata ? "its settings" : $"the tensor '{Shown.Text(key[Prefix.Length..])}'";
            if (!stated.Remove(key, out string? expected))
                throw new InvalidDataException($"{what} has no checksum while others have; the file is damaged");
            if (sum != expected)
                throw new InvalidDataException($"the checksum of {what} does not match; the file is damaged");
        }

        if (stated.Count > 0)
            throw new InvalidDataException(
                $"there is a checksum '{Shown.Text(stated.Keys.First())}' of nothing in the file; the file is damaged");
    }

    private static bool IsSum(string key) => key == OfMetadata || key.StartsWith(Prefix, StringComparison.Ordinal);

    private static string Sum(float[] values) => Convert.ToHexStringLower(Hash(values));

    private static byte[] Hash(float[] values)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ReadOnlyMemory<float> part in SafeTensors.Parts(values))
            hash.AppendData(MemoryMarshal.AsBytes(part.Span));
        return hash.GetHashAndReset();
    }

    private static string Sum(Dictionary<string, string> metadata)
    {
        // Readers may keep another order; lengths tell where a text ends.
        StringBuilder text = new();
        foreach ((string key, string value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            text.Append(key.Length).Append(':').Append(key).Append(value.Length).Append(':').Append(value);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
