using System.Globalization;
using GanGpu.Modalities.Images;

namespace GanGpu.Onnx;

/// <summary>Turns images of bytes into what a network takes: its size, channels, order and values.</summary>
internal sealed class ImageInput
{
    // Rec. 709, as the reading of image files has it.
    private const float Red = 0.2126f, Green = 0.7152f, Blue = 0.0722f;

    private readonly SampleShape from;
    private readonly bool channelsFirst;
    private readonly float[] scales, shifts;

    /// <param name="from">The images' size, of 1 or 3 channels.</param>
    /// <param name="signature">What the network takes.</param>
    /// <param name="options">Its values.</param>
    /// <exception cref="InvalidInputException">The images have other channels, or the options have as many numbers as
    /// there are no channels.</exception>
    public ImageInput(SampleShape from, ModelSignature signature, OnnxFeatureOptions options)
    {
        if (from.Channels is not (1 or 3))
            throw new InvalidInputException(
                $"A feature network looks at images of 1 channel or 3; these samples are {from}.");
        this.from = from;
        channelsFirst = signature.Layout == ImageLayout.ChannelsFirst;
        To = new SampleShape(signature.Height ?? from.Height, signature.Width ?? from.Width, signature.Channels
            ?? from.Channels);
        ValueRange range = options.Range ?? ValueRange.Bytes;
        (scales, shifts) = (new float[To.Channels], new float[To.Channels]);
        for (int channel = 0; channel < To.Channels; channel++)
        {
            double mean = Of(options.Mean, channel, 0, nameof(OnnxFeatureOptions.Mean)),
                deviation = Of(options.Deviation, channel, 1, nameof(OnnxFeatureOptions.Deviation));
            scales[channel] = (float)(((double)range.White - range.Black) / 255 / deviation);
            shifts[channel] = (float)((range.Black - mean) / deviation);
        }
    }

    /// <summary>The size that the network sees.</summary>
    public SampleShape To { get; }

    /// <summary>The sizes of a batch.</summary>
    public long[] Sizes(int count) => channelsFirst ? [count, To.Channels, To.Height, To.Width]
        : [count, To.Height, To.Width, To.Channels];

    /// <summary>Converts an image.</summary>
    /// <param name="image">height × width × channels bytes.</param>
    /// <param name="target">Receives as many numbers as <see cref="To"/> has.</param>
    public void Convert(ReadOnlySpan<byte> image, Span<float> target)
    {
        int pixels = To.Height * To.Width;
        float[] rgba = new float[4 * pixels];
        Resampler.Scale(Rgba(image), from.Width, from.Height, rgba, To.Width, To.Height);
        for (int i = 0; i < pixels; i++)
        {
            for (int channel = 0; channel < To.Channels; channel++)
            {
                // Where all three are one grey, it is that.
                float value = To.Channels == 3 || from.Channels == 1 ? rgba[(4 * i) + channel]
                    : (Red * rgba[4 * i]) + (Green * rgba[(4 * i) + 1]) + (Blue * rgba[(4 * i) + 2]);
                target[channelsFirst ? (channel * pixels) + i : (i * To.Channels) + channel] = (value * scales[channel])
                    + shifts[channel];
            }
        }
    }

    /// <summary>Converts an image for a network of bytes.</summary>
    public void Convert(ReadOnlySpan<byte> image, Span<byte> target)
    {
        float[] values = new float[target.Length];
        Convert(image, values);
        for (int i = 0; i < values.Length; i++)
            target[i] = (byte)Math.Clamp(values[i] + 0.5f, 0f, 255f);
    }

    private byte[] Rgba(ReadOnlySpan<byte> image)
    {
        byte[] rgba = new byte[4 * from.Height * from.Width];
        for (int i = 0; i < rgba.Length / 4; i++)
        {
            for (int channel = 0; channel < 3; channel++)
                rgba[(4 * i) + channel] = image[from.Channels == 3 ? (3 * i) + channel : i];
            rgba[(4 * i) + 3] = byte.MaxValue;
        }

        return rgba;
    }

    private double Of(IReadOnlyList<float>? values, int channel, double none, string name) => values?.Count switch
    {
        null => none,
        1 => values[0],
        int count when count == To.Channels => values[channel],
        int count =>
            throw new InvalidInputException(
                string.Create(CultureInfo.InvariantCulture,
                    $"There are {count} numbers for a network of {To.Channels} channels; give one, or one for each " +
                    $"({nameof(OnnxFeatureOptions)}.{name}).")),
    };
}
