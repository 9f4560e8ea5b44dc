using System.Text;

namespace GanGpu.Images;

/// <summary>Bytes without a word of their encoding: UTF-8 where they are valid as such, which other text hardly ever
/// is, else a code page.</summary>
internal static class CodePage
{
    /// <summary>MS-DOS's, which zip archives mean where they do not say otherwise (APPNOTE, appendix D.1).</summary>
    public const int MsDos = 437;

    /// <summary>That of Windows in Western Europe.</summary>
    public const int WindowsWestern = 1252;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true);

    public static string Decode(ReadOnlySpan<byte> bytes, int codePage)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(codePage)!.GetString(bytes);
        }
    }
}
