using System.Diagnostics.CodeAnalysis;

namespace GanGpu.OnnxExport.Graphs;

/// <summary>
/// The numbers of a tensor for each sample, in the forms that nodes want them in: as rows [batch · n, columns], in the
/// order that GanGpu keeps them in (of images pixel after pixel, each with all its channels), or as images [batch,
/// channels, height, width], which is what convolutions of ONNX take. A form is made once, when it is asked for first;
/// a reshape changes nothing but the form.
/// </summary>
internal sealed class Content
{
    private readonly OnnxGraph graph;
    private readonly Dictionary<int, string> rows = [];
    private readonly Dictionary<ImageSize, string> images = [];

    private Content(OnnxGraph graph) => this.graph = graph;

    public static Content OfRows(OnnxGraph graph, int columns, string name) =>
        new(graph) { rows = { [columns] = name } };

    public static Content OfImages(OnnxGraph graph, ImageSize size, string name) =>
        new(graph) { images = { [size] = name } };

    /// <summary>[batch · n, columns].</summary>
    public string Rows(int columns)
    {
        if (rows.TryGetValue(columns, out string? form))
            return form;
        if (rows.Count > 0)
            return rows[columns] = Reshaped(rows.Values.First(), columns);
        (ImageSize size, string image) = images.First();
        if (size.Channels > 1 && size.Pixels > 1)
            image = graph.Node("Transpose", [image], OnnxAttribute.Of("perm", 0, 2, 3, 1));
        return rows[columns] = Reshaped(image, columns);
    }

    /// <summary>[batch, channels, height, width].</summary>
    public string Images(ImageSize size)
    {
        if (images.TryGetValue(size, out string? form))
            return form;
        string row = Rows(rows.Count > 0 ? rows.Keys.First() : size.Length);
        if (size.Channels == 1 || size.Pixels == 1)
            return images[size] = Reshaped(row, size.Channels, size.Height, size.Width);
        string pixels = Reshaped(row, size.Height, size.Width, size.Channels);
        return images[size] = graph.Node("Transpose", [pixels], OnnxAttribute.Of("perm", 0, 3, 1, 2));
    }

    /// <summary>Whether it is there as images of so many channels.</summary>
    public bool IsImages(int channels, [NotNullWhen(true)] out ImageSize? size)
    {
        size = images.Keys.FirstOrDefault(known => known.Channels == channels);
        return size is not null;
    }

    /// <summary>The same function of each number, in the form that is there.</summary>
    public Content Each(Func<string, string> node) => images.Count > 0
        ? OfImages(graph, images.First().Key, node(images.First().Value))
        : OfRows(graph, rows.First().Key, node(rows.First().Value));

    private string Reshaped(string name, params ReadOnlySpan<int> perSample)
    {
        long[] shape = [-1, .. perSample.ToArray().Select(dimension => (long)dimension)];
        return graph.Node("Reshape", [name, graph.Constant("shape", shape)]);
    }
}

/// <summary>The size of images, as ONNX orders it.</summary>
internal sealed record ImageSize(int Channels, int Height, int Width)
{
    public int Pixels => Height * Width;

    public int Length => checked(Channels * Pixels);
}
