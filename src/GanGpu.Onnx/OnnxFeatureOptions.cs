using System.Globalization;

namespace GanGpu.Onnx;

/// <summary>What an ONNX file does not say about its network.</summary>
public sealed record OnnxFeatureOptions
{
    /// <summary>The <see cref="Name"/> of the one network in whose features a Fréchet distance is called FID.</summary>
    public const string Inception = "inception";

    /// <summary>Which output holds the features; may be null where there is one.</summary>
    public string? Output { get; init; }

    /// <summary>
    /// The values that the network was trained with. There is no default: the file does not say it, and a wrong one
    /// gives figures that look right. Left out for a network of bytes, which takes 0..255.
    /// </summary>
    public ValueRange? Range { get; init; }

    /// <summary>
    /// What is taken off each channel once it is in <see cref="Range"/>: one number, or one for each channel.
    /// </summary>
    public IReadOnlyList<float>? Mean { get; init; }

    /// <summary>By what each channel is divided then: one number, or one for each channel.</summary>
    public IReadOnlyList<float>? Deviation { get; init; }

    /// <summary>The size that images are brought to, where the network takes any; null leaves theirs.</summary>
    public (int Height, int Width)? Size { get; init; }

    /// <summary>
    /// The order of the input; null where its sizes tell, that is where one of its ends has 1 or 3 and the other has
    /// not.
    /// </summary>
    public ImageLayout? Layout { get; init; }

    /// <summary>
    /// What the network is, for reports; the file's name where it is null. <see cref="Inception"/> is the caller's word
    /// that it is the Inception network of FID (Heusel et al. 2017, arXiv:1706.08500: 2,048 features of the last
    /// pooling, weights of 2015-12-05); nothing but the number of its features is checked.
    /// </summary>
    public string? Name { get; init; }

    /// <summary>Images at a time, where the network takes any number.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Threads of ONNX Runtime; 0 is one for each core.</summary>
    public int Threads { get; init; }

    internal bool IsInception => string.Equals(Name, Inception, StringComparison.OrdinalIgnoreCase);

    /// <exception cref="InvalidInputException">A value is out of its range.</exception>
    internal void Validate()
    {
        if (Name is not null && string.IsNullOrWhiteSpace(Name))
            throw new InvalidInputException("The feature network's name is empty.");
        if (BatchSize < 1)
            throw new InvalidInputException(
                string.Create(
                    CultureInfo.InvariantCulture, $"The feature network's batch must be at least 1, not {BatchSize}."));
        if (Threads < 0)
            throw new InvalidInputException(
                string.Create(
                    CultureInfo.InvariantCulture, $"The feature network's threads must be at least 0, not {Threads}."));
        if (Size is { } size && (size.Height is < 1 or > MostPixelsOfSide || size.Width is < 1 or > MostPixelsOfSide))
            throw new InvalidInputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The size of the feature network's images must be 1 to {MostPixelsOfSide} each way, not " +
                    $"{size.Height}x{size.Width}."));
        if (Range is { } range
            && (!float.IsFinite(range.Black) || !float.IsFinite(range.White) || range.Black == range.White))
            throw new InvalidInputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The range of the feature network's values must be of two different numbers, not " +
                    $"{range.Black}..{range.White}."));
        if (Mean is not null && !Mean.All(float.IsFinite))
            throw new InvalidInputException("The means of the feature network's values must be finite numbers.");
        if (Deviation is not null && !Deviation.All(value => float.IsFinite(value) && value > 0))
            throw new InvalidInputException(
                "The deviations of the feature network's values must be finite numbers above 0.");
    }

    private const int MostPixelsOfSide = 4096;
}
