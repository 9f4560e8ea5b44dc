using System.Globalization;
using System.Text;
using System.Text.Json;
using GanGpu.Data;
using GanGpu.Kernels.Launching;
using GanGpu.Presets;
using GanGpu.PyTorch;
using GanGpu.Training;

namespace GanGpu;

/// <summary>
/// Trained weights as safetensors files that PyTorch's load_state_dict(strict=True) takes, with the code of the network
/// that they are of. They are what samples are drawn with: of the generator the moving average where one is kept, of
/// batch norms the running statistics, and spectrally normalised weights divided by their norm.
/// </summary>
/// <remarks>
/// Names are those of an nn.Sequential, such as "0.weight"; of the presets cgan and acgan, whose generators take
/// classes, those of PyTorch-GAN, such as "label_emb.weight" and "model.0.weight"; a learned tensor that belongs to no
/// layer has its own name, and lies as it does here. Layouts are PyTorch's: a linear layer's weight [outputs, inputs],
/// a convolution's [outputs, inputs, height, width], a transposed convolution's [inputs, outputs, height, width],
/// images [channels, height, width], also where a linear layer makes or takes them. Metadata say the preset, the sizes
/// and the range of values. <see cref="Import"/> reads them, and those of Keras.
/// </remarks>
public static class TorchWeights
{
    internal const string PresetKey = Checkpoints.ForeignWeights.PresetKey, SampleKey = "gangpu.sample",
        LatentKey = "latent",
        NetworkKey = "network", PackingKey = "gangpu.packing";

    /// <summary>Writes a generator's weights.</summary>
    /// <param name="checkpoint">A checkpoint that <see cref="GanTrainer.Save(string)"/> or <see cref="Import"/> wrote.</param>
    /// <param name="path">The file; one of that name is replaced once the new one is complete.</param>
    /// <param name="preset">The networks, where they are a program's own; null for those that the file names.</param>
    /// <exception cref="InvalidInputException">The checkpoint is missing, damaged or none, or PyTorch has no counterpart
    /// of a layer, which the message names.</exception>
    /// <exception cref="IOException">The file can't be written; nothing of it is left.</exception>
    public static void WriteGenerator(string checkpoint, string path, Preset? preset = null) =>
        Write(Checkpoint.Open(checkpoint, preset), path, ExchangedNetwork.Generator);

    /// <summary>Writes a discriminator's weights.</summary>
    /// <inheritdoc cref="WriteGenerator"/>
    public static void WriteDiscriminator(string checkpoint, string path, Preset? preset = null) =>
        Write(Checkpoint.Open(checkpoint, preset), path, ExchangedNetwork.Discriminator);

    /// <summary>
    /// Writes Python code with a generator as modules of PyTorch: run with the file of weights, it loads it and draws
    /// samples; imported, it gives "generator" and "load".
    /// </summary>
    /// <inheritdoc cref="WriteGenerator"/>
    public static void WriteGeneratorCode(string checkpoint, string path, Preset? preset = null) =>
        WriteCode(Checkpoint.Open(checkpoint, preset), path, ExchangedNetwork.Generator);

    /// <summary>As <see cref="WriteGeneratorCode"/>, of a discriminator.</summary>
    /// <inheritdoc cref="WriteGenerator"/>
    public static void WriteDiscriminatorCode(string checkpoint, string path, Preset? preset = null) =>
        WriteCode(Checkpoint.Open(checkpoint, preset), path, ExchangedNetwork.Discriminator);

    /// <summary>
    /// Reads weights of a generator in PyTorch's or Keras's names and layouts, from a safetensors file into the
    /// networks of a preset, and writes a checkpoint that <see cref="Generator.Load(Device, string, Preset)"/> takes; it has no
    /// moments of an optimiser, so that it can't be resumed; <see cref="GanTrainer.FineTune"/> begins with it.
    /// </summary>
    /// <remarks>
    /// PyTorch's names are those that are written here, perhaps with one prefix before all of them, such as "main." or
    /// "module.model.". Of Keras's names only type and order count: "generator/dense_4/kernel:0" and "dense/kernel" are
    /// the same where they are the first dense layers of their files. Weights are of the types F32, F16, BF16 or F64,
    /// and become float32.
    /// </remarks>
    /// <param name="path">The safetensors file with the generator's weights.</param>
    /// <param name="checkpoint">The checkpoint; one of that name is replaced once the new one is complete.</param>
    /// <param name="preset">The networks; where they know classes, with their number. Null for what the file
    /// says.</param>
    /// <param name="sample">What the samples are; null for what the file says.</param>
    /// <param name="latent">What latent vectors are drawn from; null for what the file says, or else the preset's
    /// recipe.</param>
    /// <param name="discriminator">A file with the discriminator's weights, for export; null for none.</param>
    /// <exception cref="InvalidInputException">
    /// The file is missing, damaged or of a format that can run code, it does not say what it is of, or its tensors do
    /// not fit the network; the message names the first of them that are missing, too many, or of another shape.
    /// </exception>
    /// <exception cref="IOException">The checkpoint can't be written; nothing of it is left.</exception>
    public static void Import(string path, string checkpoint, Preset? preset = null, SampleFormat? sample = null,
        NoiseDistribution? latent = null, string? discriminator = null) =>
        WeightImport.Import(
            path, checkpoint,
            new WeightImportOptions
            {
                Preset = preset,
                Sample = sample,
                Latent = latent,
                Discriminator = discriminator,
            });

    private static void Write(Checkpoint checkpoint, string path, string name)
    {
        ExchangedNetwork network = Network(checkpoint, name);
        (float[] weights, float[] states) = Arenas(checkpoint, network);
        AtomicFile.WriteWithFolders(
            path, stream =>
            TensorFileWriter.Write(stream, Metadata(checkpoint, name), network.Tensors, checkpoint.Step, tensor =>
                network.ToTorch(tensor, weights, states)));
    }

    private static void WriteCode(Checkpoint checkpoint, string path, string name)
    {
        string code = TorchCode.Of(
            Network(checkpoint, name), checkpoint.Sample, checkpoint.Options.Latent, checkpoint.Options.Packing);
        AtomicFile.WriteWithFolders(path, stream => stream.Write(Encoding.UTF8.GetBytes(code)));
    }

    private static ExchangedNetwork Network(Checkpoint checkpoint, string name) =>
        ExchangedNetwork.Of(name, checkpoint.Preset, checkpoint.Sample, checkpoint.Options.Packing);

    private static (float[] Weights, float[] States) Arenas(Checkpoint checkpoint, ExchangedNetwork network)
    {
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        using WeightArena arena = new(device.Backend, network.Parameters);
        if (network.Name == ExchangedNetwork.Generator)
            checkpoint.GetGenerator(arena);
        else
            checkpoint.Get(network.Name, arena);
        return (Copy(arena.Values), Copy(arena.States));
    }

    private static float[] Copy(DeviceBuffer<float> buffer)
    {
        float[] values = new float[buffer.Length];
        buffer.CopyTo(values);
        return values;
    }

    private static IEnumerable<KeyValuePair<string, string>> Metadata(Checkpoint checkpoint, string name)
    {
        SampleFormat sample = checkpoint.Sample;
        yield return new("format", "pt");
        yield return new("producer", "GanGpu");
        yield return new(NetworkKey, name);
        yield return new("step", checkpoint.Step.ToString(CultureInfo.InvariantCulture));
        yield return new("latent_size", checkpoint.Preset.LatentSize.ToString(CultureInfo.InvariantCulture));
        yield return new(LatentKey, checkpoint.Options.Latent == NoiseDistribution.Normal ? "normal" : "uniform");
        yield return new("sample_shape", sample.IsFlat
            ? FormattableString.Invariant($"[{sample.Length}]")
            : FormattableString.Invariant($"[{sample.Channels}, {sample.Height}, {sample.Width}]"));
        if (sample.Encoding.IsBounded)
            yield return new("value_range", "-1..1");
        if (checkpoint.Preset.ClassUse != ClassUse.None)
            yield return new("classes", checkpoint.Preset.Classes.ToString(CultureInfo.InvariantCulture));
        yield return new(PresetKey, JsonSerializer.Serialize(checkpoint.Preset.Stored, CheckpointJson.Named.Preset));
        yield return new(SampleKey, JsonSerializer.Serialize(sample, CheckpointJson.Named.SampleFormat));
        yield return new(PackingKey, checkpoint.Options.Packing.ToString(CultureInfo.InvariantCulture));
    }
}
