using GanGpu.Graph;

namespace GanGpu.Networks;

/// <summary>
/// A symbolic tensor: a value that a step will compute, known by its shape and by the operation that produces it. It
/// holds no numbers; a plan places it in device memory.
/// </summary>
public sealed class Tensor
{
    internal Tensor(string name, Shape shape, Operation? producer = null)
    {
        if (shape.Rows < 1 || shape.Columns < 1)
            throw new ArgumentOutOfRangeException(
                nameof(shape), $"The tensor '{name}' needs at least one row and one column, not {shape}.");
        Name = name;
        Shape = shape;
        Producer = producer;
    }

    /// <summary>The tensor's name, for messages.</summary>
    public string Name { get; }

    /// <summary>Rows × columns.</summary>
    public Shape Shape { get; }

    /// <summary>The operation that computes it; null for parameters and inputs.</summary>
    internal Operation? Producer { get; }

    /// <summary>a + b, elementwise; for example a residual connection.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Tensor operator +(Tensor a, Tensor b) => new Add(Given(a), Given(b)).Output;

    /// <summary>a + offset, elementwise.</summary>
    public static Tensor operator +(Tensor a, float offset) =>
        new Add(Given(a), new Fill(a.Shape, offset).Output).Output;

    /// <summary>a − b, elementwise.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Tensor operator -(Tensor a, Tensor b) => a + -b;

    /// <summary>−a, elementwise.</summary>
    // The negative of a multiple is a multiple, with the same bits and one launch less.
    public static Tensor operator -(Tensor a) =>
        Given(a).Producer is Scale scale ? -scale.Factor * scale.Inputs[0] : -1f * a;

    /// <summary>a ⊙ b, the elementwise product.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Tensor operator *(Tensor a, Tensor b) => new Multiply(Given(a), Given(b)).Output;

    /// <summary>factor · a, elementwise.</summary>
    public static Tensor operator *(float factor, Tensor a) => new Scale(Given(a), factor).Output;

    /// <summary>For example "fake 64x784".</summary>
    public override string ToString() => $"{Name} {Shape}";

    private static Tensor Given(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return tensor;
    }
}
