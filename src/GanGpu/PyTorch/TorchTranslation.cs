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
    /// Samples that the network is described for: so many that hardly anything else has as many rows, and what is done
    /// for each can be told from what is done once.
    /// </summary>
    public const int Samples = 7;

    private const string Mixes = "looks at several samples of a batch";

    private readonly Dictionary<Tensor, TorchValue> values = [];
    private readonly TorchConstants constants;
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
        List<Operation> operations = TopologicalOrder.Of([result]);
        users = operations.SelectMany(operation => operation.Inputs.Distinct().Select(tensor => (tensor, operation)))
            .ToLookup(pair => pair.tensor, pair => pair.operation);
        Input = values[input] = Given(input, image);
        constants = new(parameters, Input.Node);
        if (labels is not null)
            values[labels] = new(labelNode);
        foreach (Operation operation in operations.Where(operation => !constants.TryAdd(operation)))
            values[operation.Output] = Translated(operation);
        Result = values.TryGetValue(result, out TorchValue? value) ? value
            : throw Refused("gives the same for each sample");
        if (result.Rows != Samples)
            throw Refused("does not give one row of values for each sample");
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
            Result = Result.IsLabels ? throw Refused("gives classes") : TorchForms.Vectors(Result);
            VectorOrder wanted =
                sample is { } size ? VectorOrder.OfImage(size) : VectorOrder.Plain(Result.Order!.Length);
            if (!Result.Order!.Join(wanted))
                Result = sample is { } other ? TorchForms.Images(Result, other) : TorchForms.Plain(Result);
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
        switch (operation)
        {
            case TracedLayer { Layer: nameof(Layers.SpectralNorm) }:
                throw Refused(operation, "has a weight that is no parameter");
            case TracedLayer layer:
                return Layer(layer, Value(layer, 0));
            case ColumnSums or SliceRows or StackRows or SplitRows or BroadcastRows:
                throw Refused(operation, Mixes);
            case MatMul product when IsLayer(product):
                return Layer(product, Value(product, 0));
            case MatMul product:
                return Product(product);
            case GroupedMatMul product:
                return Product(product);
            case AddBias when operation.Inputs[0].Producer is { } sum && Bias(sum) is not null:
                return values[operation.Inputs[0]];
            case Convolution { ConvolutionShape: var shape }:
                return Convolved(
                    operation, TorchLayers.Convolution(Weight(operation), shape), Large(shape), Small(shape));
            case ConvolutionInputGradient { ConvolutionShape: var shape }:
                return Convolved(
                    operation,
                    TorchLayers.TransposedConvolution(Weight(operation), shape)
                        ?? throw Refused(operation, "leaves more at the sides than PyTorch's output_padding does"),
                    Small(shape), Large(shape));
            case Activate activate when TorchLayers.Function(activate.Activation) is { } function:
                return Numbers(operation).Through(function);
            case Elementwise { Function: { Kind: ElementwiseKind.Softplus, Offset: 0f } }:
                return Numbers(operation).Through(new("nn.Softplus()"));
            case Elementwise when Numbers(operation) is var x && TorchConstants.Function(operation, x.Node) is { } node:
                return x with { Node = node };
            case Scale scale:
                return Numbers(operation).Through(TorchLayers.Affine(scale.Factor, 0f));
            case Add when operation.Inputs[1].Producer is Fill fill:
                return Numbers(operation).Through(TorchLayers.Affine(1f, fill.Value));
            case Add or AddBias or Multiply or ScaleRows or ConcatenateColumns or RowDots:
                return OfTwo(operation);
            case SliceColumns or RowSums or Softmax or BroadcastColumns or LogSumExp:
                return OfColumns(operation);
            case GatherRows when Value(operation, 1) is { IsLabels: true } labels:
                return Gathered(operation, labels);
            case OneHot when Value(operation, 0) is { IsLabels: true } labels:
                return labels with { Classes = operation.Output.Columns };
            case Reshape reshape:
                return Reshaped(reshape, Value(reshape, 0));
            case Upsample { Scale: 1f, ResamplingShape: var blocks } when blocks.Factor is int factor:
                return Resampled(operation, new($"nn.Upsample(scale_factor={factor})"),
                    new(blocks.Height, blocks.Width, blocks.Channels), factor, 1);
            case SumPool { ResamplingShape: var blocks } pool when Pooling(blocks.Factor, pool.Scale) is { } module:
                return Resampled(
                    operation, module,
                    new(blocks.Height * blocks.Factor, blocks.Width * blocks.Factor, blocks.Channels), 1,
                    blocks.Factor);
            case SumRowGroups { RowGroups.Groups: Samples } pixels:
                return OfAllPixels(pixels, Value(pixels, 0));
            default:
                throw Refused(operation, "has no counterpart there");
        }
    }

    /// <summary>What goes in, of which there is some for each sample.</summary>
    private TorchValue Value(Operation operation, int input)
    {
        Tensor tensor = operation.Inputs[input];
        if (values.TryGetValue(tensor, out TorchValue? value))
            return value;
        if (!constants.Contains(tensor))
            throw Refused(operation, "is given what is neither samples nor a parameter");
        return constants.ForEachSample(tensor) ?? throw TooLarge(operation);
    }

    /// <summary>What goes in, as numbers rather than as the classes that they say.</summary>
    private TorchValue Numbers(Operation operation) =>
        Value(operation, 0) is { IsLabels: false } x ? x : TorchForms.Vectors(Value(operation, 0));

    private TorchValue Layer(TracedLayer layer, TorchValue x)
    {
        ReadOnlySpan<Tensor> inputs = layer.Inputs.ToArray();
        (int rows, int columns) = (inputs[0].Rows / Samples, inputs[0].Columns);
        switch (layer.Layer)
        {
            case nameof(Layers.Dropout):
                return Numbers(layer).Through(new($"nn.Dropout({TorchModule.Number(layer.Number)})"));
            case nameof(Layers.Dropout2d):
                return AsImages(layer).Through(new($"nn.Dropout2d({TorchModule.Number(layer.Number)})"));
            case nameof(Layers.BatchNorm):
                x = rows > 1 ? AsImages(layer) : x.IsPixels ? x : TorchForms.Vectors(x);
                return x.Through(TorchLayers.BatchNorm(inputs[1..], layer.Number, x.Order));
            case nameof(Layers.LayerNorm) when layer.Groups == Samples:
                x = rows > 1 ? AsImages(layer) : x.IsPixels ? x : TorchForms.Vectors(x);
                return x.Through(TorchLayers.LayerNorm(inputs[1..], layer.Number, x.Order));
            case nameof(Layers.LayerNorm) when layer.Groups == inputs[0].Rows:
                TorchValue rowByRow = TorchForms.Matrices(x, rows, columns)
                    .Through(TorchLayers.LayerNorm(inputs[1..], layer.Number, VectorOrder.Plain(columns)));
                return x.Image is { } size ? TorchForms.Images(rowByRow, size) : rowByRow;
            case nameof(Layers.ConditionalBatchNorm) when values.GetValueOrDefault(inputs[1]) is { IsLabels: true }:
                return AsImages(layer)
                    .Through(TorchLayers.ClassNorm(inputs[2], inputs[3], inputs[4], inputs[5], layer.Number));
            case nameof(Layers.MinibatchStdDev):
                throw Refused(layer, Mixes);
            default:
                throw Refused(layer, "has no counterpart there");
        }
    }

    /// <summary>A fully connected layer: of vectors, of the pixels of images, or of the rows of matrices.</summary>
    private TorchValue Layer(MatMul product, TorchValue x)
    {
        LayerWeight weight = Weight(product);
        int outputs = weight.Matrix.Shape.Columns;
        if (x.IsLabels && weight.Bias is null)
            return Embedded(x, weight);
        if (x.Image is { } size && x.Rows != ImageRows.Flat)
        {
            if (x.Rows == ImageRows.OnePixel)
                return new(x.Node.Through(TorchLayers.WholeConvolution(weight, size)), Image: new(1, 1, outputs));
            if (size is { Height: 1, Width: 1 } && weight.Bias is null
                && users[product.Output].ToArray() is [Reshape { Image: { } larger }])
                return new(x.Node.Through(TorchLayers.WholeTransposedConvolution(weight, larger)), Image: larger);
            return x.Columns(
                x.Node.Through(TorchLayers.WholeConvolution(weight, new(1, 1, size.Channels))), outputs);
        }

        if (x.Matrix is { Columns: int columns })
            return x.Columns(
                x.Node.Through(TorchLayers.Linear(weight, VectorOrder.Plain(columns), VectorOrder.Plain(outputs))),
                outputs);
        x = TorchForms.Vectors(x);
        VectorOrder order = VectorOrder.Open(outputs);
        return new(x.Node.Through(TorchLayers.Linear(weight, x.Order!, order)), order);
    }

    /// <summary>A product with a matrix that is the same for each sample, and no layer's weight alone.</summary>
    private TorchValue Product(MatMul product)
    {
        if (product.Gemm.TransposeA || !constants.Contains(product.B))
            throw Refused(product, Mixes);
        TorchValue x = Value(product, 0);
        TorchNode matrix = constants.Whole(product.B) ?? throw TooLarge(product);
        if (product.Gemm.TransposeB)
            matrix = matrix.Then($"{{0}}.t()");
        if (product.A.Rows == Samples)
            x = TorchForms.Plain(x);
        return x.Columns(
            new(null, x.Image is null ? TorchNode.MatrixProduct : "torch.einsum('nchw,cd->ndhw', {0}, {1})", x.Node,
                matrix), product.Gemm.N);
    }

    /// <summary>Products within each sample, of one matrix or of several.</summary>
    private TorchValue Product(GroupedMatMul product)
    {
        int each = product.Groups % Samples == 0 ? product.Groups / Samples : throw Refused(product, Mixes);
        TorchNode node = new(
            null, TorchNode.MatrixProduct, Factor(0, product.Gemm.TransposeA), Factor(1, product.Gemm.TransposeB));
        int rows = product.Gemm.M * each, columns = product.Gemm.N;
        return TorchValue.OfMatrices(
            each == 1 ? node : node.Then($"{{0}}.reshape(-1, {rows}, {columns})"), rows, columns);

        TorchNode Factor(int input, bool transposed)
        {
            Shape shape = product.Inputs[input].Shape;
            TorchNode factor = TorchForms.Matrices(Value(product, input), shape.Rows / Samples, shape.Columns).Node;
            if (each > 1)
                factor = factor.Then($"{{0}}.reshape(-1, {shape.Rows / product.Groups}, {shape.Columns})");
            return transposed ? TorchForms.Transposed(factor) : factor;
        }
    }

    private TorchValue Gathered(Operation operation, TorchValue labels)
    {
        Tensor table = operation.Inputs[0];
        if (constants.IsLearned(table) && users[table].Count() == 1)
            return Embedded(labels, new(table, null, null));
        return constants.Contains(table) && constants.Whole(table) is { } whole
            ? new(new(null, "{0}[{1}]", whole, labels.Node), VectorOrder.Plain(table.Columns))
            : throw Refused(operation, Mixes);
    }

    private static TorchValue Embedded(TorchValue labels, LayerWeight table)
    {
        VectorOrder order = VectorOrder.Open(table.Matrix.Shape.Columns);
        return new(labels.Node.Through(TorchLayers.Embedding(table, order)), order);
    }

    private static SampleShape Large(ConvolutionShape shape) => new(shape.Height, shape.Width, shape.Channels);

    private static SampleShape Small(ConvolutionShape shape) => new(shape.OutHeight, shape.OutWidth, shape.Filters);

    private TorchValue Convolved(
        Operation operation, IEnumerable<TorchModule> modules, SampleShape from, SampleShape to) =>
        new(modules.Aggregate(AsImages(operation, from).Node, (node, module) => node.Through(module)), Image: to);

    private TorchValue Reshaped(Reshape reshape, TorchValue x)
    {
        (int rows, int columns) = reshape.Output.Shape;
        int before = reshape.Inputs[0].Rows;
        if (rows % Samples != 0)
            throw Refused(reshape, Mixes);
        if (x.IsLabels)
            x = TorchForms.Vectors(x);
        if (reshape.Image is { } size)
        {
            if (before != Samples)
                throw Refused(reshape, "makes several images of each sample");
            return x.Image is not null && x.Image != size && size is { Height: 1, Width: 1 }
                ? x with { Rows = ImageRows.OnePixel } : TorchForms.Images(x, size);
        }

        if (rows == before)
            return x;
        if (rows == Samples)
            return x.Image is null ? TorchForms.Plain(x) : x with { Rows = ImageRows.Flat };
        return x.Image?.Channels == columns ? x with { Rows = ImageRows.Pixels }
            : TorchForms.Matrices(x, rows / Samples, columns);
    }

    private TorchValue Resampled(Operation operation, TorchModule module, SampleShape size, int times, int by) => new(
        AsImages(operation, size).Node.Through(module),
        Image: size with { Height = size.Height * times / by, Width = size.Width * times / by });

    private static TorchModule? Pooling(int factor, float scale) => scale == 1f
        ? new($"nn.AvgPool2d({factor}, divisor_override=1)")
        : scale == 1f / ((float)factor * factor) ? new($"nn.AvgPool2d({factor})") : null;

    private TorchValue OfAllPixels(SumRowGroups sum, TorchValue x)
    {
        int columns = sum.Output.Columns, pixels = sum.RowGroups.Rows;
        if (sum.Factor != 1f && sum.Factor != 1f / pixels)
            throw Refused(sum, "has no counterpart there");
        if (!x.IsPixels)
            return new(
                TorchForms.Matrices(x, pixels, columns).Node.Then($"{{0}}.{(sum.Factor == 1f ? "sum" : "mean")}(1)"),
                VectorOrder.Plain(columns));
        return sum.Factor == 1f
            ? new(
                x.Node.Through(new("SumPool()") { Class = TorchClasses.SumPool }), VectorOrder.Plain(columns))
            : TorchForms.Vectors(new(x.Node.Through(new("nn.AdaptiveAvgPool2d(1)")), Image: new(1, 1, columns)));
    }

    /// <summary>What is done along the columns of each row.</summary>
    private TorchValue OfColumns(Operation operation)
    {
        TorchValue x = Value(operation, 0);
        if (operation.Output.Rows == Samples && !x.IsPixels)
            x = operation is SliceColumns ? TorchForms.Plain(x) : TorchForms.Vectors(x);
        int axis = x.ColumnAxis, columns = operation.Output.Columns;
        string others = axis == 1 ? "" : ":, ";
        TorchNode node = operation switch
        {
            SliceColumns slice => x.Node.Then($"{{0}}[:, {others}{slice.First}:{slice.First + columns}]"),
            RowSums => x.Node.Then($"{{0}}.sum({axis}, keepdim=True)"),
            LogSumExp => x.Node.Then($"{{0}}.logsumexp({axis}, keepdim=True)"),
            Softmax => x.Node.Then($"{{0}}.softmax({axis})"),
            _ => x.Node.Then(
                $"{{0}}.expand({(axis == 1 ? "-1" : "-1, -1")}, {columns}{(x.IsPixels ? ", -1, -1" : "")})"),
        };
        return operation is Softmax ? x with { Node = node } : x.Columns(node, columns);
    }

    /// <summary>A sum, a product, or one beside the other.</summary>
    private TorchValue OfTwo(Operation operation)
    {
        string code = operation switch
        {
            Add or AddBias => TorchNode.Sum,
            ConcatenateColumns => "torch.cat(({0}, {1}), 1)",
            _ => TorchNode.Product,
        };
        int columns = operation.Output.Columns;
        if (operation is not (ConcatenateColumns or RowDots))
        {
            for (int i = 0; i < 2; i++)
            {
                if (constants.Contains(operation.Inputs[1 - i]))
                    return WithConstant(operation, code, i);
            }
        }

        (TorchValue a, TorchValue b) = (Value(operation, 0), Value(operation, 1));
        if (operation.Inputs[0].Rows > Samples)
        {
            if ((a.Image ?? b.Image) is { } size)
                (a, b) = (AsImages(operation, size, 0), AsImages(operation, size, 1));
        }
        else if (!a.IsPixels || !b.IsPixels)
        {
            (a, b) = (TorchForms.Vectors(a), TorchForms.Vectors(b));
            if (operation is Add or Multiply or RowDots && !a.Order!.Join(b.Order!))
                (a, b) = (TorchForms.Plain(a), TorchForms.Plain(b));
        }

        TorchNode node = new(null, a.Matrix is not null && operation is ConcatenateColumns ? "torch.cat(({0}, {1}), 2)"
            : code, a.Node, b.Node);
        return operation switch
        {
            RowDots => a.Columns(node.Then($"{{0}}.sum({a.ColumnAxis}, keepdim=True)"), 1),
            ConcatenateColumns when a.Order is not null => new(node, VectorOrder.Beside(a.Order, b.Order!)),
            ConcatenateColumns => a.Columns(node, columns),
            _ => a with { Node = node },
        };
    }

    /// <summary>With a number, or a row that is the same for each.</summary>
    private TorchValue WithConstant(Operation operation, string code, int input)
    {
        (Tensor tensor, Tensor other) = (operation.Inputs[input], operation.Inputs[1 - input]);
        (TorchValue x, TorchConstant constant) = (Value(operation, input), constants[other]);
        int columns = operation.Output.Columns;
        if (constant.Rows != 1)
            throw TooLarge(operation);
        if (x.IsLabels)
            x = TorchForms.Vectors(x);
        if (constant.Columns == 1 && tensor.Columns == columns)
            return x with { Node = new(null, code, x.Node, constant.Node) };
        TorchNode row = constants.Row(other);
        if (x is { Image: { } image, IsPixels: false } && tensor.Columns == columns)
            row = row.Then($"{{0}}.reshape({image.Height}, {image.Width}, {image.Channels}).permute(2, 0, 1)");
        else if (x.IsPixels)
            return x.Columns(new(null, code, x.Node, row.Then($"{{0}}.reshape(-1, 1, 1)")), columns);
        else if (x.Matrix is null)
            x = TorchForms.Plain(x);
        TorchNode node = new(null, code, x.Node, row);
        return x.Image is null ? x.Columns(node, columns) : x with { Node = node };
    }

    /// <summary>What goes in, as images whose pixels are its rows.</summary>
    private TorchValue AsImages(Operation operation, SampleShape? known = null, int input = 0)
    {
        Tensor tensor = operation.Inputs[input];
        TorchValue x = Value(operation, input);
        SampleShape size = (known ?? x.Image ?? new(tensor.Rows / Samples, 1, 1)) with { Channels = tensor.Columns };
        return tensor.Rows == (long)Samples * size.Height * size.Width ? TorchForms.Images(x, size)
            : throw Refused(operation, "makes several images of each sample");
    }

    private bool IsLayer(MatMul product) =>
        product.Gemm is { TransposeA: false, TransposeB: false } && users[product.B].Count() == 1
        && (product.B.Producer is TracedLayer { Layer: nameof(Layers.SpectralNorm) } norm ? norm.Inputs[0] : product.B)
            is { } weight && constants.IsLearned(weight) && users[weight].Count() == 1;

    private Tensor? Bias(Operation operation) =>
        (operation is Convolution or ConvolutionInputGradient || (operation is MatMul product && IsLayer(product)))
        && users[operation.Output].ToArray() is [AddBias add] && add.Inputs[0] == operation.Output
        && constants.IsLearned(add.Inputs[1]) && users[add.Inputs[1]].Count() == 1
        ? add.Inputs[1] : null;

    private LayerWeight Weight(Operation operation)
    {
        Tensor weight = operation.Inputs[1];
        return weight.Producer switch
        {
            null when constants.IsLearned(weight) => new(weight, null, Bias(operation)),
            TracedLayer { Layer: nameof(Layers.SpectralNorm) } norm =>
                new(norm.Inputs[0], norm.Inputs[1], Bias(operation)),
            _ => throw Refused(operation, "has a weight that is no parameter"),
        };
    }

    private InvalidInputException TooLarge(Operation operation) =>
        Refused(operation, "takes several rows that belong to no sample, and only one can be repeated for each");

    private InvalidInputException Refused(Operation operation, string why)
    {
        string what = Called(operation);
        // The nearest layer.
        Queue<Operation> before = new([operation]);
        while (before.TryDequeue(out Operation? at))
        {
            if (at.Inputs.FirstOrDefault(constants.IsLearned) is { } parameter)
                return Refused(
                    $"can't be written for PyTorch: {what}"
                    + (at == operation ? $" '{LayerOf(parameter)}'" : $" behind '{LayerOf(parameter)}'")
                    + $" {why}");
            foreach (Operation producer in at.Inputs.Select(input => input.Producer).OfType<Operation>())
                before.Enqueue(producer);
        }

        return Refused($"can't be written for PyTorch: {what} {why}");
    }

    /// <summary>An operation as a program calls it.</summary>
    private string Called(Operation operation) => operation switch
    {
        TracedLayer layer => $"the layer {layer.Layer}",
        Convolution or Upsample or SumPool => $"the layer {operation.GetType().Name}",
        ConvolutionInputGradient => "the layer TransposedConvolution",
        Add or AddBias => "the operation +",
        Multiply or ScaleRows => "the operation *",
        StackRows => "the operation ConcatenateRows",
        ColumnSums when IsMean(operation.Output, operation.Inputs[0].Rows) => "the operation ColumnMeans",
        Reshape { Output.Rows: 1 } when users[operation.Output].FirstOrDefault() is RowSums sums =>
            $"the operation {(IsMean(sums.Output, operation.Output.Columns) ? "Mean" : "Sum")}",
        GroupedMatMul => "the operation MatMul",
        ActivationGradient => "the operation Gradient",
        _ => $"the operation {operation.GetType().Name}",
    };

    private bool IsMean(Tensor sum, int count) =>
        users[sum].ToArray() is [Scale scale] && MathF.Abs(scale.Factor) == 1f / count;

    private InvalidInputException Refused(string why) => new($"The {network} {why}.");

    /// <summary>The layer of a parameter "layer.weight", for messages.</summary>
    public static string LayerOf(Tensor parameter) =>
        Shown.Text(parameter.Name.LastIndexOf('.') is > 0 and int end ? parameter.Name[..end] : parameter.Name);
}
