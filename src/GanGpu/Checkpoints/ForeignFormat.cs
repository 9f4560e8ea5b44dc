namespace GanGpu.Checkpoints;

/// <summary>Tells files that are often given for checkpoints by their first bytes, whatever their name says.</summary>
internal static class ForeignFormat
{
    /// <summary>So many bytes tell.</summary>
    public const int Telling = SafeTensorsHeader.LengthBytes + 1;

    /// <summary>What a file is, or null where it may be safetensors.</summary>
    public static string? Of(ReadOnlySpan<byte> file) =>
        file.StartsWith("PK\u0003\u0004"u8) || file.StartsWith("PK\u0005\u0006"u8)
            ? "a zip archive (PyTorch's .pt or NumPy's .npz)"
        : file.StartsWith((ReadOnlySpan<byte>)[0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'])
            ? "a NumPy array (.npy)"
        // From protocol 2 on a pickle begins with its number; a safetensors header of that length would have { at the
        // ninth byte.
        : file.Length >= 2 && file[0] == 0x80 && file[1] is >= 2 and <= 5 && (file.Length < 9 || file[8] != '{')
            ? "a Python pickle"
        : null;
}
