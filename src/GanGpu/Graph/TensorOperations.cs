using GanGpu.Graph;

namespace GanGpu.Networks;

/// <summary>Operations by name.</summary>
public sealed partial class Tensor
{
    /// <summary>The matrix product op(this) · op(other), or several such products.</summary>
    /// <param name="other">The second factor.</param>
    /// <param name="transpose">Whether this one is transposed first.</param>
    /// <param name="transposeOther">Whether the other one is.</param>
    /// <param name="groups">How many matrices both are, one behind the other, which are multiplied pair by pair: as many
    /// as there are samples, for products within each sample, as in attention.</param>
    /// <returns>[rows, columns], or [groups · rows, columns].</returns>
    /// <exception cref="ArgumentException">The inner dimensions differ, there is no group, or rows can't be divided
    /// among the groups.</exception>
    public Tensor MatMul(Tensor other, bool transpose = false, bool transposeOther = false, int groups = 1) =>
        groups == 1 ? new MatMul(this, Given(other), transpose, transposeOther).Output
            : new GroupedMatMul(this, Given(other), groups, transpose, transposeOther).Output;

    /// <summary>The same values in another shape, row after row; it costs nothing.</summary>
    /// <param name="rows">Rows, at least 1.</param>
    /// <param name="columns">Columns, at least 1.</param>
    /// <exception cref="ArgumentException">There are more or fewer values.</exception>
    public Tensor Reshape(int rows, int columns) => new Reshape(this, new Shape(rows, columns)).Output;

    /// <summary>Rows from one on; it costs nothing.</summary>
    /// <param name="first">The first of them, from 0.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <exception cref="ArgumentException">There are no such rows.</exception>
    public Tensor SliceRows(int first, int count) => new SliceRows(this, first, count).Output;

    /// <summary>Columns from one on.</summary>
    /// <param name="first">The first of them, from 0.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <exception cref="ArgumentException">There are no such columns.</exception>
    public Tensor SliceColumns(int first, int count) => new SliceColumns(this, first, count).Output;

    /// <summary>The rows of the first tensor, then those of the next.</summary>
    /// <param name="parts">At least one, of equal numbers of columns.</param>
    /// <exception cref="ArgumentException">There is none, or their widths differ.</exception>
    public static Tensor ConcatenateRows(params Tensor[] parts) =>
        Several(parts).Length == 1 ? parts[0] : new StackRows(parts).Output;

    /// <summary>The columns of the first tensor, then those of the next.</summary>
    /// <param name="parts">At least one, of equal numbers of rows.</param>
    /// <exception cref="ArgumentException">There is none, or their heights differ.</exception>
    public static Tensor ConcatenateColumns(params Tensor[] parts) =>
        Several(parts).Aggregate((all, next) => new ConcatenateColumns(all, next).Output);

    /// <summary>The sum of all elements, [1, 1].</summary>
    public Tensor Sum() => TensorMath.Sum(this);

    /// <summary>The mean of all elements, [1, 1].</summary>
    public Tensor Mean() => (1f / Shape.Length) * Sum();

    /// <summary>The sum of each row, [rows, 1].</summary>
    public Tensor RowSums() => new RowSums(this).Output;

    /// <summary>The mean of each row, [rows, 1].</summary>
    public Tensor RowMeans() => (1f / Columns) * RowSums();

    /// <summary>The sum of each column, [1, columns].</summary>
    public Tensor ColumnSums() => new ColumnSums(this).Output;

    /// <summary>The mean of each column, [1, columns]: of a batch, the mean sample.</summary>
    public Tensor ColumnMeans() => (1f / Rows) * ColumnSums();

    /// <summary>x², elementwise.</summary>
    public Tensor Square() => this * this;

    /// <summary>√x, elementwise; NaN below 0. Its derivative at 0 is taken as 0.</summary>
    public Tensor SquareRoot() => TensorMath.SquareRoot(this);

    /// <summary>|x|, elementwise.</summary>
    public Tensor Abs() => Activate(Activation.Relu) + (-this).Activate(Activation.Relu);

    /// <summary>e^x, elementwise.</summary>
    public Tensor Exp() => TensorMath.Exp(this);

    /// <summary>ln x, elementwise; −∞ at 0, NaN below.</summary>
    public Tensor Log() => TensorMath.Log(this);

    /// <summary>ln(1 + e^x), elementwise, which can't overflow: −ln σ(−x).</summary>
    public Tensor Softplus() => TensorMath.Softplus(this);

    /// <summary>e^x[r,c] / Σ e^x[r,·] of each row.</summary>
    public Tensor Softmax() => new Softmax(this).Output;

    /// <summary>f(x), elementwise.</summary>
    /// <param name="activation">f.</param>
    public Tensor Activate(Activation activation) =>
        activation == Activation.Identity ? this : new Activate(this, activation).Output;

    /// <summary>
    /// The gradient of the sum of all elements of a tensor towards another one, as a tensor of that one's shape. It can
    /// be differentiated again, as gradient penalties are.
    /// </summary>
    /// <param name="output">What is differentiated, such as a loss [1, 1].</param>
    /// <param name="input">Towards what: an input, a weight, or anything that the output is computed from.</param>
    /// <exception cref="ArgumentException">The output does not depend on the input.</exception>
    public static Tensor Gradient(Tensor output, Tensor input) =>
        Gradients.Of([(Given(output), new Fill(output.Shape, 1f).Output)], [Given(input)])[0];

    private static Tensor[] Several(Tensor[] parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        return parts.Length > 0 ? [.. parts.Select(Given)]
            : throw new ArgumentException("There is nothing to concatenate.", nameof(parts));
    }
}
