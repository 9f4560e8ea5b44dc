using GanGpu.Graph;

namespace GanGpu.Networks;

// Classes.
public static partial class Layers
{
    /// <summary>
    /// The vectors of the samples' classes, which are learned: rows of the table "<paramref name="name"/>.weight",
    /// classes × <paramref name="size"/>.
    /// </summary>
    /// <param name="labels">[rows, classes], a 1 in the column of a row's class and 0 elsewhere.</param>
    /// <param name="parameters">Where the table is kept.</param>
    /// <param name="name">The layer's name, unique within the network.</param>
    /// <param name="size">Values of a vector.</param>
    /// <param name="initializer">How the table starts; PyTorch's embeddings start standard normal.</param>
    /// <returns>[rows, size].</returns>
    /// <exception cref="ArgumentException">A vector has no values, or the network has another parameter of a
    /// name.</exception>
    public static Tensor Embed(
        this Tensor labels, Parameters parameters, string name, int size, Initializer initializer)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(parameters);
        Tensor table = parameters.Get($"{name}.weight", new Shape(labels.Shape.Columns, size), initializer);
        // Of one-hot rows nothing but their places is needed.
        return labels.Producer is OneHot oneHot ? new GatherRows(table, oneHot.Inputs[0]).Output
            : new MatMul(labels, table).Output;
    }

    /// <summary>The columns of two batches side by side, such as samples and the vectors of their classes.</summary>
    /// <param name="a">[rows, a's columns].</param>
    /// <param name="b">[rows, b's columns].</param>
    /// <returns>[rows, a's columns + b's columns].</returns>
    /// <exception cref="ArgumentException">They have different numbers of rows.</exception>
    public static Tensor Concatenate(this Tensor a, Tensor b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        return new ConcatenateColumns(a, b).Output;
    }
}
