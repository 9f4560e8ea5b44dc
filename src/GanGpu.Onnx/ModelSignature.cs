using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace GanGpu.Onnx;

/// <summary>
/// What a network takes and gives, as far as its file and the caller say; sizes are null where any will do.
/// </summary>
internal sealed record ModelSignature
{
    public required string File { get; init; }

    public required string Input { get; init; }

    public required bool TakesBytes { get; init; }

    public required ImageLayout Layout { get; init; }

    public required int? Batch { get; init; }

    public required int? Channels { get; init; }

    public required int? Height { get; init; }

    public required int? Width { get; init; }

    public required string Output { get; init; }

    /// <summary>Numbers of an image's features; null where they are known only when it runs.</summary>
    public required int? Features { get; init; }

    /// <exception cref="InvalidInputException">The network takes no images, gives no features, or an option does not
    /// fit it.</exception>
    public static ModelSignature Of(string path, InferenceSession session, OnnxFeatureOptions options)
    {
        string file = Path.GetFileName(path);
        if (session.InputMetadata.Count != 1)
            throw new InvalidInputException(
                $"'{file}' has {session.InputMetadata.Count} inputs ({Names(session.InputMetadata.Keys)}); a feature " +
                "network takes images and nothing else.");
        (string input, NodeMetadata images) = session.InputMetadata.Single();
        bool takesBytes = images.IsTensor && images.ElementDataType == TensorElementType.UInt8;
        if (!images.IsTensor || !(takesBytes || images.ElementDataType == TensorElementType.Float))
            throw new InvalidInputException(
                $"Input '{input}' of '{file}' is {TypeOf(images)}; images are float32 or uint8.");
        int[] sizes = images.Dimensions;
        if (sizes.Length != 4)
            throw new InvalidInputException(
                $"Input '{input}' of '{file}' is {Text(sizes)}; images are [N, C, H, W] or [N, H, W, C].");
        ImageLayout layout = options.Layout ?? LayoutOf(input, file, sizes);
        (int channels, int height, int width) = layout == ImageLayout.ChannelsFirst ? (sizes[1], sizes[2], sizes[3])
            : (sizes[3], sizes[1], sizes[2]);
        if (channels >= 0 && channels is not (1 or 3))
            throw new InvalidInputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Input '{input}' of '{file}' is {Text(sizes)}, of {channels} channels; images have 1 or 3."));
        if (options.Size is { } size && (!Fits(height, size.Height) || !Fits(width, size.Width)))
            throw new InvalidInputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Input '{input}' of '{file}' is {Text(sizes)} and takes no images of {size.Height}x{size.Width} " +
                    $"({nameof(OnnxFeatureOptions)}.{nameof(OnnxFeatureOptions.Size)})."));
        if (takesBytes
            && (options.Mean is not null || options.Deviation is not null
                || (options.Range is { } range && range != ValueRange.Bytes)))
            throw new InvalidInputException(
                $"Input '{input}' of '{file}' is of bytes, which are 0..255 and nothing else.");
        if (!takesBytes && options.Range is null)
            throw new InvalidInputException(
                $"'{file}' takes images as float32 and does not say in which range; give the one that it was trained " +
                $"with, -1..1, 0..1 or 0..255 ({nameof(OnnxFeatureOptions)}.{nameof(OnnxFeatureOptions.Range)}).");

        string output = OutputOf(file, session, options);
        NodeMetadata features = session.OutputMetadata[output];
        if (!features.IsTensor || features.ElementDataType != TensorElementType.Float)
            throw new InvalidInputException(
                $"Output '{output}' of '{file}' is {TypeOf(features)}; features are float32.");
        // A file may leave the output's sizes out.
        int? count = features.Dimensions.Length == 0 ? null : FeaturesOf(file, output, features.Dimensions);
        return new ModelSignature
        {
            File = file,
            Input = input,
            TakesBytes = takesBytes,
            Layout = layout,
            Batch = Known(sizes[0]),
            Channels = Known(channels),
            Height = options.Size?.Height ?? Known(height),
            Width = options.Size?.Width ?? Known(width),
            Output = output,
            Features = count,
        };
    }

    /// <summary>
    /// The features of an image, all dimensions but the first multiplied, of which all but one must be 1; null where
    /// one is open.
    /// </summary>
    /// <exception cref="InvalidInputException">They are no vector.</exception>
    public static int? FeaturesOf(string file, string output, ReadOnlySpan<int> sizes)
    {
        int wide = 0, count = 1;
        foreach (int size in sizes.Length > 0 ? sizes[1..] : sizes)
        {
            if (size is 0 or > 1)
                (wide, count) = (wide + 1, size);
        }

        // What is open may still be 1; where it runs it is known.
        if (sizes.Length < 2 || wide > 1 || count == 0)
            throw new InvalidInputException(
                $"Output '{output}' of '{file}' is {Text(sizes)}; features are [N, F] or [N, F, 1, 1], such as what " +
                "follows the last pooling.");
        return sizes[1..].ContainsAnyExceptInRange(0, int.MaxValue) ? null : count;
    }

    private static string OutputOf(string file, InferenceSession session, OnnxFeatureOptions options)
    {
        if (options.Output is { } named)
        {
            return session.OutputMetadata.ContainsKey(named)
                ? named
                : throw new InvalidInputException(
                    $"'{file}' has no output '{named}'; it has {Names(session.OutputNames)} " +
                    $"({nameof(OnnxFeatureOptions)}.{nameof(OnnxFeatureOptions.Output)}).");
        }

        return session.OutputNames.Count == 1
            ? session.OutputNames[0]
            : throw new InvalidInputException(
                $"'{file}' has {session.OutputNames.Count} outputs; choose the one with the features: " +
                $"{Names(session.OutputNames)} ({nameof(OnnxFeatureOptions)}.{nameof(OnnxFeatureOptions.Output)}).");
    }

    private static ImageLayout LayoutOf(string input, string file, int[] sizes)
    {
        bool first = sizes[1] is 1 or 3, last = sizes[3] is 1 or 3;
        if (first != last)
            return first ? ImageLayout.ChannelsFirst : ImageLayout.ChannelsLast;
        if (!first && sizes[1] >= 0 && sizes[3] >= 0)
            throw new InvalidInputException(
                $"Input '{input}' of '{file}' is {Text(sizes)}; images have 1 or 3 channels, as [N, C, H, W] or [N, " +
                "H, W, C].");
        throw new InvalidInputException(
            $"Input '{input}' of '{file}' is {Text(sizes)}, which may be [N, C, H, W] or [N, H, W, C]; say which " +
            $"({nameof(OnnxFeatureOptions)}.{nameof(OnnxFeatureOptions.Layout)}).");
    }

    private static bool Fits(int size, int wanted) => size < 0 || size == wanted;

    private static int? Known(int size) => size < 0 ? null : size;

    private static string TypeOf(NodeMetadata node) =>
        node.IsTensor ? $"of {node.ElementDataType.ToString().ToLowerInvariant()} numbers" : "no tensor";

    private static string Names(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"'{name}'"));

    private static string Text(ReadOnlySpan<int> sizes) =>
        "[" + string.Join(
            ", ", sizes.ToArray().Select(size => size < 0 ? "?" : size.ToString(CultureInfo.InvariantCulture))) + "]";
}
