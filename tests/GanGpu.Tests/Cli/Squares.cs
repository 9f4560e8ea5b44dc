using SkiaSharp;

namespace GanGpu.Tests.Cli;

/// <summary>Small grey pictures as files.</summary>
internal static class Squares
{
    /// <summary>Writes a PNG of 8x8 pixels, and the folders that it lies in.</summary>
    public static void Write(string path, int grey)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, Png(grey));
    }

    public static byte[] Png(int grey)
    {
        using SKBitmap bitmap = new(8, 8);
        bitmap.Erase(new SKColor((byte)grey, (byte)grey, (byte)grey));
        using SKData data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }
}
