namespace GanGpu.PyTorch;

/// <summary>
/// The same values in another form, see <see cref="TorchValue"/>. Each form can become each other one, as only the
/// order of a sample's values differs.
/// </summary>
internal static class TorchForms
{
    private const string Pixels = "{0}.flatten(2).transpose(1, 2)";

    /// <summary>Vectors, of what has one row for each sample.</summary>
    public static TorchValue Vectors(TorchValue x) => x switch
    {
        { Order: not null } => x,
        { Image: { } size } => new(x.Node.Through(new("nn.Flatten()")), VectorOrder.OfImage(size)),
        _ => new(
            x.Node.Then($"nn.functional.one_hot({{0}}, {x.Classes}).float()"), VectorOrder.Plain(x.Classes)),
    };

    /// <summary>Vectors whose values lie as they do here.</summary>
    public static TorchValue Plain(TorchValue x)
    {
        if (x.Image is { } image && image.Channels != 1 && image.Length != image.Channels)
            return new(x.Node.Then($"{{0}}.permute(0, 2, 3, 1).flatten(1)"), VectorOrder.Plain(image.Length));
        if (x.Matrix is { } size)
            return new(x.Node.Then($"{{0}}.flatten(1)"), VectorOrder.Plain(checked(size.Rows * size.Columns)));
        x = Vectors(x);
        return new(Plain(x.Node, x.Order!), VectorOrder.Plain(x.Order!.Length));
    }

    /// <summary>Matrices of so many rows for each sample.</summary>
    public static TorchValue Matrices(TorchValue x, int rows, int columns)
    {
        if (x.Matrix == (rows, columns))
            return x;
        TorchNode node = x.Image?.Channels == columns
            ? new(null, Pixels, x.Node)
            : (x.Matrix is null ? Plain(x).Node : x.Node).Then($"{{0}}.reshape(-1, {rows}, {columns})");
        return new(node) { Matrix = (rows, columns) };
    }

    /// <summary>Images of that size whose pixels are rows here.</summary>
    public static TorchValue Images(TorchValue x, SampleShape size)
    {
        (int height, int width, int channels) = size;
        if (x.Image == size)
            return x with { Rows = ImageRows.Pixels };
        if (x.Order is { } order && order.Join(VectorOrder.OfImage(size)))
            return new(x.Node.Through(new($"nn.Unflatten(1, ({channels}, {height}, {width}))")), Image: size);
        if (x.Image?.Channels == channels)
            return new(x.Node.Then($"{{0}}.reshape(-1, {channels}, {height}, {width})"), Image: size);
        if (x.Matrix is { } matrix && matrix.Columns == channels)
            return new(
                x.Node.Then($"{{0}}.transpose(1, 2).reshape(-1, {channels}, {height}, {width})"), Image: size);
        return new(
            Plain(x).Node.Then($"{{0}}.reshape(-1, {height}, {width}, {channels}).permute(0, 3, 1, 2)"), Image: size);
    }

    /// <summary>Matrices whose rows were columns.</summary>
    public static TorchNode Transposed(TorchNode matrices) => matrices.Code == Pixels
        ? matrices.Inputs[0].Then($"{{0}}.flatten(2)") : matrices.Then($"{{0}}.transpose(1, 2)");

    private static TorchNode Plain(TorchNode node, VectorOrder order)
    {
        if (order.Join(VectorOrder.Plain(order.Length)))
            return node;
        if (order.Image is { } size)
            return node.Then(
                $"{{0}}.reshape(-1, {size.Channels}, {size.Height}, {size.Width}).permute(0, 2, 3, 1).flatten(1)");
        (VectorOrder first, VectorOrder second) = (order.Parts[0], order.Parts[1]);
        return new(
            null, "torch.cat(({0}, {1}), 1)", Plain(node.Then($"{{0}}[:, :{first.Length}]"), first),
            Plain(node.Then($"{{0}}[:, {first.Length}:]"), second));
    }
}
