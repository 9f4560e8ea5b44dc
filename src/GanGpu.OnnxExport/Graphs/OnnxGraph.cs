using System.Globalization;
using System.Runtime.InteropServices;
using GanGpu.OnnxExport.Format;
using Google.Protobuf;

namespace GanGpu.OnnxExport.Graphs;

/// <summary>
/// An ONNX graph in the making: nodes are appended in an order in which each follows those that it reads from.
/// </summary>
internal sealed class OnnxGraph
{
    private readonly GraphProto graph;
    private readonly HashSet<string> names = [];
    private readonly Dictionary<string, int> counts = [];

    public OnnxGraph(string name) => graph = new GraphProto { Name = name };

    public GraphProto Graph => graph;

    /// <summary>A value that is given from outside.</summary>
    /// <param name="name">Unique in the graph.</param>
    /// <param name="type">Of its elements.</param>
    /// <param name="what">For who reads the file.</param>
    /// <param name="perSample">The dimensions that follow that of the batch.</param>
    public string Input(string name, TensorProto.Types.DataType type, string what, params ReadOnlySpan<int> perSample)
    {
        Take(name);
        graph.Input.Add(Info(name, type, what, perSample));
        return name;
    }

    /// <summary>Makes a value a result, under a name of its own.</summary>
    /// <param name="value">What a node gives.</param>
    /// <param name="name">Unique in the graph.</param>
    /// <param name="what">For who reads the file.</param>
    /// <param name="perSample">The dimensions that follow that of the batch.</param>
    public void Output(string value, string name, string what, params ReadOnlySpan<int> perSample)
    {
        Take(name);
        graph.Node.Add(
            new NodeProto { OpType = "Identity", Name = Fresh("Identity"), Input = { value }, Output = { name } });
        graph.Output.Add(Info(name, TensorProto.Types.DataType.Float, what, perSample));
    }

    /// <summary>A node of one result.</summary>
    /// <param name="type">The operator.</param>
    /// <param name="inputs">Its operands; an empty name leaves out an optional one.</param>
    /// <param name="attributes">Its attributes.</param>
    /// <returns>The result's name.</returns>
    public string Node(string type, string[] inputs, params AttributeProto[] attributes)
    {
        string name = Fresh(type);
        graph.Node.Add(
            new NodeProto
            {
                OpType = type,
                Name = name,
                Input = { inputs },
                Output = { name },
                Attribute = { attributes }
            });
        return name;
    }

    /// <summary>Numbers that are part of the file.</summary>
    /// <param name="name">A name to begin with; where it is taken a number follows.</param>
    /// <param name="values">In the order of the dimensions, the last one fastest.</param>
    /// <param name="dimensions">None for a single number.</param>
    /// <returns>The name that it has got.</returns>
    public string Constant(string name, ReadOnlySpan<float> values, params ReadOnlySpan<int> dimensions) =>
        Constant(name, MemoryMarshal.AsBytes(values), TensorProto.Types.DataType.Float, dimensions);

    /// <summary>Whole numbers that are part of the file, such as a shape.</summary>
    /// <param name="name">A name to begin with; where it is taken a number follows.</param>
    /// <param name="values">One dimension.</param>
    public string Constant(string name, params ReadOnlySpan<long> values) =>
        Constant(name, MemoryMarshal.AsBytes(values), TensorProto.Types.DataType.Int64, [values.Length]);

    private string Constant(
        string name, ReadOnlySpan<byte> little, TensorProto.Types.DataType type, ReadOnlySpan<int> dimensions)
    {
        string taken = names.Contains(name) ? Fresh(name) : Take(name);
        TensorProto tensor = new() { Name = taken, DataType = (int)type, RawData = ByteString.CopyFrom(little) };
        foreach (int dimension in dimensions)
            tensor.Dims.Add(dimension);
        graph.Initializer.Add(tensor);
        return taken;
    }

    private static ValueInfoProto Info(
        string name, TensorProto.Types.DataType type, string what, ReadOnlySpan<int> perSample)
    {
        TensorShapeProto shape = new() { Dim = { new TensorShapeProto.Types.Dimension { DimParam = "batch" } } };
        foreach (int dimension in perSample)
            shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = dimension });
        return new ValueInfoProto
        {
            Name = name,
            DocString = what,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape } },
        };
    }

    private string Take(string name) =>
        names.Add(name) ? name : throw new ArgumentException($"Two values of the graph would be called '{name}'.");

    private string Fresh(string stem)
    {
        string name;
        do
        {
            counts[stem] = counts.GetValueOrDefault(stem) + 1;
            name = string.Create(CultureInfo.InvariantCulture, $"{stem}_{counts[stem]}");
        }
        while (!names.Add(name));
        return name;
    }
}
