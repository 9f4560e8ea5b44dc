using System.Text;
using GanGpu.Data;
using GanGpu.Kernels.Random;
using GanGpu.Objectives;
using GanGpu.Presets;

namespace GanGpu.PyTorch;

/// <summary>
/// The Python code that goes with a file of weights: the network as modules of PyTorch, and a reader of safetensors
/// files for where their package is not installed. Nothing in it is text of a user.
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

    public static string Of(ExchangedNetwork network, SampleShape sample, NoiseDistribution latent, int packing)
    {
        string name = network.IsGenerator ? "generator" : "discriminator";
        StringBuilder code = new();
        code.Append($"# The {name} of a GAN that GanGpu trained, for PyTorch: python3 THIS_FILE WEIGHTS.safetensors\n");
        code.Append(network.IsGenerator ? GeneratorNote(network.Preset, sample, latent)
            : DiscriminatorNote(network.Preset, sample, packing));
        code.Append("import json\nimport math\nimport struct\nimport sys\n\nimport torch\nfrom torch import nn\n");
        foreach (string definition in Classes(network.Module).Distinct())
            code.Append($"\n\n{definition}\n");
        code.Append($"\n\n{name} = ");
        Write(code, network.Module, "");
        code.Append($"\n\n\n{Reader}\n\n\nif __name__ == '__main__':\n");
        code.Append($"{Indent}{name}.load_state_dict(load(sys.argv[1]), strict=True)\n{Indent}{name}.eval()\n");
        code.Append(network.IsGenerator ? Draw(network.Preset, sample, latent)
            : $"{Indent}print(sum(weight.numel() for weight in {name}.parameters()), 'weights')\n");
        return code.ToString().Replace("\r\n", "\n", StringComparison.Ordinal);
    }

    /// <summary>
    /// The sizes of a latent vector: one pixel where the network begins with a transposed convolution.
    /// </summary>
    private static string LatentSizes(Preset preset) =>
        preset is DcganPreset ? FormattableString.Invariant($"{preset.LatentSize}, 1, 1")
        : FormattableString.Invariant($"{preset.LatentSize}");

    private static string GeneratorNote(Preset preset, SampleShape sample, NoiseDistribution latent) =>
        $"# Takes noise [n, {LatentSizes(preset)}], " +
        $"{(latent == NoiseDistribution.Normal ? "normal" : "uniform on -1..1")}"
        + (preset.GeneratesClasses ? $", and labels [n] of 0..{preset.Classes - 1}" : "")
        + (sample.IsVector
            ? $"; gives points [n, {sample.Length}].\n"
            : "; gives images in -1..1, "
                + (preset is QuickPreset or MlpPreset or WganPreset or CganPreset or SganPreset
                    ? $"[n, {sample.Length}] to be reshaped to "
                    : "")
                + $"[n, {sample.Channels}, {sample.Height}, {sample.Width}].\n");

    private static string DiscriminatorNote(Preset preset, SampleShape sample, int packing) =>
        "# Takes "
        + (sample.IsVector
            || preset is QuickPreset or MlpPreset or WganPreset or CganPreset or SganPreset or Toy2dPreset
            ? "samples [n, " +
                $"{packing * sample.Length}]{(sample.IsVector ? "" : ", which are images [n, channels, height, width] in -1..1 flattened")}"
            : $"images [n, {packing * sample.Channels}, {sample.Height}, {sample.Width}] in -1..1")
        + (preset.ClassUse == ClassUse.Condition ? $", and labels [n] of 0..{preset.Classes - 1}" : "")
        + preset.ClassUse switch
        {
            ClassUse.Auxiliary =>
                $"; gives the logit of a sample being real and those of its classes, [n, {1 + preset.Classes}].\n",
            ClassUse.SemiSupervised =>
                $"; gives the logits of its classes [n, {preset.Classes}], whose logsumexp is that of a sample being " +
                "real.\n",
            _ => "; gives the logits of samples being real, [n, 1].\n",
        };

    private static string Draw(Preset preset, SampleShape sample, NoiseDistribution latent) =>
        $"{Indent}noise = " +
        (latent == NoiseDistribution.Normal
            ? $"torch.randn(64, {LatentSizes(preset)})\n"
            : $"2 * torch.rand(64, {LatentSizes(preset)}) - 1\n")
        + (preset.GeneratesClasses ? $"{Indent}labels = torch.arange(64) % {preset.Classes}\n" : "")
        + $"{Indent}with torch.no_grad():\n{Indent}{Indent}samples = " +
            $"generator({(preset.GeneratesClasses ? "noise, labels" : "noise")})"
        + (sample.IsVector ? "\n" : $".reshape(-1, {sample.Channels}, {sample.Height}, {sample.Width})\n")
        + $"{Indent}print(tuple(samples.shape), 'from', samples.min().item(), 'to', samples.max().item())\n";

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
