using System.Runtime.InteropServices;
using GanGpu.Data;
using GanGpu.Modalities.Images;
using SkiaSharp;

namespace GanGpu.Images;

/// <summary>Image files through SkiaSharp, which is named nowhere else.</summary>
internal static class ImageCodec
{
    /// <summary>
    /// Pixels that an image may have: a header can announce any number, and memory is taken before the content is seen.
    /// It is the number at which Pillow refuses an image, too.
    /// </summary>
    private const long MostPixels = 178_956_970;

    /// <summary>Deflate packs at most 1,032 to 1.</summary>
    private const long HighestRatio = 1032;

    /// <summary>A JPEG is decoded at a half, a quarter or an eighth, but at least at this many times the size that is
    /// wanted.</summary>
    private const int Oversampling = 4;

    /// <summary>Channels that differ by no more are grey: conversion between colour spaces rounds each by
    /// itself.</summary>
    private const int GreyTolerance = 2;

    /// <summary>
    /// Decodes an image, turned as its camera held it, in sRGB, cropped in the middle to the aspect ratio asked for and
    /// scaled. Transparency is laid on the background, unless it is asked for.
    /// </summary>
    /// <param name="file">The encoded image.</param>
    /// <param name="path">What it is called in messages.</param>
    /// <param name="options">Height, width, background, and 1 channel (Rec. 709 luminance), 3, or 4 with the opacity,
    /// which does not multiply the colours.</param>
    /// <param name="target">Receives height × width × channels bytes.</param>
    /// <returns>What the image was like.</returns>
    /// <exception cref="InvalidInputException">It is no image, damaged, cut off, or too large.</exception>
    public static DecodedImage Decode(byte[] file, string path, ImageOptions options, Span<byte> target)
    {
        ImageColour background = ImageColour.Parse(options.Background)!.Value;
        using SKCodec codec = Codec(file, path);
        using PixelBudget.Share share = PixelBudget.Take((long)codec.Info.Width * codec.Info.Height);
        SKEncodedOrigin origin = Origin(codec, file);
        (int width, int height) = Swaps(origin) ? (codec.Info.Height, codec.Info.Width)
            : (codec.Info.Width, codec.Info.Height);
        (int partWidth, int partHeight) = Part(width, height, options);
        // Colours that were multiplied by their opacity to be scaled do not come back exactly.
        bool asItIs = options.Channels == 4 && origin == SKEncodedOrigin.TopLeft
            && (height, width) == (options.Height, options.Width);
        using SKBitmap upright = Turned(
            Pixels(codec, file, path, Scale(codec, partWidth, partHeight, options), asItIs ? SKAlphaType.Unpremul
            : SKAlphaType.Premul), origin);
        bool transparent = codec.Info.AlphaType != SKAlphaType.Opaque && IsTransparent(upright);
        byte[] rgba = asItIs ? Rows(upright) : Scaled(upright, options);
        for (int i = 0; i < options.Height * options.Width; i++)
        {
            Span<byte> pixel = rgba.AsSpan(4 * i, 4);
            if (options.Channels == 4)
            {
                if (!asItIs)
                    Straight(pixel);
                // What can't be seen has one colour, however the image came to its size.
                if (pixel[3] == 0)
                    (pixel[0], pixel[1], pixel[2]) = (background.Red, background.Green, background.Blue);
                pixel.CopyTo(target.Slice(4 * i, 4));
                continue;
            }

            // Premultiplied colours are those that transparency on black leaves.
            byte red = On(pixel[0], background.Red, pixel[3]), green = On(pixel[1], background.Green, pixel[3]),
                blue = On(pixel[2], background.Blue, pixel[3]);
            if (options.Channels == 3)
                (target[3 * i], target[(3 * i) + 1], target[(3 * i) + 2]) = (red, green, blue);
            else
                target[i] = (byte)(((2126 * red) + (7152 * green) + (722 * blue) + 5000) / 10000);
        }

        return new DecodedImage(width, height, IsGrey(rgba), transparent, (partWidth, partHeight) != (width, height));

        static byte On(byte colour, byte background, byte opacity) =>
            (byte)Math.Min(255, colour + (((background * (255 - opacity)) + 127) / 255));
    }

    /// <summary>Divides the colours by the opacity again.</summary>
    private static void Straight(Span<byte> pixel)
    {
        int alpha = pixel[3];
        for (int channel = 0; channel < 3; channel++)
            pixel[channel] = alpha == 0 ? (byte)0 : (byte)Math.Min(255, ((pixel[channel] * 255) + (alpha / 2)) / alpha);
    }

    private static bool IsTransparent(SKBitmap bitmap)
    {
        for (int y = 0; y < bitmap.Height; y++)
        {
            ReadOnlySpan<uint> row = MemoryMarshal.Cast<byte, uint>(
                bitmap.GetPixelSpan().Slice(y * bitmap.RowBytes, 4 * bitmap.Width));
            // The opacity is the last of four bytes.
            uint opaque = BitConverter.IsLittleEndian ? 0xFF000000 : 0xFF;
            foreach (uint pixel in row)
            {
                if ((pixel & opaque) != opaque)
                    return true;
            }
        }

        return false;
    }

    private static bool IsGrey(ReadOnlySpan<byte> rgba)
    {
        for (int i = 0; i < rgba.Length; i += 4)
        {
            int red = rgba[i], green = rgba[i + 1], blue = rgba[i + 2];
            if (rgba[i + 3] > 0
                && Math.Max(red, Math.Max(green, blue)) - Math.Min(red, Math.Min(green, blue)) > GreyTolerance)
                return false;
        }

        return true;
    }

    private static byte[] Rows(SKBitmap bitmap)
    {
        byte[] rgba = new byte[4 * bitmap.Width * bitmap.Height];
        for (int y = 0; y < bitmap.Height; y++)
            bitmap.GetPixelSpan().Slice(y * bitmap.RowBytes, 4 * bitmap.Width).CopyTo(
                rgba.AsSpan(4 * bitmap.Width * y));
        return rgba;
    }

    /// <summary>Encodes grey, RGB or RGBA bytes as PNG.</summary>
    public static void EncodePng(Stream stream, ReadOnlySpan<byte> pixels, int height, int width, int channels)
    {
        using SKBitmap bitmap = Bitmap(pixels, height, width, channels);
        using SKPixmap pixmap = bitmap.PeekPixels();
        using SKData data = pixmap.Encode(SKPngEncoderOptions.Default)
            ?? throw new InvalidOperationException("The PNG encoder failed.");
        data.SaveTo(stream);
    }

    /// <summary>Grey, RGB or RGBA bytes as a bitmap, which becomes the caller's.</summary>
    public static SKBitmap Bitmap(ReadOnlySpan<byte> pixels, int height, int width, int channels)
    {
        SKBitmap bitmap = new(
            new SKImageInfo(width, height, channels == 1 ? SKColorType.Gray8 : SKColorType.Rgba8888, channels == 4
                ? SKAlphaType.Unpremul : SKAlphaType.Opaque));
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
    /// <exception cref="InvalidInputException">It is no image, damaged, cut off, or too large.</exception>
    public static SKBitmap Upright(string path)
    {
        try
        {
            using FileStream stream = RegularFile.OpenRead(path);
            byte[] file = new byte[stream.Length];
            stream.ReadExactly(file);
            using SKCodec codec = Codec(file, path);
            return Turned(Pixels(codec, file, path, codec.Info.Size, SKAlphaType.Premul), Origin(codec, file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFormatException(path, $"can't be read: {e.Message.TrimEnd('.')}.", e);
        }
    }

    private static SKCodec Codec(byte[] file, string path)
    {
        // The codec keeps the data as long as it needs them.
        using SKData data = SKData.CreateCopy(file);
        SKCodec codec = SKCodec.Create(data) ?? throw new DataFormatException(path,
            "is no image that can be read; remove it or convert it to PNG.");
        (int width, int height) = (codec.Info.Width, codec.Info.Height);
        // Of other formats Skia takes some for pictures that have no mark, such as any two zeros for a WBMP.
        string? fault = codec.EncodedFormat is not (SKEncodedImageFormat.Png or SKEncodedImageFormat.Jpeg
            or SKEncodedImageFormat.Webp or SKEncodedImageFormat.Gif or SKEncodedImageFormat.Bmp)
            ? "is no image that can be read; remove it or convert it to PNG."
            : (long)width * height > MostPixels
            ? $"has {width}x{height} pixels, more than {MostPixels} in all; make it smaller."
            : codec.EncodedFormat == SKEncodedImageFormat.Png && (long)width * height / 8 > file.Length * HighestRatio
            ? $"says that it has {width}x{height} pixels, more than {file.Length} bytes can hold; remove it or get " +
                "it again." : null;
        if (fault is null)
            return codec;
        codec.Dispose();
        throw new DataFormatException(path, fault);
    }

    /// <summary>The stored picture at a size that the codec can decode to.</summary>
    private static SKBitmap Pixels(SKCodec codec, byte[] file, string path, SKSizeI size, SKAlphaType alpha)
    {
        SKBitmap bitmap = new(new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, alpha));
        // Only the codec's own call says that a file was cut off; a bitmap would come back half empty.
        SKCodecResult result = GetPixels(codec, file, bitmap);
        if (result == SKCodecResult.Success
            || (result == SKCodecResult.IncompleteInput && codec.EncodedFormat == SKEncodedImageFormat.Jpeg
            && IsWhole(file, bitmap)))
            return bitmap;
        bitmap.Dispose();
        throw new DataFormatException(path, $"is damaged or was cut off ({result}); remove it or get it again.");
    }

    /// <summary>
    /// Decodes to sRGB where the file has a colour profile. Only the profile itself counts in a PNG: nearly all
    /// programs that write the chunks gAMA and cHRM mean sRGB by them, and nearly all that read PNG pass over them.
    /// </summary>
    private static SKCodecResult GetPixels(SKCodec codec, byte[] file, SKBitmap bitmap)
    {
        bool hasProfile = codec.EncodedFormat != SKEncodedImageFormat.Png || file.AsSpan().IndexOf("iCCP"u8) >= 0;
        using SKColorSpace? colours = hasProfile ? SKColorSpace.CreateSrgb() : null;
        return codec.GetPixels(bitmap.Info.WithColorSpace(colours), bitmap.GetPixels());
    }

    /// <summary>Whether a JPEG lacks nothing but the mark of its end; then the bitmap receives its pixels.</summary>
    private static bool IsWhole(byte[] file, SKBitmap bitmap)
    {
        if (JpegEnd.Of(file) is not { } versions || !Decode(versions.Ended, bitmap))
            return false;
        using SKBitmap other = new(bitmap.Info);
        return Decode(versions.Followed, other) && bitmap.GetPixelSpan().SequenceEqual(other.GetPixelSpan());

        static bool Decode(byte[] version, SKBitmap target)
        {
            using SKData data = SKData.CreateCopy(version);
            using SKCodec? codec = SKCodec.Create(data);
            return codec is not null && GetPixels(codec, version, target) == SKCodecResult.Success;
        }
    }

    /// <summary>The size to decode to: smaller than stored where a JPEG's own transform can halve it and the resampler
    /// still decides.</summary>
    private static SKSizeI Scale(SKCodec codec, int partWidth, int partHeight, ImageOptions options)
    {
        if (codec.EncodedFormat != SKEncodedImageFormat.Jpeg)
            return codec.Info.Size;
        int scale = 8;
        while (scale > 1 && (partWidth / scale < Oversampling * options.Width
            || partHeight / scale < Oversampling * options.Height))
            scale /= 2;
        return codec.GetScaledDimensions(1f / scale);
    }

    private static SKEncodedOrigin Origin(SKCodec codec, byte[] file) =>
        codec.EncodedFormat is SKEncodedImageFormat.Jpeg or SKEncodedImageFormat.Png or SKEncodedImageFormat.Webp
        ? (SKEncodedOrigin)ImageOrientation.Of(file) : codec.EncodedOrigin;

    private static bool Swaps(SKEncodedOrigin origin) =>
        origin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom
            or SKEncodedOrigin.LeftBottom;

    private static SKBitmap Turned(SKBitmap bitmap, SKEncodedOrigin origin)
    {
        if (origin == SKEncodedOrigin.TopLeft)
            return bitmap;
        using (bitmap)
        {
            (int w, int h) = (bitmap.Width, bitmap.Height);
            bool swaps = Swaps(origin);
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

    /// <summary>The size of the largest part of the wanted aspect ratio, to the whole pixel.</summary>
    private static (int Width, int Height) Part(int width, int height, ImageOptions options)
    {
        // width : height as asked for, compared as products: quotients would crop a pixel too many where they should be
        // equal.
        long wide = (long)width * options.Height, high = (long)height * options.Width;
        return (wide <= high ? width : Whole(high, options.Height), high <= wide ? height : Whole(wide, options.Width));

        static int Whole(long product, int side) => (int)Math.Max(1, (product + (side / 2)) / side);
    }

    /// <summary>That part in the middle, brought to size.</summary>
    private static byte[] Scaled(SKBitmap bitmap, ImageOptions options)
    {
        (int width, int height) = Part(bitmap.Width, bitmap.Height, options);
        byte[] rgba = new byte[4 * options.Height * options.Width];
        Resampler.Scale(
            new PicturePart(
                bitmap.GetPixelSpan(), bitmap.RowBytes, (bitmap.Width - width) / 2, (bitmap.Height - height) / 2,
                width, height), rgba, options.Width, options.Height);
        return rgba;
    }
}
