using System.Runtime.CompilerServices;

namespace GanGpu.Kernels;

/// <summary>
/// The innermost part of a host matrix product: a tile of C of 8, 4, 2 or 1 rows by two vectors, its sums held in registers
/// for the whole length of K. A is read by broadcast, at any two strides; B as two vectors a row of its panel.
/// Sixteen independent sums keep both of a core's multiply-add units busy.
/// </summary>
internal static unsafe class GemmTileHost<T>
    where T : unmanaged, ISimd<T>
{
    /// <summary>Rows of the largest tile.</summary>
    public const int Rows = 8;

    /// <summary>Columns of a tile: those of a panel of B.</summary>
    public static int Columns
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 2 * T.Width;
    }

    /// <summary>c[r · cStride + j] = Σ_k a[r · aRow + k · aStep] · b[k · bStep + j] for a tile of <paramref name="rows"/> rows (8, 4, 2 or 1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run(int rows, int k, float* a, nint aRow, nint aStep, float* b, nint bStep, float* c, nint cStride)
    {
        if (rows == 8)
            Run8(k, a, aRow, aStep, b, bStep, c, cStride);
        else if (rows == 4)
            Run4(k, a, aRow, aStep, b, bStep, c, cStride);
        else if (rows == 2)
            Run2(k, a, aRow, aStep, b, bStep, c, cStride);
        else
            Run1(k, a, aStep, b, bStep, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run8(int k, float* a, nint aRow, nint aStep, float* b, nint bStep, float* c, nint cStride)
    {
        T l0 = default, l1 = default, l2 = default, l3 = default, l4 = default, l5 = default, l6 = default, l7 = default;
        T r0 = default, r1 = default, r2 = default, r3 = default, r4 = default, r5 = default, r6 = default, r7 = default;
        float* a4 = a + (4 * aRow);
        for (int i = 0; i < k; i++, a += aStep, a4 += aStep, b += bStep)
        {
            T left = T.Load(b), right = T.Load(b + T.Width), x;
            x = T.Splat(*a);
            l0 = T.Fma(x, left, l0);
            r0 = T.Fma(x, right, r0);
            x = T.Splat(a[aRow]);
            l1 = T.Fma(x, left, l1);
            r1 = T.Fma(x, right, r1);
            x = T.Splat(a[2 * aRow]);
            l2 = T.Fma(x, left, l2);
            r2 = T.Fma(x, right, r2);
            x = T.Splat(a4[-aRow]);
            l3 = T.Fma(x, left, l3);
            r3 = T.Fma(x, right, r3);
            x = T.Splat(*a4);
            l4 = T.Fma(x, left, l4);
            r4 = T.Fma(x, right, r4);
            x = T.Splat(a4[aRow]);
            l5 = T.Fma(x, left, l5);
            r5 = T.Fma(x, right, r5);
            x = T.Splat(a4[2 * aRow]);
            l6 = T.Fma(x, left, l6);
            r6 = T.Fma(x, right, r6);
            x = T.Splat(a4[3 * aRow]);
            l7 = T.Fma(x, left, l7);
            r7 = T.Fma(x, right, r7);
        }

        Store(c, l0, r0);
        Store(c += cStride, l1, r1);
        Store(c += cStride, l2, r2);
        Store(c += cStride, l3, r3);
        Store(c += cStride, l4, r4);
        Store(c += cStride, l5, r5);
        Store(c += cStride, l6, r6);
        Store(c + cStride, l7, r7);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run4(int k, float* a, nint aRow, nint aStep, float* b, nint bStep, float* c, nint cStride)
    {
        T l0 = default, l1 = default, l2 = default, l3 = default, r0 = default, r1 = default, r2 = default, r3 = default;
        for (int i = 0; i < k; i++, a += aStep, b += bStep)
        {
            T left = T.Load(b), right = T.Load(b + T.Width), x;
            x = T.Splat(*a);
            l0 = T.Fma(x, left, l0);
            r0 = T.Fma(x, right, r0);
            x = T.Splat(a[aRow]);
            l1 = T.Fma(x, left, l1);
            r1 = T.Fma(x, right, r1);
            x = T.Splat(a[2 * aRow]);
            l2 = T.Fma(x, left, l2);
            r2 = T.Fma(x, right, r2);
            x = T.Splat(a[3 * aRow]);
            l3 = T.Fma(x, left, l3);
            r3 = T.Fma(x, right, r3);
        }

        Store(c, l0, r0);
        Store(c += cStride, l1, r1);
        Store(c += cStride, l2, r2);
        Store(c + cStride, l3, r3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run2(int k, float* a, nint aRow, nint aStep, float* b, nint bStep, float* c, nint cStride)
    {
        T l0 = default, l1 = default, r0 = default, r1 = default;
        for (int i = 0; i < k; i++, a += aStep, b += bStep)
        {
            T left = T.Load(b), right = T.Load(b + T.Width), x0 = T.Splat(*a), x1 = T.Splat(a[aRow]);
            l0 = T.Fma(x0, left, l0);
            r0 = T.Fma(x0, right, r0);
            l1 = T.Fma(x1, left, l1);
            r1 = T.Fma(x1, right, r1);
        }

        Store(c, l0, r0);
        Store(c + cStride, l1, r1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run1(int k, float* a, nint aStep, float* b, nint bStep, float* c)
    {
        T left = default, right = default;
        for (int i = 0; i < k; i++, a += aStep, b += bStep)
        {
            T x = T.Splat(*a);
            left = T.Fma(x, T.Load(b), left);
            right = T.Fma(x, T.Load(b + T.Width), right);
        }

        Store(c, left, right);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* c, T left, T right)
    {
        T.Store(left, c);
        T.Store(right, c + T.Width);
    }
}
