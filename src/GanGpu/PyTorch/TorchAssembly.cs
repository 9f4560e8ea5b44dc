using System.Globalization;
using System.Text;

namespace GanGpu.PyTorch;

/// <summary>
/// Puts the steps of a network together as one module: an nn.Sequential where they follow each other, else a class of
/// its own that says how its members belong together. Members have the names that PyTorch-GAN gives them
/// (implementations/cgan and acgan): "label_emb", "model", and where vectors become images "l1" and "conv_blocks".
/// Learned tensors that belong to no layer have the names that the network gives them, see <see cref="TorchNames"/>.
/// </summary>
internal sealed class TorchAssembly
{
    private const string Indent = "        ";

    /// <summary>A longer expression becomes several.</summary>
    private const int LongestExpression = 80;

    private readonly Dictionary<TorchNode, int> uses = [];
    private readonly Dictionary<TorchNode, string> variables = [];
    private readonly List<(string Name, TorchModule Module)> members = [];
    private readonly List<TorchTensor> tensors = [];
    private readonly HashSet<string> names = [];
    private readonly StringBuilder statements = new();
    private readonly TorchNode input, labels, result;
    private readonly string embedding;
    private int locals;

    private TorchAssembly(TorchNode input, TorchNode labels, TorchNode result, string embedding) =>
        (this.input, this.labels, this.result, this.embedding) = (input, labels, result, embedding);

    /// <summary>The whole network.</summary>
    /// <param name="input">What it is given.</param>
    /// <param name="labels">The classes, which it may be given as well.</param>
    /// <param name="result">What it gives.</param>
    /// <param name="embedding">What to call the vectors of classes that go in beside the input.</param>
    public static TorchModule Of(TorchNode input, TorchNode labels, TorchNode result, string embedding)
    {
        result = TorchResiduals.In(result);
        return Chain(result, input) is { } layers ? TorchModule.Sequence(layers)
            : new TorchAssembly(input, labels, result, embedding).Joined();
    }

    /// <summary>The modules on the way from one step to a later one; null where that is not the only way.</summary>
    /// <param name="end">The later one.</param>
    /// <param name="start">Where they begin.</param>
    public static List<TorchModule>? Chain(TorchNode end, TorchNode start)
    {
        List<TorchModule> modules = [];
        while (end != start)
        {
            if (end.Module is not { } module)
                return null;
            modules.Insert(0, module);
            end = end.Inputs[0];
        }

        return modules;
    }

    private TorchModule Joined()
    {
        Count(result);
        string value = Expression(result, embedding);
        string parameters = uses.ContainsKey(labels) || members.Any(member => member.Module.TakesLabels)
            ? $"{input.Code}, {labels.Code}" : input.Code;
        StringBuilder code = new();
        code.Append("class Network(nn.Module):\n    '''Layers, and how they belong together.'''\n\n");
        code.Append(CultureInfo.InvariantCulture,
            $"    def __init__(self{string.Concat(members.Select(member => $", {member.Name}"))}):\n");
        code.Append(Indent).Append("super().__init__()\n");
        foreach (TorchTensor tensor in tensors)
            code.Append(Indent).Append(Declared(tensor)).Append('\n');
        foreach ((string name, _) in members)
            code.Append(CultureInfo.InvariantCulture, $"{Indent}self.{name} = {name}\n");
        code.Append(CultureInfo.InvariantCulture, $"\n    def forward(self, {parameters}):\n{statements}");
        code.Append(CultureInfo.InvariantCulture, $"{Indent}return {Bare(result, value)}");
        return new(members.Count == 0 ? "Network()" : "Network")
        {
            Class = code.ToString(),
            Tensors = tensors,
            Parts = members,
            TakesLabels = parameters != input.Code,
        };
    }

    private static string Declared(TorchTensor tensor)
    {
        string zeros = $"torch.zeros({string.Join(", ", tensor.Shape)})";
        return tensor.IsTrained ? $"self.{tensor.Name} = nn.Parameter({zeros})"
            : $"self.register_buffer('{tensor.Name}', {zeros})";
    }

    private void Count(TorchNode node)
    {
        uses[node] = uses.GetValueOrDefault(node) + 1;
        if (uses[node] > 1)
            return;
        if (node.Learned is { Tensor: var learned } kept)
        {
            string name = TorchNames.Of(learned.Name, names);
            tensors.Add(new(name, [learned.Shape.Rows, learned.Shape.Columns], learned)
            {
                SpectralState = kept.SpectralState,
                IsTrained = kept.IsTrained,
            });
            variables[node] = $"self.{name}";
        }

        foreach (TorchNode before in node.Inputs)
            Count(before);
    }

    /// <summary>Code for a step; what is used again gets a name before.</summary>
    private string Expression(TorchNode node, string vectors)
    {
        if (variables.TryGetValue(node, out string? variable))
            return variable;
        string code = node.Inputs.Count == 0 ? node.Code : node.Module is null ? Joint(node) : Member(node, vectors);
        bool isShort = code.Length <= LongestExpression || node == result;
        if ((uses[node] == 1 && isShort) || node.Inputs.Count == 0)
            return code;
        variable = string.Create(CultureInfo.InvariantCulture, $"x{++locals}");
        statements.Append(CultureInfo.InvariantCulture, $"{Indent}{variable} = {Bare(node, code)}\n");
        return variables[node] = variable;
    }

    /// <summary>Without the parentheses that it has within others.</summary>
    private static string Bare(TorchNode node, string code) =>
        node.Code is TorchNode.Sum or TorchNode.Product or TorchNode.MatrixProduct && code[0] == '('
            ? code[1..^1] : code;

    private string Joint(TorchNode node)
    {
        string vectors = node.Inputs.Contains(input) ? embedding : "classes";
        return string.Format(
            CultureInfo.InvariantCulture, node.Code,
            [.. node.Inputs.Select(before => (object)Expression(before, vectors))]);
    }

    private string Member(TorchNode end, string vectors)
    {
        List<TorchModule> layers = [];
        TorchNode start = end;
        do
        {
            layers.Insert(0, start.Module!);
            start = start.Inputs[0];
        }
        while (start.Module is not null && uses[start] == 1);

        string code = Bare(start, Expression(start, vectors));
        int images = layers.FindIndex(layer => layer.Code.StartsWith("nn.Unflatten", StringComparison.Ordinal)) + 1;
        if (end == result && images > 0 && images < layers.Count)
            return Called("conv_blocks", layers[images..], Called("l1", layers[..images], code));
        return Called(
            start == labels ? vectors : end == result ? "model"
            : layers is [{ KerasType: "dense", Tensors: [{ Shape: [_, _] }, ..] }] ? "linear" : "features",
            layers, code);
    }

    private string Called(string name, List<TorchModule> layers, string argument)
    {
        TorchModule module = layers.Count == 1 && name is not ("model" or "features" or "l1" or "conv_blocks")
            ? layers[0] : TorchModule.Sequence(layers);
        string member = TorchNames.Of(name, names);
        members.Add((member, module));
        return $"self.{member}({argument}{(module.TakesLabels ? $", {labels.Code}" : "")})";
    }
}
