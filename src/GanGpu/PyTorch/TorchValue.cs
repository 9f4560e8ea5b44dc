namespace GanGpu.PyTorch;

/// <summary>
/// A step of a network in PyTorch: a module with what it is applied to, or an expression of several results; what the
/// network is given has neither.
/// </summary>
/// <param name="module">The module; null for an expression.</param>
/// <param name="code">The expression, with {0} and {1} for what goes in; a name of what the network is given.</param>
/// <param name="inputs">What goes in; of a module one.</param>
internal sealed class TorchNode(TorchModule? module, string code, params TorchNode[] inputs)
{
    public TorchModule? Module => module;

    public string Code => code;

    public IReadOnlyList<TorchNode> Inputs => inputs;
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
/// A tensor of a network as PyTorch has it: classes [n], vectors [n, length], or images [n, channels, height, width].
/// </summary>
/// <param name="Node">Where it comes from.</param>
/// <param name="Order">Of vectors: where their values lie.</param>
/// <param name="Image">Of images: their size.</param>
/// <param name="Rows">Of images: how they lie in rows here.</param>
internal sealed record TorchValue(
    TorchNode Node, VectorOrder? Order = null, SampleShape? Image = null, ImageRows Rows = ImageRows.Pixels)
{
    /// <summary>Whether it is classes.</summary>
    public bool IsLabels => Order is null && Image is null;

    /// <summary>What a module makes of it that keeps its form.</summary>
    public TorchValue Through(TorchModule module) => this with { Node = new(module, "", Node) };
}
