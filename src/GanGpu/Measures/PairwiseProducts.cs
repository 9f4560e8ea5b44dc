using GanGpu.Backends;
using GanGpu.Kernels.Gemm;
using GanGpu.Kernels.Launching;

namespace GanGpu.Measures;

/// <summary>
/// The scalar products of each sample of one set with all of another, [a.Count, b.Count], computed on a device some
/// rows at a time and looked at on the host, a row at a time, on all its threads.
/// </summary>
internal static class PairwiseProducts
{
    /// <summary>Products that are on their way at a time: 16 MiB.</summary>
    private const int BlockLength = 1 << 22;

    /// <summary>
    /// Looks at a row of products. Rows come in no order and at the same time; the row is the visitor's to overwrite.
    /// </summary>
    /// <param name="row">The sample of the first set.</param>
    /// <param name="products">Its products with all samples of the second.</param>
    public delegate void RowVisitor(int row, Span<float> products);

    /// <exception cref="InvalidInputException">The device rounds the factors of products.</exception>
    public static void ForEachRow(
        Device device, FeatureSet a, FeatureSet b, RowVisitor visit, CancellationToken cancellation)
    {
        if (device.Precision != MatrixPrecision.Float32)
            throw new InvalidInputException(
                $"Distances need products in full single precision, but the device \"{device.Name}\" was opened with " +
                $"{device.Precision}; open it with {MatrixPrecision.Float32}.");
        int dimension = FeatureSet.SharedDimension(a, b), blockRows = Math.Clamp(BlockLength / b.Count, 1, a.Count);
        IBackend backend = device.Backend;
        using DeviceBuffer<float> left = backend.Allocate<float>(checked(blockRows * dimension)),
            right = backend.Allocate<float>(b.Values.Length);
        using DeviceBuffer<float> products = backend.Allocate<float>(checked(blockRows * b.Count));
        right.CopyFrom(b.Values);
        float[] block = new float[products.Length];
        for (int first = 0; first < a.Count; first += blockRows)
        {
            cancellation.ThrowIfCancellationRequested();
            int rows = Math.Min(blockRows, a.Count - first), start = first;
            GemmShape shape = new(rows, b.Count, dimension, TransposeB: true);
            using (backend.Turn(right))
            {
                left.CopyFrom(a.Values.AsSpan(first * dimension, rows * dimension));
                backend.Bind(
                    new GemmLaunch(
                        shape, left.All.Part(0, rows * dimension), right.All, products.All.Part(0, rows * b.Count),
                        default))();
                products.CopyTo(block.AsSpan(0, rows * b.Count));
            }

            Parallel.For(0, rows, row => visit(start + row, block.AsSpan(row * b.Count, b.Count)));
        }
    }
}
