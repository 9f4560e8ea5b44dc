using System.Text.Json.Serialization;

namespace GanGpu;

/// <summary>
/// What samples are: said once, by whoever makes the data, kept in checkpoints and run settings, and never inferred.
/// </summary>
/// <param name="Modality">What kind of thing a sample is, such as <see cref="Images"/> or <see cref="Points"/>.</param>
/// <param name="Shape">The size of a sample.</param>
/// <param name="Encoding">How the data set stores a value, and what networks take it for.</param>
public sealed record SampleFormat(string Modality, SampleShape Shape, SampleEncoding Encoding)
{
    /// <summary>Pictures.</summary>
    public const string Images = "images";

    /// <summary>Vectors of numbers.</summary>
    public const string Points = "points";

    /// <summary>
    /// The axes of a sample in the order of its values, as arrays and exported networks have them: F frames, H rows, W
    /// pixels of a row or numbers of a vector, C channels. "HWC" for images, "W" for vectors.
    /// </summary>
    public string Axes { get; init => field = value ?? "HWC"; } = "HWC";

    /// <summary>Whether a sample has rows of pixels, so that it has a left and a right.</summary>
    [JsonIgnore]
    internal bool HasRows => Axes.Contains('H', StringComparison.Ordinal);

    /// <summary>Whether arrays of samples have one axis besides that of the samples.</summary>
    [JsonIgnore]
    internal bool IsFlat => Axes.Length == 1;

    /// <summary>Values of a sample.</summary>
    /// <exception cref="OverflowException">They are more than 2,147,483,647.</exception>
    [JsonIgnore]
    public int Length => Shape.Length;

    /// <summary>Rows of pixels; 1 for vectors.</summary>
    [JsonIgnore]
    public int Height => Shape.Height;

    /// <summary>Pixels in a row; a vector's length.</summary>
    [JsonIgnore]
    public int Width => Shape.Width;

    /// <summary>Values of a pixel.</summary>
    [JsonIgnore]
    public int Channels => Shape.Channels;

    /// <summary>Pictures of bytes.</summary>
    /// <param name="height">Rows of pixels, at least 1.</param>
    /// <param name="width">Pixels in a row, at least 1.</param>
    /// <param name="channels">Values of a pixel, at least 1.</param>
    public static SampleFormat OfImages(int height, int width, int channels) =>
        new(Images, new SampleShape(height, width, channels), SampleEncoding.Bytes);

    /// <summary>Vectors of numbers.</summary>
    /// <param name="length">Numbers of a vector, at least 1.</param>
    public static SampleFormat OfPoints(int length) =>
        new(Points, new SampleShape(1, length, 1), SampleEncoding.Floats) { Axes = "W" };

    /// <summary>The same samples, their values as float32.</summary>
    internal SampleFormat OfFloats() =>
        this with { Encoding = Encoding.IsBounded ? SampleEncoding.BoundedFloats : SampleEncoding.Floats };

    /// <summary>Several samples as one, one's channels after the other's.</summary>
    internal SampleFormat Packed(int samples) =>
        this with { Shape = Shape with { Channels = checked(Shape.Channels * samples) } };

    /// <exception cref="InvalidInputException">It is of no known kind, or of no size that samples can have.</exception>
    internal void Validate()
    {
        Shape.Validate();
        if (string.IsNullOrWhiteSpace(Modality))
            throw new InvalidInputException("It is not said what kind of thing the samples are.");
        if (string.IsNullOrEmpty(Axes) || Axes.Any(axis => !"FHWC".Contains(axis, StringComparison.Ordinal)))
            throw new InvalidInputException($"There are no samples with the axes '{Shown.Text(Axes ?? "none")}'.");
        if (Encoding is null)
            throw new InvalidInputException("It is not said how the values of samples are encoded.");
    }

    /// <summary>Such as "28x28x1"; of points "2 numbers".</summary>
    public override string ToString() => IsFlat
        ? FormattableString.Invariant($"{Length} {(Length == 1 ? "number" : "numbers")}") : Shape.ToString();
}

/// <summary>How a data set stores a value, and what networks take it for.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(BytesEncoding), "bytes")]
[JsonDerivedType(typeof(FloatsEncoding), "floats")]
[JsonDerivedType(typeof(BoundedFloatsEncoding), "bounded_floats")]
public abstract record SampleEncoding
{
    private protected SampleEncoding()
    {
    }

    /// <summary>A byte b, taken for b / 127.5 − 1.</summary>
    public static SampleEncoding Bytes { get; } = new BytesEncoding();

    /// <summary>A float32, taken as it is.</summary>
    public static SampleEncoding Floats { get; } = new FloatsEncoding();

    /// <summary>A float32 in −1..1, taken as it is.</summary>
    public static SampleEncoding BoundedFloats { get; } = new BoundedFloatsEncoding();

    /// <summary>Bytes of a value.</summary>
    [JsonIgnore]
    public abstract int BytesPerValue { get; }

    /// <summary>Whether networks take, and generators make, values in −1..1; else any number.</summary>
    [JsonIgnore]
    public abstract bool IsBounded { get; }
}

/// <summary>A byte b, taken for b / 127.5 − 1.</summary>
internal sealed record BytesEncoding : SampleEncoding
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override int BytesPerValue => 1;

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool IsBounded => true;
}

/// <summary>A float32, taken as it is.</summary>
internal record FloatsEncoding : SampleEncoding
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override int BytesPerValue => sizeof(float);

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool IsBounded => false;
}

/// <summary>A float32 in −1..1, taken as it is: images of more than 8 bits.</summary>
internal sealed record BoundedFloatsEncoding : FloatsEncoding
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override bool IsBounded => true;
}
