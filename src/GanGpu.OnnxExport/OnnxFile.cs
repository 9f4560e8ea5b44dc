using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using GanGpu.Data;
using GanGpu.OnnxExport.Format;
using GanGpu.Presets;
using GanGpu.Training;
using Google.Protobuf;

namespace GanGpu.OnnxExport;

/// <summary>
/// Trained networks as ONNX files (operator set 17, IR version 8) of any number of samples, for ONNX Runtime and
/// whatever else reads ONNX. They are written as samples are drawn: batch norm by its running statistics, no dropout,
/// weights with their spectral norm, and of the generator the moving average where one is kept.
/// </summary>
/// <remarks>
/// Images are [batch, channels, height, width], as ONNX has them, where GanGpu's own are [height, width, channels];
/// numbers of both agree to rounding. The metadata of the file hold the preset, the steps trained and the range of
/// values. Safe for use from several threads.
/// </remarks>
public static class OnnxFile
{
    private const int OperatorSet = 17, IrVersion = 8;

    /// <summary>
    /// Writes the generator: "latent" [batch, latent size], and "class" [batch] of 64-bit whole numbers where it draws
    /// samples of classes, to "image" [batch, channels, height, width] in −1..1, or "vector" [batch, length] where
    /// samples are no images.
    /// </summary>
    /// <param name="checkpoint">A checkpoint that <see cref="GanTrainer.Save(string)"/> wrote.</param>
    /// <param name="path">The file; one of that name is replaced once the new one is complete.</param>
    /// <param name="preset">The networks, if they are a program's own; null for those that the file names.</param>
    /// <exception cref="ArgumentException">A path is empty, or that of the file has a null character.</exception>
    /// <exception cref="InvalidInputException">The checkpoint is missing, damaged or none, or of other networks, or
    /// ONNX has no counterpart of a layer, which the message names.</exception>
    /// <exception cref="DeviceOutOfMemoryException">There is not enough memory for the weights.</exception>
    /// <exception cref="IOException">The file can't be written; nothing of it is left.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file or its folder is denied; nothing of it is
    /// left.</exception>
    public static void WriteGenerator(string checkpoint, string path, Preset? preset = null) =>
        Write(checkpoint, path, preset, ExportedNetwork.Generator);

    /// <summary>
    /// Writes the discriminator: "image" (of all samples that it judges together, one's channels after the other's,
    /// where the training packed them) or "vector", and "class" where it is told classes, to "logits" [batch, 1] and,
    /// where it tells classes, "class_logits" [batch, classes].
    /// </summary>
    /// <inheritdoc cref="WriteGenerator(string, string, Preset?)"/>
    public static void WriteDiscriminator(string checkpoint, string path, Preset? preset = null) =>
        Write(checkpoint, path, preset, ExportedNetwork.Discriminator);

    /// <summary>As <see cref="WriteGenerator(string, string, Preset?)"/>, from a stream to a stream.</summary>
    /// <param name="checkpoint">What <see cref="GanTrainer.Save(Stream)"/> wrote, or the bytes of a checkpoint's file;
    /// it is read from where it stands to its end, stays open, and need not be seekable.</param>
    /// <param name="output">Receives the file from where it stands; stays open, and need not be seekable.</param>
    /// <param name="preset">The networks, if they are a program's own; null for those that the checkpoint
    /// names.</param>
    /// <exception cref="InvalidInputException">The checkpoint can't be read, is damaged or none, or is of other
    /// networks, or ONNX has no counterpart of a layer, which the message names.</exception>
    /// <exception cref="DeviceOutOfMemoryException">There is not enough memory for the weights.</exception>
    /// <exception cref="IOException">The output can't be written; what it throws is passed on.</exception>
    public static void WriteGenerator(Stream checkpoint, Stream output, Preset? preset = null) =>
        Write(checkpoint, output, preset, ExportedNetwork.Generator);

    /// <summary>As <see cref="WriteDiscriminator(string, string, Preset?)"/>, from a stream to a stream.</summary>
    /// <inheritdoc cref="WriteGenerator(Stream, Stream, Preset?)"/>
    public static void WriteDiscriminator(Stream checkpoint, Stream output, Preset? preset = null) =>
        Write(checkpoint, output, preset, ExportedNetwork.Discriminator);

    private static void Write(
        string checkpoint, string path, Preset? preset, Func<Device, Checkpoint, GraphProto> graph)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(path);
        ModelProto model = ModelOf(Checkpoint.Open(checkpoint, preset), $"'{checkpoint}'", graph);
        AtomicFile.WriteWithFolders(path, model.WriteTo);
    }

    private static void Write(
        Stream checkpoint, Stream output, Preset? preset, Func<Device, Checkpoint, GraphProto> graph)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(output);
        ModelOf(Checkpoint.Open(checkpoint, preset), Checkpoint.StreamShown, graph).WriteTo(output);
    }

    private static ModelProto ModelOf(Checkpoint read, string source, Func<Device, Checkpoint, GraphProto> graph)
    {
        ModelProto model = new()
        {
            IrVersion = IrVersion,
            ProducerName = "GanGpu",
            ProducerVersion = typeof(OnnxFile)
                .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "",
            OpsetImport = { new OperatorSetIdProto { Domain = "", Version = OperatorSet } },
        };
        using (Device device = Device.Open("cpu"))
        {
            try
            {
                model.Graph = graph(device, read);
            }
            catch (NotSupportedException e)
            {
                throw new InvalidInputException($"{source} can't be written as ONNX. {e.Message}", e);
            }
            catch (OverflowException e)
            {
                throw new InvalidInputException(
                    $"{source} can't be written as ONNX: its weights are more than the 2 GiB that such a file " +
                    "can have.", e);
            }
        }

        foreach ((string key, string value) in Metadata(read))
            model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        return model;
    }

    private static IEnumerable<(string Key, string Value)> Metadata(Checkpoint checkpoint)
    {
        // The networks alone: a preset's own recipe need not be what they were trained by.
        JsonObject preset =
            JsonSerializer.SerializeToNode(checkpoint.Preset.Stored, CheckpointJson.Named.Preset)!.AsObject();
        preset.Remove(nameof(Preset.Recipe));
        preset.Remove(nameof(Preset.ClassUse));
        yield return ("preset", preset.ToJsonString());
        yield return ("step", checkpoint.Step.ToString(CultureInfo.InvariantCulture));
        yield return ("sample", checkpoint.Sample.ToString());
        if (checkpoint.Sample.Encoding.IsBounded)
            yield return ("value_range", "-1..1");
        yield return ("latent", checkpoint.Options.Latent == NoiseDistribution.Normal ? "normal"
            : "uniform");
    }
}
