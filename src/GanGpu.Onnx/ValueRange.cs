namespace GanGpu.Onnx;

/// <summary>The numbers that a network wants for black and for white.</summary>
/// <param name="Black">What the darkest value becomes.</param>
/// <param name="White">What the brightest value becomes.</param>
public readonly record struct ValueRange(float Black, float White)
{
    /// <summary>−1..1.</summary>
    public static ValueRange Signed => new(-1, 1);

    /// <summary>0..1.</summary>
    public static ValueRange Unit => new(0, 1);

    /// <summary>0..255.</summary>
    public static ValueRange Bytes => new(0, 255);

    /// <inheritdoc/>
    public override string ToString() =>
        FormattableString.Invariant($"{nameof(ValueRange)} {{ {nameof(Black)} = {Black}, {nameof(White)} = {White} }}");
}
