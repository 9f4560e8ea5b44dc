using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels;

/// <summary>
/// Maxout (Goodfellow et al. 2013, arXiv:1302.4389): a unit is the greatest of its pieces; piece p of unit u is column
/// p · units + u. Of equal pieces the first counts. One thread per unit of a row.
/// </summary>
internal sealed class MaxoutGpu(KernelLoader loader)
{
    /// <summary>y[r,u] = values[r, p · units + u] of the piece p that is the greatest of keys[r, · units + u]. Overwrites y.</summary>
    public static void SelectKernel(int length, int units, int pieces, ArrayView<float> values, ArrayView<float> keys, ArrayView<float> y)
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < length)
        {
            int first = i / units * units * pieces + i % units;
            y[i] = values[first + units * Greatest(units, pieces, first, keys)];
        }
    }

    /// <summary>dx[r, p · units + u] = dy[r,u] for the piece p that is the greatest of keys, 0 for the others. Overwrites dx.</summary>
    public static void SpreadKernel(int length, int units, int pieces, ArrayView<float> dy, ArrayView<float> keys, ArrayView<float> dx)
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < length)
        {
            int first = i / units * units * pieces + i % units, greatest = Greatest(units, pieces, first, keys);
            for (int p = 0; p < pieces; p++)
                dx[first + p * units] = p == greatest ? dy[i] : 0f;
        }
    }

    public Action BindSelect(AcceleratorStream stream, int units, int pieces, ArrayView<float> values, ArrayView<float> keys, ArrayView<float> y) =>
        Bind(stream, SelectKernel, y.IntLength, units, pieces, values, keys, y);

    public Action BindSpread(AcceleratorStream stream, int units, int pieces, ArrayView<float> dy, ArrayView<float> keys, ArrayView<float> dx) =>
        Bind(stream, SpreadKernel, dy.IntLength, units, pieces, dy, keys, dx);

    private static int Greatest(int units, int pieces, int first, ArrayView<float> keys)
    {
        int greatest = 0;
        float most = keys[first];
        for (int p = 1; p < pieces; p++)
        {
            float key = keys[first + p * units];
            if (key > most)
            {
                most = key;
                greatest = p;
            }
        }

        return greatest;
    }

    private Action Bind(
        AcceleratorStream stream, Action<int, int, int, ArrayView<float>, ArrayView<float>, ArrayView<float>> kernel, int length, int units, int pieces,
        ArrayView<float> a, ArrayView<float> keys, ArrayView<float> y)
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, int, int, int, ArrayView<float>, ArrayView<float>, ArrayView<float>>>(kernel);
        KernelConfig config = loader.PerElement(length);
        return () => launch(stream, config, length, units, pieces, a, keys, y);
    }
}
