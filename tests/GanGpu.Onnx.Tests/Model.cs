namespace GanGpu.Onnx.Tests;

/// <summary>A small ONNX network, written as onnx.proto has it (IR version 8, operators of version 13).</summary>
internal sealed class Model
{
    /// <summary>TensorProto.DataType.</summary>
    public const int Float = 1, UInt8 = 2, Int64 = 7;

    /// <summary>A size that may be any.</summary>
    public const int Any = -1;

    private readonly Wire graph = new Wire().Text(2, "graph");

    public Model Input(string name, int type, params int[] sizes) => Value(11, name, type, sizes);

    public Model Output(string name, int type, params int[] sizes) => Value(12, name, type, sizes);

    public Model Constant(string name, float[] values, params int[] sizes)
    {
        Wire tensor = new();
        foreach (int size in sizes)
            tensor.Number(1, size);
        graph.Message(5, tensor.Number(2, Float).Text(8, name).Floats(9, values));
        return this;
    }

    /// <summary>
    /// A node of one or two inputs, one output, and attributes that are an integer each, or integers.
    /// </summary>
    public Model Node(
        string type, string[] inputs, string output, params (string Name, int[] Values, bool IsList)[] attributes)
    {
        Wire node = new();
        foreach (string input in inputs)
            node.Text(1, input);
        node.Text(2, output).Text(4, type);
        foreach ((string name, int[] values, bool isList) in attributes)
        {
            Wire attribute = new Wire().Text(1, name);
            foreach (int value in values)
                attribute.Number(isList ? 8 : 3, value);
            node.Message(5, attribute.Number(20, isList ? 7 : 2));
        }

        graph.Message(1, node);
        return this;
    }

    public byte[] ToArray() =>
        new Wire().Number(1, 8).Message(7, graph).Message(8, new Wire().Text(1, "").Number(2, 13)).ToArray();

    /// <summary>What it is given, as a vector for each image: it shows what a network sees.</summary>
    public static Model Flatten(int type, params int[] sizes)
    {
        Model model = new Model().Input("images", type, sizes).Output("features", Float, sizes[0], Any);
        string input = "images";
        if (type != Float)
            model.Node("Cast", [input], input = "numbers", ("to", [Float], false));
        return model.Node("Flatten", [input], "features", ("axis", [1], false));
    }

    /// <summary>Pixels times a matrix of as many columns as there are features.</summary>
    public static Model Projection(int channels, int height, int width, float[] weights, int features) => new Model()
        .Input("images", Float, Any, channels, height, width)
        .Output("features", Float, Any, features)
        .Constant("weights", weights, channels * height * width, features)
        .Node("Flatten", ["images"], "flat", ("axis", [1], false))
        .Node("MatMul", ["flat", "weights"], "features");

    /// <summary>The mean of each channel, [N, C, 1, 1].</summary>
    public static Model Pool(params int[] sizes) => new Model()
        .Input("images", Float, sizes)
        .Output("pooled", Float, sizes[0], sizes[1], 1, 1)
        .Node("GlobalAveragePool", ["images"], "pooled");

    private Model Value(int field, string name, int type, int[] sizes)
    {
        Wire shape = new();
        for (int i = 0; i < sizes.Length; i++)
            shape.Message(1, sizes[i] == Any ? new Wire().Text(2, $"{name}{i}") : new Wire().Number(1, sizes[i]));
        graph.Message(
            field, new Wire().Text(1, name)
            .Message(2, new Wire().Message(1, new Wire().Number(1, type).Message(2, shape))));
        return this;
    }
}
