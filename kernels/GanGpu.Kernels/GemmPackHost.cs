using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GanGpu.Kernels;

/// <summary>Copies a panel of B, all K rows of some columns, together: [K, width], columns that B does not have as zeros.</summary>
internal static unsafe class GemmPackHost
{
    /// <summary>From B stored [K,N].</summary>
    public static void Rows(int k, float* b, nint bStride, int columns, float* panel, int width)
    {
        for (int row = 0; row < k; row++, b += bStride, panel += width)
        {
            new ReadOnlySpan<float>(b, columns).CopyTo(new Span<float>(panel, width));
            new Span<float>(panel + columns, width - columns).Clear();
        }
    }

    /// <summary>From B stored [N,K]: the panel is the transpose of <paramref name="columns"/> of its rows.</summary>
    public static void Transposed(int k, float* b, nint bStride, int columns, float* panel, int width)
    {
        int column = 0;
        for (; column <= columns - 4; column += 4)
            FourColumns(k, b + (column * bStride), bStride, panel + column, width);
        for (; column < columns; column++)
        {
            for (int row = 0; row < k; row++)
                panel[(row * width) + column] = b[(column * bStride) + row];
        }

        for (int row = 0; columns < width && row < k; row++)
            new Span<float>(panel + ((long)row * width) + columns, width - columns).Clear();
    }

    private static void FourColumns(int k, float* b, nint bStride, float* panel, int width)
    {
        int row = 0;
        if (Sse.IsSupported)
        {
            for (; row <= k - 4; row += 4)
            {
                Vector128<float> x0 = Vector128.Load(b + row), x1 = Vector128.Load(b + bStride + row);
                Vector128<float> x2 = Vector128.Load(b + (2 * bStride) + row), x3 = Vector128.Load(b + (3 * bStride) + row);
                Vector128<float> low01 = Sse.UnpackLow(x0, x1), low23 = Sse.UnpackLow(x2, x3), high01 = Sse.UnpackHigh(x0, x1), high23 = Sse.UnpackHigh(x2, x3);
                float* target = panel + ((long)row * width);
                Sse.MoveLowToHigh(low01, low23).Store(target);
                Sse.MoveHighToLow(low23, low01).Store(target + width);
                Sse.MoveLowToHigh(high01, high23).Store(target + (2 * width));
                Sse.MoveHighToLow(high23, high01).Store(target + (3 * width));
            }
        }

        for (; row < k; row++)
        {
            float* target = panel + ((long)row * width);
            target[0] = b[row];
            target[1] = b[bStride + row];
            target[2] = b[(2 * bStride) + row];
            target[3] = b[(3 * bStride) + row];
        }
    }
}
