using GanGpu.Graph;
using GanGpu.Kernels.Convolution;
using GanGpu.Kernels.Elementwise;
using GanGpu.Networks;

namespace GanGpu.PyTorch;

/// <summary>
/// Reads a traced network, see <see cref="Parameters.Traced"/>, operation after operation as modules of PyTorch.
/// </summary>
internal sealed class TorchTranslation
{
    /// <summary>
    /// Samples that the network is described for: more than one, so that what is done for each can be told from what is
    /// done once.
    /// </summary>
    public const int Samples = 2;

    private readonly Dictionary<Tensor, TorchValue> values = [];
    private readonly HashSet<Tensor> constants;
    private readonly ILookup<Tensor, Operation> users;
    private readonly TorchNode labelNode = new(null, "labels");
    private readonly string network;

    /// <param name="network">The network, for messages, such as "generator of MlpPreset".</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="input">What it is given.</param>
    /// <param name="image">The size of samples that it is given; null for vectors of numbers.</param>
    /// <param name="labels">The classes of the samples; null where it is not told them.</param>
    /// <param name="result">What it gives.</param>
    /// <exception cref="InvalidInputException">PyTorch has no counterpart of a layer.</exception>
    public TorchTranslation(
        string network, Parameters parameters, Tensor input, SampleShape? image, Tensor? labels, Tensor result)
    {
        this.network = network;
        constants = [.. parameters.All.Concat(parameters.States).Select(parameter => parameter.Tensor)];
        List<Operation> operations = TopologicalOrder.Of([result]);
        users = operations.SelectMany(operation => operation.Inputs.Distinct().Select(tensor => (tensor, operation)))
            .ToLookup(pair => pair.tensor, pair => pair.operation);
        Input = values[input] = Given(input, image);
        if (labels is not null)
            values[labels] = new(labelNode);
        foreach (Operation operation in operations)
        {
            if (operation.Inputs.All(constants.Contains))
                constants.UnionWith(operation.Outputs);
            else
                values[operation.Output] = Translated(operation);
        }

        Result = values.TryGetValue(result, out TorchValue? value) ? value
            : throw Refused("gives the same for each sample");
    }

    /// <summary>What the network is given: images where it takes them as such, else vectors.</summary>
    public TorchValue Input { get; }

    public TorchValue Result { get; private set; }

    /// <summary>The network as one module.</summary>
    /// <param name="sample">The size of the sample that it gives; null where it gives no sample.</param>
    /// <param name="embedding">What to call the vectors of classes that go in beside the input.</param>
    public TorchModule Assembled(SampleShape? sample, string embedding)
    {
        if (sample is null || Result.Image != sample)
        {
            Result = Result.IsLabels ? throw Refused("gives classes") : AsVectors(Result, null);
            VectorOrder wanted =
                sample is { } size ? VectorOrder.OfImage(size) : VectorOrder.Plain(Result.Order!.Length);
            if (!Result.Order!.Join(wanted))
                throw Refused("gives the values of images in another order than PyTorch has them");
        }

        return TorchAssembly.Of(Input.Node, labelNode, Result.Node, embedding);
    }

    private TorchValue Given(Tensor input, SampleShape? image)
    {
        string name = image is null ? "noise" : "samples";
        VectorOrder order = image is { } sample ? VectorOrder.OfImage(sample) : VectorOrder.Plain(input.Shape.Columns);
        // Latent vectors may be taken as images of any size, samples only as what they are.
        return users[input].OfType<Reshape>().Select(reshape => reshape.Image).FirstOrDefault(size => size is not null)
            is { } taken && (image is null || order.Join(VectorOrder.OfImage(taken)))
            ? new(new(null, image is null ? name : "images"), Image: taken, Rows: ImageRows.Flat)
            : new(new(null, name), order);
    }

    private TorchValue Translated(Operation operation)
    {
        TorchValue x = operation.Inputs.Select(input => values.GetValueOrDefault(input)).OfType<TorchValue>()
            .FirstOrDefault() ?? throw Refused(operation, "is given what is neither samples nor a parameter");
        switch (operation)
        {
            case TracedLayer layer:
                return Layer(layer, x);
            case MatMul { Gemm: { TransposeA: false, TransposeB: false } } product when constants.Contains(product.B):
                return Product(product, x);
            case AddBias when operation.Inputs[0].Producer is { } sum && Bias(sum) is not null:
                return x;
            case Convolution { ConvolutionShape: var shape }:
                return Convolved(
                    x, operation, TorchLayers.Convolution(Weight(operation), shape), Large(shape), Small(shape));
            case ConvolutionInputGradient { ConvolutionShape: var shape }:
                return Convolved(
                    x, operation,
                    TorchLayers.TransposedConvolution(Weight(operation), shape)
                        ?? throw Refused(operation, "leaves more at the sides than PyTorch's output_padding does"),
                    Small(shape), Large(shape));
            case Activate activate when TorchLayers.Function(activate.Activation) is { } function:
                return x.Through(function);
            case Elementwise { Function: { Kind: ElementwiseKind.Softplus, Offset: 0f } }:
                return x.Through(new("nn.Softplus()"));
            case Scale scale:
                return x.Through(TorchLayers.Affine(scale.Factor, 0f));
            case Add when operation.Inputs[1].Producer is Fill fill:
                return x.Through(TorchLayers.Affine(1f, fill.Value));
            case Add or Multiply or RowDots or ConcatenateColumns when operation.Inputs.All(values.ContainsKey):
                return OfTwo(operation, x, values[operation.Inputs[1]]);
            case GatherRows when x.IsLabels && constants.Contains(operation.Inputs[0]):
                return Embedded(x, new(operation.Inputs[0], null, null));
            case OneHot when x.IsLabels:
                return x;
            case Reshape reshape:
                return Reshaped(reshape, x);
            case Upsample { Scale: 1f } upsample:
                return Resampled(
                    operation, x, new($"nn.Upsample(scale_factor={upsample.ResamplingShape.Factor})"),
                    upsample.ResamplingShape.Factor, 1);
            case SumPool pool when Pooling(pool.ResamplingShape.Factor, pool.Scale) is { } module:
                return Resampled(operation, x, module, 1, pool.ResamplingShape.Factor);
            case SumRowGroups pixels
                when pixels.RowGroups.Groups == Samples && x is { Image: { } image, Rows: ImageRows.Pixels }:
                return OfAllPixels(pixels, x, image);
            default:
                throw Refused(operation, "has no counterpart there");
        }
    }

    private TorchValue Layer(TracedLayer layer, TorchValue x)
    {
        ReadOnlySpan<Tensor> inputs = layer.Inputs.ToArray();
        bool images = x is { Image: not null, Rows: ImageRows.Pixels };
        switch (layer.Layer)
        {
            case nameof(Layers.Dropout):
                return x.Through(new($"nn.Dropout({TorchModule.Number(layer.Number)})"));
            case nameof(Layers.Dropout2d):
                return x.Through(new($"nn.Dropout2d({TorchModule.Number(layer.Number)})"));
            case nameof(Layers.BatchNorm):
                x = images ? x : AsVectors(x, layer);
                return x.Through(TorchLayers.BatchNorm(inputs[1..], layer.Number, x.Order));
            case nameof(Layers.LayerNorm) when layer.Groups == Samples:
                x = images ? x : AsVectors(x, layer);
                return x.Through(TorchLayers.LayerNorm(inputs[1..], layer.Number, x.Order));
            case nameof(Layers.ConditionalBatchNorm) when values[inputs[1]].IsLabels:
                return AsImages(x, x.Image ?? new(1, 1, inputs[0].Shape.Columns), layer)
                    .Through(TorchLayers.ClassNorm(inputs[2], inputs[3], inputs[4], inputs[5], layer.Number));
            case nameof(Layers.MinibatchStdDev):
                throw Refused(layer, "looks at several samples of a batch");
            default:
                throw Refused(layer, "has no counterpart there");
        }
    }

    /// <summary>A matrix product: of vectors, or of the pixels of images.</summary>
    private TorchValue Product(MatMul product, TorchValue x)
    {
        LayerWeight weight = Weight(product);
        int outputs = weight.Matrix.Shape.Columns;
        if (x.IsLabels)
            return Embedded(x, weight);
        if (x.Image is { } size && x.Rows != ImageRows.Flat)
        {
            if (x.Rows == ImageRows.OnePixel)
                return new(Through(x, TorchLayers.WholeConvolution(weight, size)), Image: new(1, 1, outputs));
            if (size is { Height: 1, Width: 1 } && weight.Bias is null
                && users[product.Output].ToArray() is [Reshape { Image: { } larger }])
                return new(Through(x, TorchLayers.WholeTransposedConvolution(weight, larger)), Image: larger);
            return new(
                Through(x, TorchLayers.WholeConvolution(weight, new(1, 1, size.Channels))),
                Image: size with { Channels = outputs });
        }

        x = AsVectors(x, product);
        VectorOrder order = VectorOrder.Open(outputs);
        return new(Through(x, TorchLayers.Linear(weight, x.Order!, order)), order);
    }

    private static TorchValue Embedded(TorchValue labels, LayerWeight table)
    {
        VectorOrder order = VectorOrder.Open(table.Matrix.Shape.Columns);
        return new(Through(labels, TorchLayers.Embedding(table, order)), order);
    }

    private static SampleShape Large(ConvolutionShape shape) => new(shape.Height, shape.Width, shape.Channels);

    private static SampleShape Small(ConvolutionShape shape) => new(shape.OutHeight, shape.OutWidth, shape.Filters);

    private TorchValue Convolved(
        TorchValue x, Operation operation, IEnumerable<TorchModule> modules, SampleShape from, SampleShape to) =>
        new(modules.Aggregate(AsImages(x, from, operation).Node, (node, module) => new(module, "", node)), Image: to);

    private TorchValue Reshaped(Reshape reshape, TorchValue x)
    {
        if (reshape.Image is { } size)
        {
            if (x.Image == size)
                return x with { Rows = ImageRows.Pixels };
            if (x.Image is not null && x.Rows == ImageRows.Flat && size is { Height: 1, Width: 1 })
                return x with { Rows = ImageRows.OnePixel };
            if (x.Order is { } order && order.Join(VectorOrder.OfImage(size)))
                return new(
                    Through(x, new($"nn.Unflatten(1, ({size.Channels}, {size.Height}, {size.Width}))")), Image: size);
        }
        else if (reshape.Output.Shape.Rows == Samples)
        {
            return x.Image is null ? x : x with { Rows = ImageRows.Flat };
        }

        throw Refused(reshape, "puts values in an order that PyTorch does not have them in");
    }

    private TorchValue Resampled(Operation operation, TorchValue x, TorchModule module, int times, int by)
    {
        x = AsImages(x, x.Image ?? new(1, 1, operation.Inputs[0].Shape.Columns), operation);
        (int height, int width, int channels) = x.Image!.Value;
        return new(Through(x, module), Image: new(height * times / by, width * times / by, channels));
    }

    private static TorchModule? Pooling(int factor, float scale) => scale == 1f
        ? new($"nn.AvgPool2d({factor}, divisor_override=1)")
        : scale == 1f / ((float)factor * factor) ? new($"nn.AvgPool2d({factor})") : null;

    private TorchValue OfAllPixels(SumRowGroups sum, TorchValue x, SampleShape image)
    {
        if (sum.Factor == 1f)
            return new(
                Through(x, new("SumPool()") { Class = TorchClasses.SumPool }), VectorOrder.Plain(image.Channels));
        if (sum.Factor != 1f / (image.Height * image.Width))
            throw Refused(sum, "has no counterpart there");
        return AsVectors(
            new(Through(x, new("nn.AdaptiveAvgPool2d(1)")), Image: new(1, 1, image.Channels)), sum);
    }

    /// <summary>A sum, a product, or one beside the other.</summary>
    private TorchValue OfTwo(Operation operation, TorchValue a, TorchValue b)
    {
        bool beside = operation is ConcatenateColumns;
        bool images = a is { Image: { } first, Rows: not ImageRows.Flat } && b.Image is { } second
            && (first.Height, first.Width) == (second.Height, second.Width) && a.Rows == b.Rows
            && operation is not RowDots;
        if (!images)
            (a, b) = (AsVectors(a, operation), AsVectors(b, operation));
        if (!images && !beside && !a.Order!.Join(b.Order!))
            throw Refused(operation, "takes values in two orders that PyTorch does not have alike");
        if (operation is Add && a.Node != b.Node && Residual(a.Node, b.Node) is { } residual)
            return a with { Node = residual };
        TorchNode node = new(null, operation switch
        {
            Add => "({0} + {1})",
            Multiply => "{0} * {1}",
            RowDots => "({0} * {1}).sum(1, keepdim=True)",
            _ => "torch.cat(({0}, {1}), 1)",
        }, a.Node, b.Node);
        if (operation is RowDots)
            return new(node, VectorOrder.Plain(1));
        if (!beside)
            return a with { Node = node };
        return images
            ? new(node, Image: a.Image!.Value with { Channels = operation.Output.Shape.Columns })
            : new(node, VectorOrder.Beside(a.Order!, b.Order!));
    }

    /// <summary>
    /// Two ways from one step, added: the shorter one is the shortcut. Null where they begin at different steps.
    /// </summary>
    private static TorchNode? Residual(TorchNode a, TorchNode b)
    {
        HashSet<TorchNode> behind = [.. Behind(a)];
        if (Behind(b).FirstOrDefault(behind.Contains) is not { } fork)
            return null;
        List<TorchModule> first = TorchAssembly.Chain(a, fork)!, second = TorchAssembly.Chain(b, fork)!;
        return new(first.Count >= second.Count
            ? TorchModule.Residual(first, second) : TorchModule.Residual(second, first), "", fork);
    }

    private static IEnumerable<TorchNode> Behind(TorchNode? node)
    {
        for (; node is not null; node = node.Module is null ? null : node.Inputs[0])
            yield return node;
    }

    private TorchValue AsVectors(TorchValue x, Operation? operation) => x switch
    {
        { Order: not null } => x,
        { Image: { } size } when x.Rows == ImageRows.Flat || size is { Height: 1, Width: 1 } =>
            new(Through(x, new("nn.Flatten()")), VectorOrder.OfImage(size)),
        _ when operation is null => throw Refused("does not give one row of values for each sample"),
        _ => throw Refused(operation, "takes pixels and samples together"),
    };

    private TorchValue AsImages(TorchValue x, SampleShape size, Operation operation)
    {
        if (x.Image == size && x.Rows == ImageRows.Pixels)
            return x;
        if (x.Order is { } order && size is { Height: 1, Width: 1 } && order.Join(VectorOrder.OfImage(size)))
            return new(Through(x, new($"nn.Unflatten(1, ({size.Channels}, 1, 1))")), Image: size);
        throw Refused(operation, $"takes what is no image of {size} as such");
    }

    private static TorchNode Through(TorchValue x, TorchModule module) => new(module, "", x.Node);

    private Tensor? Bias(Operation operation) =>
        operation is MatMul or Convolution or ConvolutionInputGradient
        && users[operation.Output].ToArray() is [AddBias add] && constants.Contains(add.Inputs[1])
        ? add.Inputs[1] : null;

    private LayerWeight Weight(Operation operation)
    {
        Tensor weight = operation.Inputs[1];
        return weight.Producer switch
        {
            null when constants.Contains(weight) => new(weight, null, Bias(operation)),
            TracedLayer { Layer: nameof(Layers.SpectralNorm) } norm =>
                new(norm.Inputs[0], norm.Inputs[1], Bias(operation)),
            _ => throw Refused(operation, "has a weight that is no parameter"),
        };
    }

    private InvalidInputException Refused(Operation operation, string why)
    {
        string what = operation is TracedLayer layer ? layer.Layer : operation.GetType().Name;
        for (Operation? at = operation; at is not null; at = at.Inputs.Count > 0 ? at.Inputs[0].Producer : null)
        {
            if (at.Inputs.FirstOrDefault(input => input.Producer is null && constants.Contains(input)) is { } parameter)
                return Refused(
                    $"can't be written for PyTorch: the layer {what}"
                    + (at == operation ? $" '{LayerOf(parameter)}'" : $" behind '{LayerOf(parameter)}'")
                    + $" {why}");
        }

        return Refused($"can't be written for PyTorch: the layer {what} {why}");
    }

    private InvalidInputException Refused(string why) => new($"The {network} {why}.");

    /// <summary>The layer of a parameter "layer.weight", for messages.</summary>
    public static string LayerOf(Tensor parameter) =>
        Shown.Text(parameter.Name.LastIndexOf('.') is > 0 and int end ? parameter.Name[..end] : parameter.Name);
}
