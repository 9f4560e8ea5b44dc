using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using GanGpu.Onnx.Tests;
using GanGpu.PyTorch;
using GanGpu.Tests.Data;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Interchange;

/// <summary>Networks beside what they make here, for PyTorch to make the same.</summary>
internal sealed class TorchCases(TempFolder folder)
{
    private const int Count = 5;

    private const double Tolerance = 1e-5;

    /// <summary>
    /// Loads each network strictly, applies it to given inputs, and prints the largest difference from what is
    /// expected.
    /// </summary>
    private const string Judge = """
        import json, os, runpy, sys
        import torch

        def floats(path):
            return torch.frombuffer(bytearray(open(path, 'rb').read()), dtype=torch.float32)

        for case in sys.argv[1:]:
            name = os.path.basename(case).split('-')[-1]
            given = json.load(open(os.path.join(case, 'given.json')))
            scope = runpy.run_path(os.path.join(case, 'network.py'))
            network = scope[name]
            network.load_state_dict(scope['load'](os.path.join(case, 'weights.safetensors')), strict=True)
            network.eval()
            inputs = [floats(os.path.join(case, 'input')).reshape(given['shape'])]
            if given['labels'] is not None:
                inputs.append(torch.tensor(given['labels']))
            with torch.no_grad():
                result = network(*inputs).reshape(-1)
            expected = floats(os.path.join(case, 'expected'))
            assert result.shape == expected.shape, (case, result.shape, expected.shape)
            print(os.path.basename(case), ((result - expected).abs() / expected.abs().clamp(min=1)).max().item())
        """;

    public void AssertSame(List<string> cases)
    {
        File.WriteAllText(folder.At("judge.py"), Judge);
        string[] lines = Torch.Run(folder.Folder, ["judge.py", .. cases])
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(cases.Select(Path.GetFileName), lines.Select(line => line.Split(' ')[0]));
        Assert.All(
            lines, line =>
            Assert.True(double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture) <= Tolerance, line));
    }

    /// <summary>What a generator draws of a few latent vectors.</summary>
    public string PutGenerator(
        Device device, string checkpoint, string name, SampleFormat sample, Preset? own = null)
    {
        using Generator generator = own is null ? Generator.Load(device, checkpoint)
            : Generator.Load(device, checkpoint, own);
        float[] latents = generator.Latents(Count, 5);
        float[] samples = TrainedCheckpoint.ChannelsFirst(generator.Generate(latents).Values.ToArray(), sample);
        int[] shape = name == "dcgan" ? [Count, generator.LatentSize, 1, 1] : [Count, generator.LatentSize];
        string here = Put($"{name}-{sample.Shape}-generator", latents, shape, generator.Classes > 0
            ? [.. Enumerable.Range(0, Count).Select(i => i % generator.Classes)] : null, samples);
        TorchWeights.WriteGenerator(checkpoint, Path.Combine(here, "weights.safetensors"), own);
        TorchWeights.WriteGeneratorCode(checkpoint, Path.Combine(here, "network.py"), own);
        return here;
    }

    /// <summary>What a discriminator says of a few samples.</summary>
    public string PutDiscriminator(
        Device device, string checkpoint, string name, SampleFormat sample, Preset? own = null)
    {
        float[] samples = [.. Enumerable.Range(0, Count * sample.Length).Select(i => MathF.Sin(i * 0.7f))];
        int[] labels = [0, 2, 1, 1, 0];
        DiscriminatorReference reference =
            DiscriminatorReference.Of(device, checkpoint, samples, [.. labels.Select(label => (long)label)], own);
        float[] expected = name switch
        {
            "sgan" => reference.Classes!,
            "acgan" =>
                [.. Enumerable.Range(0, Count)
                    .SelectMany(
                        i => reference.Classes!.Skip(i * TrainedCheckpoint.Classes).Take(TrainedCheckpoint.Classes)
                        .Prepend(reference.Logits[i]))],
            _ => reference.Logits,
        };
        bool flat = own is null ? TrainedCheckpoint.TakesVectors(name)
            : ExchangedNetwork.Of(
                "discriminator", own with { Classes = TrainedCheckpoint.Classes }, sample, packing: 1)
                .TakenImage is null;
        int[] shape = flat ? [Count, sample.Length] : [Count, sample.Channels, sample.Height, sample.Width];
        string here = Put(
            $"{name}-{sample.Shape}-discriminator", TrainedCheckpoint.ChannelsFirst(samples, sample), shape,
            own?.ClassUse == ClassUse.Condition || name is "cgan" or "sngan-conditional"
            || (name == "quick" && sample.Modality != SampleFormat.Points) ? labels : null, expected);
        TorchWeights.WriteDiscriminator(checkpoint, Path.Combine(here, "weights.safetensors"), own);
        TorchWeights.WriteDiscriminatorCode(checkpoint, Path.Combine(here, "network.py"), own);
        return here;
    }

    private string Put(string name, float[] input, int[] shape, int[]? labels, float[] expected)
    {
        string here = Directory.CreateDirectory(folder.At(name)).FullName;
        File.WriteAllText(Path.Combine(here, "given.json"), JsonSerializer.Serialize(new { shape, labels }));
        File.WriteAllBytes(Path.Combine(here, "input"), MemoryMarshal.AsBytes<float>(input).ToArray());
        File.WriteAllBytes(Path.Combine(here, "expected"), MemoryMarshal.AsBytes<float>(expected).ToArray());
        return here;
    }
}
