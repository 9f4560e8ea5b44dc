using GanGpu.Networks;
using GanGpu.OnnxExport.Graphs;

namespace GanGpu.OnnxExport.Operations;

/// <summary>
/// An operator of a tensor and of one constant row, as wide as it: a number for each column, or channel of images.
/// </summary>
internal static class ChannelWise
{
    public static Content Apply(NetworkTranslation network, Tensor x, string type, Tensor row)
    {
        int columns = x.Shape.Columns;
        float[] numbers = network.NumbersOf(row);
        for (int i = columns; i < numbers.Length; i++)
        {
            // A row that was repeated: each is the first one.
            if (!numbers[i].Equals(numbers[i % columns]))
                throw new NotSupportedException(
                    $"The operation {type} can't be written as ONNX here: the rows of one of its operands differ, though " +
                    "they are the same for each sample.");
        }

        numbers = numbers[..columns];
        Content content = network[x];
        return content.IsImages(columns, out ImageSize? size)
            ? Content.OfImages(
                network.Graph, size,
                network.Graph.Node(type, [content.Images(size), network.Constant(row, numbers, columns, 1, 1)]))
            : Content.OfRows(
                network.Graph, columns,
                network.Graph.Node(type, [content.Rows(columns), network.Constant(row, numbers, columns)]));
    }
}
