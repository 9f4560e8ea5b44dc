using GanGpu.Graph;
using GanGpu.Networks;
using GanGpu.Objectives.Gan;
using GanGpu.OnnxExport.Format;
using GanGpu.OnnxExport.Graphs;
using GanGpu.Training;

namespace GanGpu.OnnxExport;

/// <summary>A network of a checkpoint as a graph of ONNX.</summary>
internal static class ExportedNetwork
{
    /// <summary>The names of inputs and outputs.</summary>
    public const string Latent = "latent", Class = "class", Image = "image", Vector = "vector", Logits = "logits",
        ClassLogits = "class_logits";

    /// <summary>From latent vectors, and classes, to images.</summary>
    public static GraphProto Generator(Device device, Checkpoint checkpoint)
    {
        Preset preset = checkpoint.Preset;
        SampleFormat sample = checkpoint.Sample;
        OnnxGraph graph = new("generator");
        bool isNormal = checkpoint.Options.Latent == NoiseDistribution.Normal;
        graph.Input(
            Latent, TensorProto.Types.DataType.Float,
            $"Latent vectors, drawn {(isNormal ? "from N(0, 1)" : "evenly from -1..1")}.", preset.LatentSize);
        Tensor latent = new("latent", new Shape(NetworkTranslation.Batch, preset.LatentSize));
        (NetworkTranslation network, Tensor samples) = Translate(
            device, checkpoint, graph, latent, Content.OfRows(graph, preset.LatentSize, Latent),
            preset.GeneratesClasses, preset.Generator(sample), checkpoint.GetGenerator);
        if (sample.IsFlat)
            graph.Output(network[samples].Rows(sample.Length), Vector, "Samples.", sample.Length);
        else
            graph.Output(
                network[samples].Images(SizeOf(sample)), Image, "Images, -1..1.", sample.Channels, sample.Height,
                sample.Width);
        return graph.Graph;
    }

    /// <summary>From images, and classes where it is told those, to logits.</summary>
    public static GraphProto Discriminator(Device device, Checkpoint checkpoint)
    {
        if (checkpoint.Preset is not GanPreset preset)
            throw new InvalidInputException("The checkpoint is of networks without a discriminator.");
        SampleFormat sample = checkpoint.Sample.Packed(checkpoint.Options.Packing);
        OnnxGraph graph = new("discriminator");
        ImageSize size = SizeOf(sample);
        Tensor samples = new("samples", new Shape(NetworkTranslation.Batch, sample.Length));
        Content given = checkpoint.Sample.IsFlat
            ? Content.OfRows(
                graph, sample.Length, graph.Input(Vector, TensorProto.Types.DataType.Float, "Samples.", sample.Length))
            : Content.OfImages(
                graph, size,
                graph.Input(Image, TensorProto.Types.DataType.Float, "Images, -1..1.", size.Channels, size.Height,
                    size.Width));
        (NetworkTranslation network, Tensor result) = Translate(
            device, checkpoint, graph, samples, given, preset.ClassUse == ClassUse.Condition,
            preset.Discriminator(sample), weights => checkpoint.Get("discriminator", weights));
        DiscriminatorOutput output = DiscriminatorPass.Read(result, preset.ClassUse, preset.Classes);
        network.Add(
            TopologicalOrder.Of(output.Classes is null ? [output.Logits] : [output.Logits, output.Classes])
            .Where(operation => !operation.Outputs.Any(network.Has)));
        graph.Output(
            network[output.Logits].Rows(1), Logits, "Of a sample being real: the sigmoid is its probability.", 1);
        if (output.Classes is { } classes)
            graph.Output(
                network[classes].Rows(preset.Classes), ClassLogits,
                "Of a sample's classes: the softmax is their probabilities.", preset.Classes);
        return graph.Graph;
    }

    private static (NetworkTranslation Network, Tensor Result) Translate(
        Device device, Checkpoint checkpoint, OnnxGraph graph, Tensor input, Content given, bool classes,
        Network describe, Action<WeightArena> load)
    {
        string? labels = classes
            ? graph.Input(
                Class, TensorProto.Types.DataType.Int64,
                $"The class of each sample, 0 to {checkpoint.Preset.Classes - 1}.") : null;
        Tensor? classLabels = classes ? new Tensor("labels", new Shape(NetworkTranslation.Batch, 1)) : null;
        Parameters parameters = new() { Training = false };
        Tensor result = describe(parameters, input, classLabels is null ? null
            : new OneHot(classLabels, checkpoint.Preset.Classes).Output);
        using WeightArena weights = new(device.Backend, parameters);
        load(weights);
        List<Operation> operations = TopologicalOrder.Of([result]);
        HashSet<Tensor> fromOutside = classLabels is null ? [input] : [input, classLabels];
        NetworkTranslation network =
            new(graph, new FoldedConstants(device.Backend, weights, operations, fromOutside)) { Labels = labels };
        network.Put(input, given);
        network.Add(operations);
        return (network, result);
    }

    private static ImageSize SizeOf(SampleFormat sample) => new(sample.Channels, sample.Height, sample.Width);
}
