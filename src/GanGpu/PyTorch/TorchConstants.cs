using GanGpu.Graph;
using GanGpu.Kernels.Elementwise;
using GanGpu.Networks;

namespace GanGpu.PyTorch;

/// <summary>
/// A matrix that is the same for each sample: a learned tensor, or what is computed of some. Where it is repeated, it
/// is there once.
/// </summary>
/// <param name="Node">The matrix.</param>
/// <param name="Rows">Its rows; 1 where each row is the same.</param>
/// <param name="Columns">Its columns; 1 where each column is the same.</param>
/// <param name="Number">Its values where all are one number of the program's.</param>
internal sealed record TorchConstant(TorchNode Node, int Rows, int Columns, float? Number = null);

/// <summary>
/// What a network computes of its learned tensors alone, as matrices of PyTorch that lie as they do here.
/// </summary>
internal sealed class TorchConstants
{
    private readonly Dictionary<Tensor, TorchConstant> all = [];
    private readonly HashSet<Tensor> learned;
    private readonly TorchNode input;

    /// <param name="parameters">The network's tensors.</param>
    /// <param name="input">What the network is given, which tells how many samples there are, and where.</param>
    public TorchConstants(Parameters parameters, TorchNode input)
    {
        this.input = input;
        foreach (Parameter parameter in parameters.All)
            all.Add(parameter.Tensor, Leaf(parameter.Tensor, null, isTrained: true));
        foreach (Parameter state in parameters.States)
            all.Add(state.Tensor, Leaf(state.Tensor, null, isTrained: false));
        learned = [.. all.Keys];
    }

    public TorchConstant this[Tensor tensor] => all[tensor];

    public bool Contains(Tensor tensor) => all.ContainsKey(tensor);

    /// <summary>Whether a tensor is one that is kept, rather than computed.</summary>
    public bool IsLearned(Tensor tensor) => learned.Contains(tensor);

    /// <summary>Adds what an operation makes, if it makes one matrix of what is the same for each sample.</summary>
    public bool TryAdd(Operation operation)
    {
        if (!operation.Inputs.All(all.ContainsKey) || Made(operation) is not { } made)
            return false;
        all.Add(operation.Output, made);
        return true;
    }

    /// <summary>The whole matrix; null where it has as many rows as there are samples, or pixels of them.</summary>
    public TorchNode? Whole(Tensor tensor)
    {
        (TorchConstant constant, (int rows, int columns)) = (all[tensor], tensor.Shape);
        if ((constant.Rows, constant.Columns) == (rows, columns) && constant.Number is null)
            return constant.Node;
        return constant.Rows != rows && rows % TorchTranslation.Samples == 0 ? null
            : Repeated(constant, $"{rows}, {columns}", []);
    }

    /// <summary>One row of it, of what has the same rows.</summary>
    public TorchNode Row(Tensor tensor) => Wide(all[tensor], tensor);

    /// <summary>The same rows for each sample; null where they are no such rows.</summary>
    public TorchValue? ForEachSample(Tensor tensor)
    {
        (TorchConstant constant, (int rows, int columns)) = (all[tensor], tensor.Shape);
        if (constant.Rows != 1 || rows % TorchTranslation.Samples != 0)
            return null;
        rows /= TorchTranslation.Samples;
        return rows == 1 ? new(Repeated(constant, $"{columns}", [input]), VectorOrder.Plain(columns))
            : TorchValue.OfMatrices(Repeated(constant, $"{rows}, {columns}", [input]), rows, columns);
    }

    /// <summary>A function of each value; null where the operation is none.</summary>
    public static TorchNode? Function(Operation operation, TorchNode x) => operation switch
    {
        Scale scale => x.Then($"({TorchModule.Number(scale.Factor)} * {{0}})"),
        Activate { Activation: { Kind: ActivationKind.LeakyRelu } leaky } =>
            x.Then($"nn.functional.leaky_relu({{0}}, {TorchModule.Number(leaky.Leak)})"),
        Activate { Activation.Kind: ActivationKind.Relu } => x.Then($"torch.relu({{0}})"),
        Activate { Activation.Kind: ActivationKind.Tanh } => x.Then($"torch.tanh({{0}})"),
        Activate { Activation.Kind: ActivationKind.Sigmoid } => x.Then($"torch.sigmoid({{0}})"),
        Elementwise { Function: { Offset: not 0f } function } => Function(
            function.Kind, x.Then($"({{0}} + {TorchModule.Number(function.Offset)})")),
        Elementwise { Function: var function } => Function(function.Kind, x),
        _ => null,
    };

    /// <summary>Reciprocals are 0 of 0 here.</summary>
    private static TorchNode? Function(ElementwiseKind kind, TorchNode x) => kind switch
    {
        ElementwiseKind.Exponential => x.Then($"{{0}}.exp()"),
        ElementwiseKind.Logarithm => x.Then($"{{0}}.log()"),
        ElementwiseKind.SquareRoot => x.Then($"{{0}}.sqrt()"),
        ElementwiseKind.Softplus => x.Then($"nn.functional.softplus({{0}})"),
        ElementwiseKind.Reciprocal => new(null, "torch.where({0} == 0, {1}, 1 / {2})", x, x, x),
        ElementwiseKind.InverseSquareRoot => new(null, "torch.where({0} == 0, {1}, {2}.rsqrt())", x, x, x),
        _ => null,
    };

    private static TorchConstant Leaf(Tensor tensor, Tensor? spectralState, bool isTrained) => new(
        new(null, "") { Learned = (tensor, spectralState, isTrained) }, tensor.Shape.Rows, tensor.Shape.Columns);

    private TorchConstant? Made(Operation operation)
    {
        (int rows, int columns) = operation.Output.Shape;
        if (operation is Fill fill)
            return new(new(null, TorchModule.Number(fill.Value)), 1, 1, fill.Value);
        if (operation.Inputs.Count == 0)
            return null;
        Tensor first = operation.Inputs[0];
        TorchConstant x = all[first];
        switch (operation)
        {
            case TracedLayer { Layer: nameof(Layers.SpectralNorm) } norm when learned.Contains(first):
                // The same weight may be normalised several times, and is one tensor.
                return all.Values.FirstOrDefault(known => known.Node.Learned is { SpectralState: not null } same
                        && same.Tensor == first) ?? Leaf(first, norm.Inputs[1], isTrained: true);
            case BroadcastRows or BroadcastColumns:
            case Reshape when (x.Rows, x.Columns) == (1, 1):
            case SliceRows when x.Rows == 1:
            case SliceColumns when x.Columns == 1:
                return x;
            case Add or AddBias or Multiply or ScaleRows:
                TorchConstant y = all[operation.Inputs[1]];
                return new(
                    new(null, operation is Add or AddBias ? TorchNode.Sum : TorchNode.Product, Matrix(x), y.Node),
                    Math.Max(x.Rows, y.Rows), Math.Max(x.Columns, y.Columns));
            case Reshape when !IsOfSamples(x, first):
                return Of(first, $"{{0}}.reshape({rows}, {columns})", rows, columns);
            case SliceRows slice:
                int from = slice.First / columns;
                return x with { Node = x.Node.Then($"{{0}}[{from}:{from + rows}]"), Rows = rows };
            case SliceColumns slice:
                return x with
                {
                    Node = x.Node.Then($"{{0}}[:, {slice.First}:{slice.First + columns}]"),
                    Columns = columns,
                };
            case RowSums:
                return x with { Node = Wide(x, first).Then($"{{0}}.sum(1, keepdim=True)"), Columns = 1, Number = null };
            case Softmax:
                return x with { Node = Wide(x, first).Then($"{{0}}.softmax(1)"), Columns = columns, Number = null };
            case ColumnSums:
                return Of(first, $"{{0}}.sum(0, keepdim=True)", 1, columns);
            case ConcatenateColumns or StackRows:
                return Joined(operation, operation is StackRows ? 0 : 1);
            case MatMul product:
                return Multiplied(product);
            default:
                return Function(operation, Matrix(x)) is { } function
                    ? x with { Node = function, Number = null } : null;
        }
    }

    private TorchConstant? Of(Tensor whole, FormattableString expression, int rows, int columns) =>
        Whole(whole) is { } node ? new(node.Then(expression), rows, columns) : null;

    private TorchConstant? Joined(Operation operation, int axis)
    {
        bool alike = axis == 1 && operation.Inputs.All(input => all[input].Rows == 1);
        TorchNode?[] parts =
            [.. operation.Inputs.Select(input => alike ? Wide(all[input], input) : Whole(input))];
        string names = string.Join(", ", parts.Select((_, i) => FormattableString.Invariant($"{{{i}}}")));
        return parts.Contains(null) ? null : new(
            new(null, $"torch.cat(({names}), {axis})", parts!), alike ? 1 : operation.Output.Shape.Rows,
            operation.Output.Shape.Columns);
    }

    private TorchConstant? Multiplied(MatMul product)
    {
        TorchConstant a = all[product.A];
        bool alike = a.Rows == 1 && !product.Gemm.TransposeA;
        TorchNode? first = alike ? Wide(a, product.A) : Whole(product.A), second = Whole(product.B);
        if (first is null || second is null)
            return null;
        return new(
            new(null, TorchNode.MatrixProduct, product.Gemm.TransposeA ? first.Then($"{{0}}.t()") : first,
                product.Gemm.TransposeB ? second.Then($"{{0}}.t()") : second),
            alike ? 1 : product.Gemm.M, product.Gemm.N);
    }

    /// <summary>Whether it has the same rows for each sample.</summary>
    private static bool IsOfSamples(TorchConstant constant, Tensor tensor) =>
        constant.Rows != tensor.Shape.Rows && tensor.Shape.Rows % TorchTranslation.Samples == 0;

    private TorchNode Wide(TorchConstant constant, Tensor tensor) =>
        constant.Columns == tensor.Shape.Columns && constant.Number is null ? constant.Node
            : Repeated(constant, FormattableString.Invariant($"{constant.Rows}, {tensor.Shape.Columns}"), []);

    private TorchNode Matrix(TorchConstant constant) =>
        constant.Number is null ? constant.Node : Repeated(constant, "1, 1", []);

    /// <summary>The values in more rows and columns; the samples of an input are one axis more.</summary>
    private TorchNode Repeated(TorchConstant constant, string sizes, TorchNode[] samples)
    {
        if (constant.Number is { } number)
            return new(
                null, samples.Length == 0 ? $"{{0}}.new_full(({sizes}), {TorchModule.Number(number)})"
                    : $"{{0}}.new_full((len({{1}}), {sizes}), {TorchModule.Number(number)})", [input, .. samples]);
        return new(
            null, samples.Length == 0 ? $"{{0}}.expand({sizes})" : $"{{0}}.expand(len({{1}}), {sizes})",
            [constant.Node, .. samples]);
    }
}
