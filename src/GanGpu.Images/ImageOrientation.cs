using System.Buffers.Binary;
using System.Text.RegularExpressions;

namespace GanGpu.Images;

/// <summary>
/// How a camera was held, as JPEG, PNG and WebP files note it: the tag Orientation of EXIF (2.3, tag 274) by whichever
/// kind of whole number, or else that of XMP. Skia reads the tag of JPEG and WebP alone, and as a SHORT only.
/// </summary>
internal static partial class ImageOrientation
{
    private const int Tag = 0x112, MostXmp = 1 << 20;

    private static ReadOnlySpan<byte> ExifMark => "Exif\0\0"u8;

    private static ReadOnlySpan<byte> XmpOfJpeg => "http://ns.adobe.com/xap/1.0/\0"u8;

    private static ReadOnlySpan<byte> XmpOfPng => "XML:com.adobe.xmp\0"u8;

    /// <summary>1 to 8; 1, which is upright, where the file says nothing or nothing that there is.</summary>
    public static int Of(ReadOnlySpan<byte> file)
    {
        int found = 0, foundInXmp = 0;
        if (file.Length > 2 && file[0] == 0xFF && file[1] == 0xD8)
            InJpeg(file, ref found, ref foundInXmp);
        else if (file.Length > 8 && file[0] == 0x89 && file[1..].StartsWith("PNG"u8))
            InPng(file, ref found, ref foundInXmp);
        else if (file.Length > 12 && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8))
            InWebp(file, ref found, ref foundInXmp);
        int orientation = found != 0 ? found : foundInXmp;
        return orientation is >= 1 and <= 8 ? orientation : 1;
    }

    private static void InJpeg(ReadOnlySpan<byte> file, ref int found, ref int foundInXmp)
    {
        for (int at = 2; at + 4 <= file.Length && file[at] == 0xFF;)
        {
            byte marker = file[at + 1];
            if (marker == 0xFF)
            {
                at++;
                continue;
            }

            // The scan begins, or the picture ends.
            if (marker is 0xDA or 0xD9)
                return;
            int length = BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
            if (length < 2 || at + 2 + length > file.Length)
                return;
            ReadOnlySpan<byte> content = file.Slice(at + 4, length - 2);
            if (marker == 0xE1)
                Note(content, ref found, ref foundInXmp);
            at += 2 + length;
        }
    }

    private static void InPng(ReadOnlySpan<byte> file, ref int found, ref int foundInXmp)
    {
        for (int at = 8; at + 12 <= file.Length;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(file[at..]);
            ReadOnlySpan<byte> kind = file.Slice(at + 4, 4);
            if (length > file.Length - at - 12)
                return;
            ReadOnlySpan<byte> content = file.Slice(at + 8, (int)length);
            if (kind.SequenceEqual("eXIf"u8))
                found = found != 0 ? found
                    : InExif(content.StartsWith(ExifMark) ? content[ExifMark.Length..] : content);
            else if (kind.SequenceEqual("iTXt"u8) && content.StartsWith(XmpOfPng))
                foundInXmp = InXmp(content);
            at += 12 + (int)length;
        }
    }

    private static void InWebp(ReadOnlySpan<byte> file, ref int found, ref int foundInXmp)
    {
        for (int at = 12; at + 8 <= file.Length;)
        {
            ReadOnlySpan<byte> kind = file.Slice(at, 4);
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(file[(at + 4)..]);
            if (length > file.Length - at - 8)
                return;
            ReadOnlySpan<byte> content = file.Slice(at + 8, (int)length);
            if (kind.SequenceEqual("EXIF"u8))
                found = found != 0 ? found
                    : InExif(content.StartsWith(ExifMark) ? content[ExifMark.Length..] : content);
            else if (kind.SequenceEqual("XMP "u8))
                foundInXmp = InXmp(content);
            // Chunks have an even length.
            at += 8 + (int)length + (int)(length & 1);
        }
    }

    private static void Note(ReadOnlySpan<byte> content, ref int found, ref int foundInXmp)
    {
        if (content.StartsWith(ExifMark) && found == 0)
            found = InExif(content[ExifMark.Length..]);
        else if (content.StartsWith(XmpOfJpeg) && foundInXmp == 0)
            foundInXmp = InXmp(content);
    }

    /// <summary>The tag's value in the first directory of a TIFF header; 0 where it is not there.</summary>
    private static int InExif(ReadOnlySpan<byte> tiff)
    {
        bool little = tiff.StartsWith("II"u8);
        if (tiff.Length < 8 || (!little && !tiff.StartsWith("MM"u8)))
            return 0;
        uint at = Number(tiff[4..], 4);
        if (at > tiff.Length - 2)
            return 0;
        int count = (int)Number(tiff[(int)at..], 2);
        for (int i = 0, entry = (int)at + 2; i < count && entry + 12 <= tiff.Length; i++, entry += 12)
        {
            if (Number(tiff[entry..], 2) != Tag)
                continue;
            uint kind = Number(tiff[(entry + 2)..], 2), values = Number(tiff[(entry + 4)..], 4);
            // BYTE, SHORT, LONG and their signed kinds; the value lies in the entry itself.
            int length = kind switch
            {
                1 or 6 => 1,
                3 or 8 => 2,
                4 or 9 => 4,
                _ => 0,
            };
            return length > 0 && values >= 1 && Number(tiff[(entry + 8)..], length) is >= 1 and <= 8 and var value
                ? (int)value : 0;
        }

        return 0;

        uint Number(ReadOnlySpan<byte> bytes, int length) => length switch
        {
            1 => bytes[0],
            2 => little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes),
            _ => little ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes),
        };
    }

    private static int InXmp(ReadOnlySpan<byte> content)
    {
        string text = System.Text.Encoding.Latin1.GetString(content[..Math.Min(content.Length, MostXmp)]);
        return Property().Match(text) is { Success: true } match ? match.Groups[1].Value[0] - '0' : 0;
    }

    [GeneratedRegex("tiff:Orientation(?:\\s*=\\s*[\"']|\\s*>\\s*)([1-8])\\s*[\"'<]", RegexOptions.CultureInvariant)]
    private static partial Regex Property();
}
