using System.Buffers.Binary;

namespace GanGpu.Images;

/// <summary>
/// JPEG files that lack their last two bytes, the mark of the end. Such a picture may be all there, and browsers show
/// it; but a decoder that is given the mark fills in what is missing, and does not say so. So two things are asked:
/// whether each scan that the picture needs has begun, and, by the caller, whether what follows the file makes a
/// difference to the picture.
/// </summary>
internal static class JpegEnd
{
    private const int Coefficients = 64, FollowingBytes = 256;

    /// <summary>The file with the mark, and the same with other data before it; null where it is no JPEG that could be
    /// whole.</summary>
    public static (byte[] Ended, byte[] Followed)? Of(byte[] file)
    {
        if (!HasAllScans(file))
            return null;
        // Half of the mark may be there.
        byte[] whole = file[^1] == 0xFF ? file[..^1] : file;
        byte[] other = new byte[FollowingBytes];
        for (int i = 0; i < other.Length; i++)
            other[i] = (byte)((i * 89) + 37 is var value && (value & 0xFF) == 0xFF ? 0x55 : value);
        return ([.. whole, 0xFF, 0xD9], [.. whole, .. other, 0xFF, 0xD9]);
    }

    /// <summary>Whether every coefficient of every component comes, to its last bit, in a scan that has
    /// begun.</summary>
    private static bool HasAllScans(ReadOnlySpan<byte> file)
    {
        Dictionary<byte, int[]> missing = [];
        bool progressive = false, seen = false;
        for (int at = 2; at + 4 <= file.Length;)
        {
            byte marker = file[at + 1];
            if (file[at] != 0xFF || marker is 0 or 0xFF or (>= 0xD0 and <= 0xD8) or 1)
            {
                at++;
                continue;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
            if (length < 2 || at + 2 + length > file.Length)
                return false;
            ReadOnlySpan<byte> content = file.Slice(at + 4, length - 2);
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                progressive = marker is 0xC2 or 0xCA;
                if (content.Length < 6 || content.Length < 6 + (3 * content[5]))
                    return false;
                for (int i = 0; i < content[5]; i++)
                    missing[content[6 + (3 * i)]] = [.. Enumerable.Repeat(1, Coefficients)];
                seen = true;
            }
            else if (marker == 0xDA && !Scan(content, missing, progressive))
            {
                return false;
            }

            at += 2 + length;
        }

        return seen && missing.Values.All(bits => bits.All(bit => bit == 0));
    }

    private static bool Scan(ReadOnlySpan<byte> header, Dictionary<byte, int[]> missing, bool progressive)
    {
        if (header.Length < 1 || header.Length < 4 + (2 * header[0]))
            return false;
        ReadOnlySpan<byte> range = header[(1 + (2 * header[0]))..];
        int first = progressive ? range[0] : 0, last = progressive ? Math.Min(range[1], (byte)(Coefficients - 1))
            : Coefficients - 1;
        int low = progressive ? range[2] & 15 : 0;
        for (int i = 0; i < header[0]; i++)
        {
            if (!missing.TryGetValue(header[1 + (2 * i)], out int[]? bits))
                return false;
            for (int coefficient = first; coefficient <= last; coefficient++)
                bits[coefficient] = low;
        }

        return true;
    }
}
