using GanGpu.Data;
using SkiaSharp;

namespace GanGpu.Images;

/// <summary>Image files through SkiaSharp, which is named nowhere else.</summary>
internal static class ImageCodec
{
    /// <summary>Pixels that an image may have: a header can announce any number, and memory is taken before the content is seen.</summary>
    private const long MostPixels = 64_000_000;

    /// <summary>
    /// Decodes an image, turned as its camera held it, cropped in the middle to the aspect ratio asked for and scaled.
    /// Transparency is laid on black, unless it is asked for.
    /// </summary>
    /// <param name="file">The encoded image.</param>
    /// <param name="path">What it is called in messages.</param>
    /// <param name="options">Height, width, and 1 channel (Rec. 709 luminance), 3, or 4 with the opacity, which does not multiply the colours.</param>
    /// <param name="target">Receives height × width × channels bytes.</param>
    /// <exception cref="DataFormatException">It is no image, damaged, cut off, or too large.</exception>
    public static void Decode(byte[] file, string path, ImageOptions options, Span<byte> target)
    {
        using SKBitmap upright = Upright(file, path, options);
        if (upright.AlphaType == SKAlphaType.Unpremul)
        {
            for (int y = 0; y < options.Height; y++)
                upright.GetPixelSpan().Slice(y * upright.RowBytes, 4 * options.Width).CopyTo(target[(4 * options.Width * y)..]);
            return;
        }

        byte[] rgba = Scaled(upright, options);
        for (int i = 0; i < options.Height * options.Width; i++)
        {
            ReadOnlySpan<byte> pixel = rgba.AsSpan(4 * i, 4);
            if (options.Channels == 4)
                Straight(pixel, target.Slice(4 * i, 4));
            else if (options.Channels == 3)
                pixel[..3].CopyTo(target[(3 * i)..]);
            else
                target[i] = (byte)(((2126 * pixel[0]) + (7152 * pixel[1]) + (722 * pixel[2]) + 5000) / 10000);
        }
    }

    /// <summary>Divides the colours by the opacity again; what can't be seen is black.</summary>
    private static void Straight(ReadOnlySpan<byte> pixel, Span<byte> target)
    {
        int alpha = pixel[3];
        for (int channel = 0; channel < 3; channel++)
            target[channel] = alpha == 0 ? (byte)0 : (byte)Math.Min(255, ((pixel[channel] * 255) + (alpha / 2)) / alpha);
        target[3] = (byte)alpha;
    }

    /// <summary>Encodes grey, RGB or RGBA bytes as PNG.</summary>
    public static void EncodePng(Stream stream, ReadOnlySpan<byte> pixels, int height, int width, int channels)
    {
        using SKBitmap bitmap = Bitmap(pixels, height, width, channels);
        using SKPixmap pixmap = bitmap.PeekPixels();
        using SKData data = pixmap.Encode(SKPngEncoderOptions.Default) ?? throw new InvalidOperationException("The PNG encoder failed.");
        data.SaveTo(stream);
    }

    /// <summary>Grey, RGB or RGBA bytes as a bitmap, which becomes the caller's.</summary>
    public static SKBitmap Bitmap(ReadOnlySpan<byte> pixels, int height, int width, int channels)
    {
        SKBitmap bitmap = new(new SKImageInfo(width, height, channels == 1 ? SKColorType.Gray8 : SKColorType.Rgba8888, channels == 4 ? SKAlphaType.Unpremul : SKAlphaType.Opaque));
        Span<byte> target = bitmap.GetPixelSpan();
        for (int y = 0; y < height; y++)
        {
            Span<byte> row = target.Slice(y * bitmap.RowBytes, bitmap.RowBytes);
            ReadOnlySpan<byte> source = pixels.Slice(y * width * channels, width * channels);
            if (channels != 3)
            {
                source.CopyTo(row);
                continue;
            }

            for (int x = 0; x < width; x++)
            {
                source.Slice(3 * x, 3).CopyTo(row[(4 * x)..]);
                row[(4 * x) + 3] = byte.MaxValue;
            }
        }

        return bitmap;
    }

    /// <summary>Decodes an image as RGBA, turned as its camera held it; it becomes the caller's.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataFormatException">It is no image, damaged, cut off, or too large.</exception>
    public static SKBitmap Upright(string path)
    {
        try
        {
            using FileStream stream = RegularFile.OpenRead(path);
            byte[] file = new byte[stream.Length];
            stream.ReadExactly(file);
            return Upright(file, path, new ImageOptions());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFormatException(path, $"can't be read: {e.Message.TrimEnd('.')}.", e);
        }
    }

    private static SKBitmap Upright(byte[] file, string path, ImageOptions options)
    {
        using SKData data = SKData.CreateCopy(file);
        using SKCodec codec = SKCodec.Create(data) ?? throw new DataFormatException(path, "is no image that can be read; remove it or convert it to PNG.");
        if ((long)codec.Info.Width * codec.Info.Height > MostPixels)
            throw new DataFormatException(path, $"has {codec.Info.Width}x{codec.Info.Height} pixels, more than {MostPixels} in all; make it smaller.");
        // Colours that were multiplied by their opacity to be scaled do not come back exactly.
        bool asItIs = options.Channels == 4 && codec.EncodedOrigin == SKEncodedOrigin.TopLeft && (codec.Info.Height, codec.Info.Width) == (options.Height, options.Width);
        SKBitmap bitmap = new(new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, asItIs ? SKAlphaType.Unpremul : SKAlphaType.Premul));
        // Only the codec's own call says that a file was cut off; a bitmap would come back half empty.
        SKCodecResult result = codec.GetPixels(bitmap.Info, bitmap.GetPixels());
        if (result != SKCodecResult.Success)
        {
            bitmap.Dispose();
            throw new DataFormatException(path, $"is damaged or was cut off ({result}); remove it or get it again.");
        }

        return Turned(bitmap, codec.EncodedOrigin);
    }

    private static SKBitmap Turned(SKBitmap bitmap, SKEncodedOrigin origin)
    {
        if (origin == SKEncodedOrigin.TopLeft)
            return bitmap;
        using (bitmap)
        {
            (int w, int h) = (bitmap.Width, bitmap.Height);
            bool swaps = origin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
            SKBitmap turned = new(new SKImageInfo(swaps ? h : w, swaps ? w : h, bitmap.ColorType, bitmap.AlphaType));
            using SKCanvas canvas = new(turned);
            // Each row: where x and y of the stored picture go in the upright one (EXIF 2.3, tag Orientation).
            canvas.SetMatrix(origin switch
            {
                SKEncodedOrigin.TopRight => new SKMatrix(-1, 0, w, 0, 1, 0, 0, 0, 1),
                SKEncodedOrigin.BottomRight => new SKMatrix(-1, 0, w, 0, -1, h, 0, 0, 1),
                SKEncodedOrigin.BottomLeft => new SKMatrix(1, 0, 0, 0, -1, h, 0, 0, 1),
                SKEncodedOrigin.LeftTop => new SKMatrix(0, 1, 0, 1, 0, 0, 0, 0, 1),
                SKEncodedOrigin.RightTop => new SKMatrix(0, -1, h, 1, 0, 0, 0, 0, 1),
                SKEncodedOrigin.RightBottom => new SKMatrix(0, -1, h, -1, 0, w, 0, 0, 1),
                SKEncodedOrigin.LeftBottom => new SKMatrix(0, 1, 0, -1, 0, w, 0, 0, 1),
                _ => SKMatrix.Identity,
            });
            canvas.DrawBitmap(bitmap, 0, 0);
            return turned;
        }
    }

    /// <summary>The largest part of the wanted aspect ratio in the middle, to the whole pixel, brought to size.</summary>
    private static byte[] Scaled(SKBitmap bitmap, ImageOptions options)
    {
        // width : height as asked for, compared as products: quotients would crop a pixel too many where they should be equal.
        long wide = (long)bitmap.Width * options.Height, high = (long)bitmap.Height * options.Width;
        int width = wide <= high ? bitmap.Width : Whole(high, options.Height), height = high <= wide ? bitmap.Height : Whole(wide, options.Width);
        byte[] rgba = new byte[4 * options.Height * options.Width];
        // Premultiplied colours are those that transparency on black leaves.
        Resampler.Scale(
            bitmap.GetPixelSpan(), bitmap.RowBytes, (bitmap.Width - width) / 2, (bitmap.Height - height) / 2, width, height, rgba, options.Width, options.Height);
        return rgba;

        static int Whole(long product, int side) => (int)Math.Max(1, (product + (side / 2)) / side);
    }
}
