using GanGpu.Networks;

namespace GanGpu.PyTorch;

/// <summary>
/// A step of a network in PyTorch: a module with what it is applied to, or an expression of several results; what the
/// network is given has neither.
/// </summary>
/// <param name="module">The module; null for an expression.</param>
/// <param name="code">The expression, with {0} and {1} for what goes in; a name of what the network is given.</param>
/// <param name="inputs">What goes in; of a module one. What an expression names twice goes in twice.</param>
internal sealed class TorchNode(TorchModule? module, string code, params TorchNode[] inputs)
{
    /// <summary>Expressions of two.</summary>
    public const string Sum = "({0} + {1})", Product = "({0} * {1})", MatrixProduct = "({0} @ {1})";

    public TorchModule? Module => module;

    public string Code => code;

    public IReadOnlyList<TorchNode> Inputs => inputs;

    /// <summary>The learned tensor that it is, and the state by which that is spectrally normalised.</summary>
    public (Tensor Tensor, Tensor? SpectralState, bool IsTrained)? Learned { get; init; }

    /// <summary>An expression of it.</summary>
    public TorchNode Then(FormattableString expression) =>
        new(null, FormattableString.Invariant(expression), this);

    /// <summary>A module applied to it.</summary>
    public TorchNode Through(TorchModule next) => new(next, "", this);

    /// <summary>The same step of something else.</summary>
    public TorchNode Of(params TorchNode[] others) => new(module, code, others);
}

/// <summary>How images lie in the rows of a tensor here.</summary>
internal enum ImageRows
{
    /// <summary>A row is a pixel.</summary>
    Pixels,

    /// <summary>A row is a sample.</summary>
    Flat,

    /// <summary>A row is a sample, which is taken as one pixel of all its values.</summary>
    OnePixel,
}

/// <summary>
/// A tensor of a network as PyTorch has it: classes [n], vectors [n, length], images [n, channels, height, width], or
/// matrices [n, rows, columns], whose values lie as they do here.
/// </summary>
/// <param name="Node">Where it comes from.</param>
/// <param name="Order">Of vectors: where their values lie.</param>
/// <param name="Image">Of images: their size.</param>
/// <param name="Rows">Of images: how they lie in rows here.</param>
internal sealed record TorchValue(
    TorchNode Node, VectorOrder? Order = null, SampleShape? Image = null, ImageRows Rows = ImageRows.Pixels)
{
    /// <summary>Of matrices: their size.</summary>
    public (int Rows, int Columns)? Matrix { get; init; }

    /// <summary>Of classes: how many there are.</summary>
    public int Classes { get; init; }

    /// <summary>Whether it is classes.</summary>
    public bool IsLabels => Order is null && Image is null && Matrix is null;

    /// <summary>Whether it is images whose pixels are rows here.</summary>
    public bool IsPixels => Image is not null && Rows == ImageRows.Pixels;

    /// <summary>The axis in PyTorch of what are columns here, unless it is images with one row a sample.</summary>
    public int ColumnAxis => Matrix is null ? 1 : 2;

    public static TorchValue OfMatrices(TorchNode node, int rows, int columns) => rows == 1
        ? new(node.Then($"{{0}}.flatten(1)"), VectorOrder.Plain(columns))
        : new(node) { Matrix = (rows, columns) };

    /// <summary>What a module makes of it that keeps its form.</summary>
    public TorchValue Through(TorchModule module) => this with { Node = Node.Through(module) };

    /// <summary>As many rows, of other columns.</summary>
    public TorchValue Columns(TorchNode node, int columns) => Matrix is { } size
        ? new(node) { Matrix = size with { Columns = columns } }
        : Image is { } image ? this with { Node = node, Image = image with { Channels = columns } }
        : new(node, VectorOrder.Plain(columns));
}
