using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GanGpu.Checkpoints;
using GanGpu.Data;
using GanGpu.Presets;
using GanGpu.Training;

namespace GanGpu.PyTorch;

/// <summary>Weights from safetensors files, see <see cref="TorchWeights.Import"/>.</summary>
internal static class WeightImport
{
    /// <summary>See <see cref="TorchWeights.Import"/>.</summary>
    /// <returns>What was read.</returns>
    public static ImportedWeights Import(string path, string checkpoint, WeightImportOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(checkpoint);
        options ??= new WeightImportOptions();
        if (new[] { path, options.Discriminator }.OfType<string>()
            .Any(source => Path.GetFullPath(source) == Path.GetFullPath(checkpoint)))
            throw new DataFormatException(
                checkpoint, "is read, so the checkpoint can't be written over it; name another file.");
        using TensorFile file = TensorFile.Open(path);
        using TensorFile? discriminatorFile = options.Discriminator is { } other ? TensorFile.Open(other) : null;
        if (file.Metadata.GetValueOrDefault("format")?.StartsWith("gangpu-", StringComparison.Ordinal) == true)
            throw new DataFormatException(path, "is a checkpoint of GanGpu already, which can be used as it is.");
        if (file.Metadata.GetValueOrDefault(TorchWeights.NetworkKey) == ExchangedNetwork.Discriminator)
            throw new DataFormatException(
                path, "holds a discriminator; name the generator's file, and this one as the discriminator's.");
        if (discriminatorFile?.Metadata.GetValueOrDefault(TorchWeights.NetworkKey) == ExchangedNetwork.Generator)
            throw new DataFormatException(options.Discriminator!, "holds a generator; name the discriminator's file.");

        Preset preset = options.Preset ?? Said(file, TorchWeights.PresetKey, CheckpointJson.ReadPreset)
            ?? throw new DataFormatException(path, "does not say which preset it is of; name the preset.");
        SampleFormat sample = options.Sample
            ?? Said(file, TorchWeights.SampleKey, text => text?.Deserialize(CheckpointJson.Named.SampleFormat))
            ?? throw new DataFormatException(
                path, "does not say how large its samples are; name their height, width and channels.");
        int packing = discriminatorFile?.Metadata.GetValueOrDefault(TorchWeights.PackingKey) is { } packed
            && int.TryParse(packed, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 1;
        CheckSizes(preset, sample, packing);
        TrainingOptions recipe = preset.Recipe;
        Checkpoint result = new(
            preset,
            recipe with
            {
                Latent = options.Latent ?? LatentOf(file) ?? recipe.Latent,
                Packing = packing,
                // The file has one set of weights, which is what samples are drawn with.
                GeneratorOptimizer = recipe.GeneratorOptimizer with { Average = null },
            },
            sample,
            dataCount: 0,
            step: 0);
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        (WeightLayout layout, int weights) =
            Fill(result, device, file, ExchangedNetwork.Generator);
        if (discriminatorFile is not null)
            Fill(result, device, discriminatorFile, ExchangedNetwork.Discriminator);
        result.Write(checkpoint);
        return new ImportedWeights(preset, sample, layout, weights);
    }

    private static (WeightLayout Layout, int Weights) Fill(
        Checkpoint checkpoint, Device device, TensorFile file, string name)
    {
        ExchangedNetwork network;
        try
        {
            network = ExchangedNetwork.Of(name, checkpoint.Preset, checkpoint.Sample, checkpoint.Options.Packing);
        }
        catch (Exception e) when (e is OverflowException or ArgumentException)
        {
            throw new InvalidInputException($"The preset can't be of these sizes: {Shown.Clause(e.Message)}.", e);
        }

        TensorMatch match = TensorMatch.Of(file, network.Module);
        using WeightArena arena = new(device.Backend, network.Parameters);
        float[] weights = new float[arena.Values.Length], states = new float[arena.States.Length];
        foreach ((TorchTensor tensor, StoredTensor stored) in match.Pairs)
        {
            float[] values = file.Read(stored);
            if (!values.All(float.IsFinite))
                throw new DataFormatException(
                    file.FilePath,
                    $"has values in {stored} that are no finite numbers; use weights from before the training " +
                    "diverged.");
            network.FromTorch(tensor, values, inOrder: match.Layout == WeightLayout.Keras, weights, states);
        }

        arena.Values.CopyFrom(weights);
        arena.States.CopyFrom(states);
        checkpoint.Put(name, arena);
        return (match.Layout, match.Pairs.Sum(pair => pair.Tensor.Length));
    }

    private static void CheckSizes(Preset preset, SampleFormat sample, int packing)
    {
        // Layers are made by these before anything is held against the file.
        preset.Validate();
        sample.Validate();
        if (packing < 1 || (long)sample.Length * packing > Array.MaxLength)
            throw new InvalidInputException($"There are no samples of {sample}, {packing} of them together.");
        if (preset is { ClassUse: not ClassUse.None, Classes: < 1 })
            throw new InvalidInputException("The preset's networks know classes; say how many.");
    }

    private static T? Said<T>(TensorFile file, string key, Func<JsonNode?, T> read)
    {
        if (!file.Metadata.TryGetValue(key, out string? text))
            return default;
        try
        {
            return read(CheckpointJson.Parse(Encoding.UTF8.GetBytes(text)));
        }
        catch (Exception e)
            when (e is JsonException or NotSupportedException or InvalidOperationException or FormatException)
        {
            throw new DataFormatException(
                file.FilePath, $"says '{key}' in a way that can't be read: {Shown.Clause(e.Message)}.", e);
        }
    }

    private static NoiseDistribution? LatentOf(TensorFile file) =>
        file.Metadata.GetValueOrDefault(TorchWeights.LatentKey) switch
        {
            "normal" => NoiseDistribution.Normal,
            "uniform" => NoiseDistribution.Uniform,
            _ => null,
        };
}
