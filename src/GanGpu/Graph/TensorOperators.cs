using GanGpu.Graph;

namespace GanGpu.Networks;

/// <summary>Arithmetic, elementwise.</summary>
public sealed partial class Tensor
{
    /// <summary>a + b; for example a residual connection.</summary>
    /// <exception cref="ArgumentException">The shapes differ, and neither is repeated to the other's.</exception>
    public static Tensor operator +(Tensor a, Tensor b)
    {
        Shape shape = Common(a, b, "added");
        if (a.Shape == shape && b.Shape == new Shape(1, shape.Columns) && shape.Rows > 1)
            return new AddBias(a, b).Output;
        if (b.Shape == shape && a.Shape == new Shape(1, shape.Columns) && shape.Rows > 1)
            return new AddBias(b, a).Output;
        return new Add(a.RepeatedTo(shape), b.RepeatedTo(shape)).Output;
    }

    /// <summary>a + offset.</summary>
    public static Tensor operator +(Tensor a, float offset) =>
        new Add(Given(a), new Fill(a.Shape, offset).Output).Output;

    /// <summary>offset + a.</summary>
    public static Tensor operator +(float offset, Tensor a) => a + offset;

    /// <summary>a − b.</summary>
    /// <exception cref="ArgumentException">The shapes differ, and neither is repeated to the other's.</exception>
    public static Tensor operator -(Tensor a, Tensor b) => Given(a) + -b;

    /// <summary>a − offset.</summary>
    public static Tensor operator -(Tensor a, float offset) => a + -offset;

    /// <summary>number − a.</summary>
    public static Tensor operator -(float number, Tensor a) => -a + number;

    /// <summary>−a.</summary>
    // The negative of a multiple is a multiple, with the same bits and one launch less.
    public static Tensor operator -(Tensor a) =>
        Given(a).Producer is Scale scale ? -scale.Factor * scale.Inputs[0] : -1f * a;

    /// <summary>a ⊙ b, the elementwise product.</summary>
    /// <exception cref="ArgumentException">The shapes differ, and neither is repeated to the other's.</exception>
    public static Tensor operator *(Tensor a, Tensor b)
    {
        Shape shape = Common(a, b, "multiplied");
        if (a.Shape == shape && b.Shape == new Shape(shape.Rows, 1) && shape.Columns > 1)
            return new ScaleRows(a, b).Output;
        if (b.Shape == shape && a.Shape == new Shape(shape.Rows, 1) && shape.Columns > 1)
            return new ScaleRows(b, a).Output;
        return new Multiply(a.RepeatedTo(shape), b.RepeatedTo(shape)).Output;
    }

    /// <summary>factor · a.</summary>
    public static Tensor operator *(float factor, Tensor a) => new Scale(Given(a), factor).Output;

    /// <summary>a · factor.</summary>
    public static Tensor operator *(Tensor a, float factor) => factor * a;

    /// <summary>a / b; 0 where b is 0.</summary>
    /// <exception cref="ArgumentException">The shapes differ, and neither is repeated to the other's.</exception>
    public static Tensor operator /(Tensor a, Tensor b) => Given(a) * TensorMath.Reciprocal(Given(b));

    /// <summary>a / divisor.</summary>
    /// <exception cref="DivideByZeroException">The divisor is 0.</exception>
    public static Tensor operator /(Tensor a, float divisor) =>
        divisor == 0f ? throw new DivideByZeroException($"{Given(a)} can't be divided by 0.") : (1f / divisor) * a;

    /// <summary>number / a; 0 where a is 0.</summary>
    public static Tensor operator /(float number, Tensor a) => number * TensorMath.Reciprocal(Given(a));

    /// <summary>The tensor in a shape that it is repeated to.</summary>
    private Tensor RepeatedTo(Shape shape)
    {
        if (Shape == shape)
            return this;
        if (Shape.Length == 1)
            return TensorMath.Broadcast(this, shape);
        return Shape.Rows == 1 ? new BroadcastRows(this, shape.Rows).Output
            : new BroadcastColumns(this, shape.Columns).Output;
    }

    /// <summary>The shape of an elementwise result.</summary>
    private static Shape Common(Tensor a, Tensor b, string what)
    {
        (int rows, int columns) = (Math.Max(Given(a).Rows, Given(b).Rows), Math.Max(a.Columns, b.Columns));
        foreach (Tensor tensor in new[] { a, b })
        {
            if ((tensor.Rows != rows && tensor.Rows != 1) || (tensor.Columns != columns && tensor.Columns != 1))
                throw new ArgumentException(
                    $"{a} and {b} can't be {what}: their shapes differ, and neither is a row, a column or a number " +
                    "that the other's shape repeats.");
        }

        return new Shape(rows, columns);
    }

    private static Tensor Given(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return tensor;
    }
}
