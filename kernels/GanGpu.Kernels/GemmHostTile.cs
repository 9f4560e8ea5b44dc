using System.Runtime.CompilerServices;

namespace GanGpu.Kernels;

/// <summary>
/// The innermost loop of the host's matrix product: up to eight rows of C by one or two vectors of columns, whose sums stay
/// in registers. c[r, j] (+)= Σ_k a[r·RowStride + k·DepthStride] · b[k·BStride + j], in the order of k by one chain of
/// multiply-adds for each element, so that the bits do not depend on which tile an element falls into.
/// </summary>
/// <remarks>
/// The sums are sixteen named locals because an array of vectors would live in memory. Two vectors by eight rows need ten
/// loads for sixteen multiply-adds; with eight sums or more the adders' latency is hidden.
/// </remarks>
internal readonly unsafe struct GemmHostTile
{
    public float* A { get; init; }

    public nint RowStride { get; init; }

    public nint DepthStride { get; init; }

    /// <summary>Rows of the tile, 1 to <see cref="RowsFor"/>.</summary>
    public int Rows { get; init; }

    /// <summary>One or two vectors of every row; whole vectors are read.</summary>
    public float* B { get; init; }

    public nint BStride { get; init; }

    public int Depth { get; init; }

    /// <summary>Whole vectors are written.</summary>
    public float* C { get; init; }

    public nint CStride { get; init; }

    /// <summary>Whether the sums start from what C holds, not from 0.</summary>
    public bool Accumulate { get; init; }

    /// <summary>Rows of a full tile that is so many vectors wide.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int RowsFor<TSimd>(int vectors)
        where TSimd : struct, ISimd<TSimd> =>
        vectors == 1 ? 8 : TSimd.TileRows;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Compute<TSimd>(int vectors)
        where TSimd : struct, ISimd<TSimd>
    {
        if (vectors == 1)
            Rows8x1<TSimd>();
        else if (TSimd.TileRows == 4 || Rows <= 4)
            Rows4x2<TSimd>();
        else if (TSimd.TileRows == 6)
            Rows6x2<TSimd>();
        else
            Rows8x2<TSimd>();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Rows8x2<TSimd>()
        where TSimd : struct, ISimd<TSimd>
    {
        // Rows past the end repeat the last one: they compute its sums again and store them again.
        int last = Rows - 1;
        float* a0 = A, a1 = A + Math.Min(1, last) * RowStride, a2 = A + Math.Min(2, last) * RowStride, a3 = A + Math.Min(3, last) * RowStride, a4 = A + Math.Min(4, last) * RowStride, a5 = A + Math.Min(5, last) * RowStride, a6 = A + Math.Min(6, last) * RowStride, a7 = A + Math.Min(7, last) * RowStride;
        float* c0 = C, c1 = C + Math.Min(1, last) * CStride, c2 = C + Math.Min(2, last) * CStride, c3 = C + Math.Min(3, last) * CStride, c4 = C + Math.Min(4, last) * CStride, c5 = C + Math.Min(5, last) * CStride, c6 = C + Math.Min(6, last) * CStride, c7 = C + Math.Min(7, last) * CStride;
        TSimd s00 = TSimd.Splat(0f), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00, s40 = s00, s41 = s00, s50 = s00, s51 = s00, s60 = s00, s61 = s00, s70 = s00, s71 = s00;
        if (Accumulate)
        {
            s00 = TSimd.Load(c0);
            s01 = TSimd.Load(c0 + TSimd.Count);
            s10 = TSimd.Load(c1);
            s11 = TSimd.Load(c1 + TSimd.Count);
            s20 = TSimd.Load(c2);
            s21 = TSimd.Load(c2 + TSimd.Count);
            s30 = TSimd.Load(c3);
            s31 = TSimd.Load(c3 + TSimd.Count);
            s40 = TSimd.Load(c4);
            s41 = TSimd.Load(c4 + TSimd.Count);
            s50 = TSimd.Load(c5);
            s51 = TSimd.Load(c5 + TSimd.Count);
            s60 = TSimd.Load(c6);
            s61 = TSimd.Load(c6 + TSimd.Count);
            s70 = TSimd.Load(c7);
            s71 = TSimd.Load(c7 + TSimd.Count);
        }

        float* b = B;
        nint depthStride = DepthStride, bStride = BStride, k = 0;
        for (int step = Depth; step > 0; step--)
        {
            TSimd x, b0 = TSimd.Load(b), b1 = TSimd.Load(b + TSimd.Count);
            x = TSimd.Splat(a0[k]);
            s00 = TSimd.Fma(x, b0, s00);
            s01 = TSimd.Fma(x, b1, s01);
            x = TSimd.Splat(a1[k]);
            s10 = TSimd.Fma(x, b0, s10);
            s11 = TSimd.Fma(x, b1, s11);
            x = TSimd.Splat(a2[k]);
            s20 = TSimd.Fma(x, b0, s20);
            s21 = TSimd.Fma(x, b1, s21);
            x = TSimd.Splat(a3[k]);
            s30 = TSimd.Fma(x, b0, s30);
            s31 = TSimd.Fma(x, b1, s31);
            x = TSimd.Splat(a4[k]);
            s40 = TSimd.Fma(x, b0, s40);
            s41 = TSimd.Fma(x, b1, s41);
            x = TSimd.Splat(a5[k]);
            s50 = TSimd.Fma(x, b0, s50);
            s51 = TSimd.Fma(x, b1, s51);
            x = TSimd.Splat(a6[k]);
            s60 = TSimd.Fma(x, b0, s60);
            s61 = TSimd.Fma(x, b1, s61);
            x = TSimd.Splat(a7[k]);
            s70 = TSimd.Fma(x, b0, s70);
            s71 = TSimd.Fma(x, b1, s71);
            b += bStride;
            k += depthStride;
        }

        s00.Store(c0);
        s01.Store(c0 + TSimd.Count);
        s10.Store(c1);
        s11.Store(c1 + TSimd.Count);
        s20.Store(c2);
        s21.Store(c2 + TSimd.Count);
        s30.Store(c3);
        s31.Store(c3 + TSimd.Count);
        s40.Store(c4);
        s41.Store(c4 + TSimd.Count);
        s50.Store(c5);
        s51.Store(c5 + TSimd.Count);
        s60.Store(c6);
        s61.Store(c6 + TSimd.Count);
        s70.Store(c7);
        s71.Store(c7 + TSimd.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Rows6x2<TSimd>()
        where TSimd : struct, ISimd<TSimd>
    {
        // Rows past the end repeat the last one: they compute its sums again and store them again.
        int last = Rows - 1;
        float* a0 = A, a1 = A + Math.Min(1, last) * RowStride, a2 = A + Math.Min(2, last) * RowStride, a3 = A + Math.Min(3, last) * RowStride, a4 = A + Math.Min(4, last) * RowStride, a5 = A + Math.Min(5, last) * RowStride;
        float* c0 = C, c1 = C + Math.Min(1, last) * CStride, c2 = C + Math.Min(2, last) * CStride, c3 = C + Math.Min(3, last) * CStride, c4 = C + Math.Min(4, last) * CStride, c5 = C + Math.Min(5, last) * CStride;
        TSimd s00 = TSimd.Splat(0f), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00, s40 = s00, s41 = s00, s50 = s00, s51 = s00;
        if (Accumulate)
        {
            s00 = TSimd.Load(c0);
            s01 = TSimd.Load(c0 + TSimd.Count);
            s10 = TSimd.Load(c1);
            s11 = TSimd.Load(c1 + TSimd.Count);
            s20 = TSimd.Load(c2);
            s21 = TSimd.Load(c2 + TSimd.Count);
            s30 = TSimd.Load(c3);
            s31 = TSimd.Load(c3 + TSimd.Count);
            s40 = TSimd.Load(c4);
            s41 = TSimd.Load(c4 + TSimd.Count);
            s50 = TSimd.Load(c5);
            s51 = TSimd.Load(c5 + TSimd.Count);
        }

        float* b = B;
        nint depthStride = DepthStride, bStride = BStride, k = 0;
        for (int step = Depth; step > 0; step--)
        {
            TSimd x, b0 = TSimd.Load(b), b1 = TSimd.Load(b + TSimd.Count);
            x = TSimd.Splat(a0[k]);
            s00 = TSimd.Fma(x, b0, s00);
            s01 = TSimd.Fma(x, b1, s01);
            x = TSimd.Splat(a1[k]);
            s10 = TSimd.Fma(x, b0, s10);
            s11 = TSimd.Fma(x, b1, s11);
            x = TSimd.Splat(a2[k]);
            s20 = TSimd.Fma(x, b0, s20);
            s21 = TSimd.Fma(x, b1, s21);
            x = TSimd.Splat(a3[k]);
            s30 = TSimd.Fma(x, b0, s30);
            s31 = TSimd.Fma(x, b1, s31);
            x = TSimd.Splat(a4[k]);
            s40 = TSimd.Fma(x, b0, s40);
            s41 = TSimd.Fma(x, b1, s41);
            x = TSimd.Splat(a5[k]);
            s50 = TSimd.Fma(x, b0, s50);
            s51 = TSimd.Fma(x, b1, s51);
            b += bStride;
            k += depthStride;
        }

        s00.Store(c0);
        s01.Store(c0 + TSimd.Count);
        s10.Store(c1);
        s11.Store(c1 + TSimd.Count);
        s20.Store(c2);
        s21.Store(c2 + TSimd.Count);
        s30.Store(c3);
        s31.Store(c3 + TSimd.Count);
        s40.Store(c4);
        s41.Store(c4 + TSimd.Count);
        s50.Store(c5);
        s51.Store(c5 + TSimd.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Rows4x2<TSimd>()
        where TSimd : struct, ISimd<TSimd>
    {
        // Rows past the end repeat the last one: they compute its sums again and store them again.
        int last = Rows - 1;
        float* a0 = A, a1 = A + Math.Min(1, last) * RowStride, a2 = A + Math.Min(2, last) * RowStride, a3 = A + Math.Min(3, last) * RowStride;
        float* c0 = C, c1 = C + Math.Min(1, last) * CStride, c2 = C + Math.Min(2, last) * CStride, c3 = C + Math.Min(3, last) * CStride;
        TSimd s00 = TSimd.Splat(0f), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
        if (Accumulate)
        {
            s00 = TSimd.Load(c0);
            s01 = TSimd.Load(c0 + TSimd.Count);
            s10 = TSimd.Load(c1);
            s11 = TSimd.Load(c1 + TSimd.Count);
            s20 = TSimd.Load(c2);
            s21 = TSimd.Load(c2 + TSimd.Count);
            s30 = TSimd.Load(c3);
            s31 = TSimd.Load(c3 + TSimd.Count);
        }

        float* b = B;
        nint depthStride = DepthStride, bStride = BStride, k = 0;
        for (int step = Depth; step > 0; step--)
        {
            TSimd x, b0 = TSimd.Load(b), b1 = TSimd.Load(b + TSimd.Count);
            x = TSimd.Splat(a0[k]);
            s00 = TSimd.Fma(x, b0, s00);
            s01 = TSimd.Fma(x, b1, s01);
            x = TSimd.Splat(a1[k]);
            s10 = TSimd.Fma(x, b0, s10);
            s11 = TSimd.Fma(x, b1, s11);
            x = TSimd.Splat(a2[k]);
            s20 = TSimd.Fma(x, b0, s20);
            s21 = TSimd.Fma(x, b1, s21);
            x = TSimd.Splat(a3[k]);
            s30 = TSimd.Fma(x, b0, s30);
            s31 = TSimd.Fma(x, b1, s31);
            b += bStride;
            k += depthStride;
        }

        s00.Store(c0);
        s01.Store(c0 + TSimd.Count);
        s10.Store(c1);
        s11.Store(c1 + TSimd.Count);
        s20.Store(c2);
        s21.Store(c2 + TSimd.Count);
        s30.Store(c3);
        s31.Store(c3 + TSimd.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Rows8x1<TSimd>()
        where TSimd : struct, ISimd<TSimd>
    {
        // Rows past the end repeat the last one: they compute its sums again and store them again.
        int last = Rows - 1;
        float* a0 = A, a1 = A + Math.Min(1, last) * RowStride, a2 = A + Math.Min(2, last) * RowStride, a3 = A + Math.Min(3, last) * RowStride, a4 = A + Math.Min(4, last) * RowStride, a5 = A + Math.Min(5, last) * RowStride, a6 = A + Math.Min(6, last) * RowStride, a7 = A + Math.Min(7, last) * RowStride;
        float* c0 = C, c1 = C + Math.Min(1, last) * CStride, c2 = C + Math.Min(2, last) * CStride, c3 = C + Math.Min(3, last) * CStride, c4 = C + Math.Min(4, last) * CStride, c5 = C + Math.Min(5, last) * CStride, c6 = C + Math.Min(6, last) * CStride, c7 = C + Math.Min(7, last) * CStride;
        TSimd s00 = TSimd.Splat(0f), s10 = s00, s20 = s00, s30 = s00, s40 = s00, s50 = s00, s60 = s00, s70 = s00;
        if (Accumulate)
        {
            s00 = TSimd.Load(c0);
            s10 = TSimd.Load(c1);
            s20 = TSimd.Load(c2);
            s30 = TSimd.Load(c3);
            s40 = TSimd.Load(c4);
            s50 = TSimd.Load(c5);
            s60 = TSimd.Load(c6);
            s70 = TSimd.Load(c7);
        }

        float* b = B;
        nint depthStride = DepthStride, bStride = BStride, k = 0;
        for (int step = Depth; step > 0; step--)
        {
            TSimd x, b0 = TSimd.Load(b);
            x = TSimd.Splat(a0[k]);
            s00 = TSimd.Fma(x, b0, s00);
            x = TSimd.Splat(a1[k]);
            s10 = TSimd.Fma(x, b0, s10);
            x = TSimd.Splat(a2[k]);
            s20 = TSimd.Fma(x, b0, s20);
            x = TSimd.Splat(a3[k]);
            s30 = TSimd.Fma(x, b0, s30);
            x = TSimd.Splat(a4[k]);
            s40 = TSimd.Fma(x, b0, s40);
            x = TSimd.Splat(a5[k]);
            s50 = TSimd.Fma(x, b0, s50);
            x = TSimd.Splat(a6[k]);
            s60 = TSimd.Fma(x, b0, s60);
            x = TSimd.Splat(a7[k]);
            s70 = TSimd.Fma(x, b0, s70);
            b += bStride;
            k += depthStride;
        }

        s00.Store(c0);
        s10.Store(c1);
        s20.Store(c2);
        s30.Store(c3);
        s40.Store(c4);
        s50.Store(c5);
        s60.Store(c6);
        s70.Store(c7);
    }
}
