using GanGpu.Networks;

namespace GanGpu.PyTorch;

/// <summary>
/// A tensor of a network as PyTorch names it and lays it out, and what it is in this library and in Keras.
/// </summary>
/// <param name="Name">Its name, within its module and, once it is found in a network, in the whole of it.</param>
/// <param name="Shape">Its sizes in PyTorch; none for a scalar.</param>
/// <param name="Source">This library's parameter or state; null for the count of batches that a batch norm has
/// seen.</param>
internal sealed record TorchTensor(string Name, int[] Shape, Tensor? Source)
{
    /// <summary>
    /// The place among this library's values of each of PyTorch's; null where they are in the same order.
    /// </summary>
    public Func<int[]>? Places { get; init; }

    /// <summary>The state by which the weight is spectrally normalised; null where it is not.</summary>
    public Tensor? SpectralState { get; init; }

    /// <summary>Whether it is trained, rather than kept as it is.</summary>
    public bool IsTrained { get; init; } = true;

    /// <summary>What Keras calls it within its layer, such as "kernel"; null where Keras has no such layer.</summary>
    public string? KerasName { get; init; }

    /// <summary>Its sizes in Keras, whose values are in the order of this library's.</summary>
    public int[] KerasShape { get; init; } = Shape;

    /// <summary>Number of values.</summary>
    public int Length => Shape.Aggregate(1, (length, size) => checked(length * size));
}
