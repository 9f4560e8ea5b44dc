using System.Text;

namespace GanGpu.PyTorch;

/// <summary>
/// The Python code that goes with a file of weights: the network as modules of PyTorch, and a reader of safetensors
/// files for where their package is not installed. Of a user's text it has names alone, see <see cref="TorchNames"/>.
/// </summary>
internal static class TorchCode
{
    private const string Indent = "    ";

    private const string Reader = """
        def load(path):
            '''The tensors of a safetensors file; safetensors.torch.load_file gives the same.'''
            with open(path, 'rb') as file:
                header = json.loads(file.read(struct.unpack('<Q', file.read(8))[0]))
                values = bytearray(file.read())
            types = {'F32': torch.float32, 'I64': torch.int64}
            header.pop('__metadata__', None)
            return {name: torch.frombuffer(values, dtype=types[tensor['dtype']], count=math.prod(tensor['shape']),
                                           offset=tensor['data_offsets'][0]).reshape(tensor['shape'])
                    for name, tensor in header.items()}
        """;

    public static string Of(ExchangedNetwork network, SampleFormat sample, NoiseDistribution latent, int packing)
    {
        string name = network.Name;
        StringBuilder code = new();
        code.Append($"# The {name} that GanGpu trained, for PyTorch: python3 THIS_FILE WEIGHTS.safetensors\n");
        code.Append($"# Takes {Taken(network, sample, latent, packing)}; gives {Given(network, sample)}.\n");
        code.Append("import json\nimport math\nimport struct\nimport sys\n\nimport torch\nfrom torch import nn\n");
        foreach (string definition in Classes(network.Module).Distinct())
            code.Append($"\n\n{definition}\n");
        code.Append($"\n\n{name} = ");
        Write(code, network.Module, "");
        code.Append($"\n\n\n{Reader}\n\n\nif __name__ == '__main__':\n");
        code.Append($"{Indent}{name}.load_state_dict(load(sys.argv[1]), strict=True)\n{Indent}{name}.eval()\n");
        code.Append(name == ExchangedNetwork.Generator ? Draw(network, sample, latent)
            : $"{Indent}print(sum(weight.numel() for weight in {name}.parameters()), 'weights')\n");
        return code.ToString().Replace("\r\n", "\n", StringComparison.Ordinal);
    }

    private static string Taken(ExchangedNetwork network, SampleFormat sample, NoiseDistribution latent, int packing)
    {
        string given = network switch
        {
            { Name: ExchangedNetwork.Generator } => $"noise [n, {LatentSizes(network)}], "
                + (latent == NoiseDistribution.Normal ? "normal" : "uniform on -1..1"),
            { TakenImage: { } image } => $"images [n, {image.Channels}, {image.Height}, {image.Width}] in -1..1",
            _ => $"samples [n, {packing * sample.Length}]"
                + (sample.IsFlat ? ""
                    : ", which are images [n, channels, height, width] in -1..1 flattened"),
        };
        return network.Module.TakesLabels ? $"{given}, and labels [n] of 0..{network.Preset.Classes - 1}" : given;
    }

    private static string Given(ExchangedNetwork network, SampleFormat sample) => (network.Name, network.Preset) switch
    {
        (ExchangedNetwork.Generator, _) when sample.IsFlat => $"{sample.Modality} [n, {sample.Length}]",
        (ExchangedNetwork.Generator, _) => $"{sample.Modality} in -1..1, "
            + (network.GivesImages ? "" : $"[n, {sample.Length}] to be reshaped to ")
            + $"[n, {sample.Channels}, {sample.Height}, {sample.Width}]",
        (_, { ClassUse: ClassUse.Auxiliary, Classes: int classes }) =>
            $"the logit of a sample being real and those of its classes, [n, {1 + classes}]",
        (_, { ClassUse: ClassUse.SemiSupervised, Classes: int classes }) =>
            $"the logits of its classes [n, {classes}], whose logsumexp is that of a sample being real",
        _ => "the logits of samples being real, [n, 1]",
    };

    /// <summary>
    /// The sizes of a latent vector: one pixel where the network begins with a transposed convolution.
    /// </summary>
    private static string LatentSizes(ExchangedNetwork network) => network.TakenImage is { } image
        ? FormattableString.Invariant($"{image.Channels}, {image.Height}, {image.Width}")
        : FormattableString.Invariant($"{network.Preset.LatentSize}");

    private static string Draw(ExchangedNetwork network, SampleFormat sample, NoiseDistribution latent)
    {
        bool labels = network.Module.TakesLabels;
        return $"{Indent}noise = "
            + (latent == NoiseDistribution.Normal
                ? $"torch.randn(64, {LatentSizes(network)})\n"
                : $"2 * torch.rand(64, {LatentSizes(network)}) - 1\n")
            + (labels ? $"{Indent}labels = torch.arange(64) % {network.Preset.Classes}\n" : "")
            + $"{Indent}with torch.no_grad():\n{Indent}{Indent}samples = "
            + $"generator({(labels ? "noise, labels" : "noise")})"
            + (sample.IsFlat ? "\n"
                : $".reshape(-1, {sample.Channels}, {sample.Height}, {sample.Width})\n")
            + $"{Indent}print(tuple(samples.shape), 'from', samples.min().item(), 'to', samples.max().item())\n";
    }

    private static IEnumerable<string> Classes(TorchModule module) =>
        module.Parts.SelectMany(part => Classes(part.Module)).Concat(module.Class is null ? [] : [module.Class]);

    private static void Write(StringBuilder code, TorchModule module, string indent)
    {
        code.Append(module.Code);
        if (module.Parts.Count == 0)
            return;
        code.Append("(\n");
        foreach ((string name, TorchModule part) in module.Parts)
        {
            code.Append(indent).Append(Indent);
            if (!module.IsSequence)
                code.Append(name).Append('=');
            Write(code, part, indent + Indent);
            code.Append(",\n");
        }

        code.Append(indent).Append(')');
    }
}
