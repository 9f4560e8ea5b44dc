using GanGpu.Graph;
using GanGpu.Networks;
using GanGpu.OnnxExport.Operations;

namespace GanGpu.OnnxExport.Graphs;

/// <summary>
/// Turns a network's operations into nodes, one after the other. The network is described for <see cref="Batch"/>
/// samples, and what has as many rows for each sample becomes a tensor whose first dimension is open.
/// </summary>
internal sealed class NetworkTranslation(OnnxGraph graph, FoldedConstants constants)
{
    /// <summary>
    /// Samples that the network is described for: more than one, so that what is done for each can be told from what is
    /// done once.
    /// </summary>
    public const int Batch = 3;

    private readonly Dictionary<Tensor, Content> contents = [];
    private readonly Dictionary<(Tensor, string Layout), string> placed = [];

    public OnnxGraph Graph { get; } = graph;

    /// <summary>The name of the classes that samples are of [batch]; null where there are none.</summary>
    public string? Labels { get; init; }

    public Content this[Tensor tensor] => contents[tensor];

    public bool Has(Tensor tensor) => contents.ContainsKey(tensor);

    public void Put(Tensor tensor, Content content) => contents.Add(tensor, content);

    /// <summary>The result of an operation of one result.</summary>
    public void PutRows(Operation operation, string name) =>
        Put(operation.Output, Content.OfRows(Graph, operation.Output.Shape.Columns, name));

    public bool IsConstant(Tensor tensor) => constants.Contains(tensor);

    /// <summary>The numbers of a constant.</summary>
    public float[] NumbersOf(Tensor tensor) => constants[tensor];

    /// <summary>A constant, in the file once for each layout.</summary>
    /// <param name="tensor">Which.</param>
    /// <param name="values">Its numbers, in the order of the dimensions.</param>
    /// <param name="dimensions">The layout.</param>
    public string Constant(Tensor tensor, float[] values, params ReadOnlySpan<int> dimensions)
    {
        (Tensor, string) key = (tensor, string.Join('x', dimensions.ToArray()));
        return placed.TryGetValue(key, out string? name) ? name
            : placed[key] = Graph.Constant(constants.NameOf(tensor), values, dimensions);
    }

    /// <summary>A matrix that is the same for each sample.</summary>
    /// <exception cref="NotSupportedException">It depends on samples.</exception>
    public string Matrix(Tensor tensor, Operation of) => IsConstant(tensor)
        ? Constant(tensor, NumbersOf(tensor), tensor.Shape.Rows, tensor.Shape.Columns)
        : throw Untranslatable(of, "it multiplies samples with each other");

    /// <summary>Rows of a tensor for each sample.</summary>
    /// <exception cref="NotSupportedException">They are no whole number.</exception>
    public static int RowsPerSample(Tensor tensor, Operation of) => tensor.Shape.Rows % Batch == 0
        ? tensor.Shape.Rows / Batch
        : throw Untranslatable(of, "its result is not one for each sample");

    /// <summary>Adds the nodes of all operations that depend on samples.</summary>
    /// <exception cref="NotSupportedException">One has no counterpart in ONNX.</exception>
    public void Add(IEnumerable<Operation> operations)
    {
        foreach (Operation operation in operations.Where(operation => !operation.Outputs.All(IsFolded)))
            OperationTranslation.Add(this, operation);
    }

    public static NotSupportedException Untranslatable(Operation operation, string why) =>
        new($"The operation {operation.GetType().Name} can't be written as ONNX here: {why}.");

    private bool IsFolded(Tensor tensor) => constants.IsFolded(tensor);
}
