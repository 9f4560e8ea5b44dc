namespace GanGpu.Graph;

/// <summary>
/// A symbolic tensor: a value that a step will compute, known by its shape and by the operation that produces it.
/// It holds no numbers; a plan gives it a place in device memory.
/// </summary>
public sealed class Tensor
{
    internal Tensor(string name, Shape shape, Operation? producer = null)
    {
        if (shape.Rows < 1 || shape.Columns < 1)
            throw new ArgumentOutOfRangeException(nameof(shape), $"The tensor '{name}' needs at least one row and one column, not {shape}.");
        Name = name;
        Shape = shape;
        Producer = producer;
    }

    /// <summary>What it is, for messages.</summary>
    public string Name { get; }

    /// <summary>Rows × columns.</summary>
    public Shape Shape { get; }

    /// <summary>The operation that computes it; null for parameters and inputs.</summary>
    internal Operation? Producer { get; }

    /// <summary>Such as "fake 64x784".</summary>
    public override string ToString() => $"{Name} {Shape}";
}
