using System.Diagnostics;
using GanGpu.Graph;

namespace GanGpu.Networks;

/// <summary>
/// A symbolic tensor: a value that a step will compute, known by its shape and by the operation that produces it. It
/// holds no numbers; a plan places it in device memory.
/// </summary>
/// <remarks>
/// Operations on tensors describe a graph, which is differentiated and planned once and then replayed: they compute
/// nothing themselves, and what nobody reads is never computed. Each has a derivative, which is made of operations
/// again, so that derivatives can be differentiated too. Two operands of an elementwise operation have equal shapes, or
/// one of them is a row [1, columns], a column [rows, 1] or a number [1, 1], which is repeated. Safe for use from
/// several threads, as it never changes.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed partial class Tensor
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

    /// <summary>Rows.</summary>
    public int Rows => Shape.Rows;

    /// <summary>Columns.</summary>
    public int Columns => Shape.Columns;

    /// <summary>The operation that computes it; null for parameters and inputs.</summary>
    internal Operation? Producer { get; }

    /// <summary>Where its numbers are on a device, if it is a weight of a network that is there.</summary>
    internal TensorHome? Home { get; set; }

    /// <summary>A tensor whose numbers a program gives, see <see cref="TensorFunction"/>.</summary>
    /// <param name="name">What it is called in messages.</param>
    /// <param name="rows">Rows, at least 1.</param>
    /// <param name="columns">Columns, at least 1.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">It has no row or no column.</exception>
    public static Tensor Input(string name, int rows, int columns)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new Tensor(name, new Shape(rows, columns));
    }

    /// <summary>A tensor whose elements are all the same number.</summary>
    /// <param name="rows">Rows, at least 1.</param>
    /// <param name="columns">Columns, at least 1.</param>
    /// <param name="value">The number.</param>
    /// <exception cref="ArgumentOutOfRangeException">It has no row or no column.</exception>
    public static Tensor Constant(int rows, int columns, float value) =>
        new Fill(new Shape(rows, columns), value).Output;

    /// <summary>For example "fake 64x784".</summary>
    public override string ToString() => $"{Name} {Shape}";
}
