using System.Buffers.Binary;
using System.Globalization;
using SkiaSharp;

namespace GanGpu.Images;

/// <summary>
/// Animated WebP: each picture encoded as one of its own, put into the container that Google's "WebP Container
/// Specification" describes (RIFF, VP8X, ANIM, a chunk ANMF for each frame). SkiaSharp encodes animations only from its
/// version 4 on.
/// </summary>
internal sealed class AnimatedWebp
{
    /// <summary>The largest side that the format has.</summary>
    public const int LargestSide = 16383;

    private const int FrameHeader = 16, LongestDuration = 0xFFFFFF;

    /// <summary>How much larger a film may be for showing every pixel as it is.</summary>
    private const double LosslessCost = 1.5;

    private static readonly SKWebpEncoderOptions Lossy = new(SKWebpEncoderCompression.Lossy, 80),
        Lossless = new(SKWebpEncoderCompression.Lossless, 75);

    private readonly List<(byte[] Image, int Duration)> frames = [];
    private readonly int width, height;
    private SKWebpEncoderOptions? how;

    /// <param name="height">Rows of pixels of all frames, 1 to <see cref="LargestSide"/>.</param>
    /// <param name="width">Pixels in a row.</param>
    public AnimatedWebp(int height, int width)
    {
        foreach (int side in new[] { height, width })
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(side, 1);
            if (side > LargestSide)
                throw new InvalidInputException(
                    string.Create(CultureInfo.InvariantCulture,
                        $"An animation of {height}x{width} pixels is larger than WebP allows, {LargestSide} a side; " +
                        $"take fewer pictures."));
        }

        (this.width, this.height) = (width, height);
    }

    /// <summary>Frames so far.</summary>
    public int Count => frames.Count;

    /// <summary>Adds a picture of the animation's size.</summary>
    public void Add(SKPixmap picture, TimeSpan duration)
    {
        if (picture.Width != width || picture.Height != height)
            throw new ArgumentException(
                $"A frame of {picture.Height}x{picture.Width} does not fit into an animation of {height}x{width}.",
                nameof(picture));
        how ??= Choose(picture);
        using SKData data = Encode(picture, how.Value);
        frames.Add((ImageChunks(data.Span), (int)Math.Clamp(duration.TotalMilliseconds, 0, LongestDuration)));
    }

    /// <summary>
    /// Enlarged small pictures are smaller without loss, and encoded faster; large photographs are not.
    /// </summary>
    private static SKWebpEncoderOptions Choose(SKPixmap picture)
    {
        using SKData lossless = Encode(picture, Lossless), lossy = Encode(picture, Lossy);
        return lossless.Size <= LosslessCost * lossy.Size ? Lossless : Lossy;
    }

    private static SKData Encode(SKPixmap picture, SKWebpEncoderOptions options) =>
        picture.Encode(options) ?? throw new InvalidOperationException("The WebP encoder failed.");

    /// <summary>Writes the file, which plays for ever.</summary>
    public void Save(Stream stream)
    {
        const int ChunkHeader = 8, Extended = 10, Animation = 6;
        long size = 4 + ChunkHeader + Extended + ChunkHeader + Animation
            + frames.Sum(frame => (long)ChunkHeader + FrameHeader + frame.Image.Length);
        if (size > uint.MaxValue - ChunkHeader)
            throw new InvalidInputException(
                "The animation is larger than WebP allows, 4 GB; take fewer or smaller pictures.");
        Chunk("RIFF"u8, (uint)size);
        stream.Write("WEBP"u8);
        Chunk("VP8X"u8, Extended);
        // The flag says that there is an animation; then three bytes that are zero.
        stream.Write([0x02, 0, 0, 0]);
        Three(width - 1);
        Three(height - 1);
        Chunk("ANIM"u8, Animation);
        // A black ground, and no end of repeating.
        stream.Write([0, 0, 0, 0xFF, 0, 0]);
        foreach ((byte[] image, int duration) in frames)
        {
            Chunk("ANMF"u8, (uint)(FrameHeader + image.Length));
            Three(0);
            Three(0);
            Three(width - 1);
            Three(height - 1);
            Three(duration);
            // Frames are whole: the one before is not to show through.
            stream.WriteByte(0x02);
            stream.Write(image);
        }

        void Chunk(ReadOnlySpan<byte> name, uint length)
        {
            Span<byte> header = stackalloc byte[ChunkHeader];
            name.CopyTo(header);
            BinaryPrimitives.WriteUInt32LittleEndian(header[4..], length);
            stream.Write(header);
        }

        void Three(int value) => stream.Write([(byte)value, (byte)(value >> 8), (byte)(value >> 16)]);
    }

    /// <summary>The chunks of a still WebP that hold its picture, with their headers and padding.</summary>
    private static byte[] ImageChunks(ReadOnlySpan<byte> file)
    {
        const int FileHeader = 12;
        List<byte> chunks = [];
        for (int place = FileHeader; place + 8 <= file.Length;)
        {
            int length = 8 + BinaryPrimitives.ReadInt32LittleEndian(file[(place + 4)..]);
            // Chunks begin at even places.
            length += length & 1;
            ReadOnlySpan<byte> name = file.Slice(place, 4);
            if (name.SequenceEqual("VP8 "u8) || name.SequenceEqual("VP8L"u8))
                chunks.AddRange(file.Slice(place, Math.Min(length, file.Length - place)));
            place += length;
        }

        if ((chunks.Count & 1) == 1)
            chunks.Add(0);
        return chunks.Count > 0 ? [.. chunks]
            : throw new InvalidOperationException("The WebP encoder made no picture.");
    }
}
