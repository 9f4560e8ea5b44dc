using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// The innermost loop of the host's matrix product: up to eight rows of C by one or two vectors of columns, whose sums
/// stay in registers. c[r, j] (+)= Σ_k a[r·RowStride + k·DepthStride] · b[k·BStride + j]. Each element is one chain of
/// multiply-adds in the order of k, so the bits do not depend on the tile that computes it.
/// </summary>
/// <remarks>
/// The sums are sixteen named locals because an array of vectors would live in memory. A tile of two vectors by eight
/// rows needs ten loads for sixteen multiply-adds; eight or more sums hide the latency of the adders.
/// </remarks>
internal readonly unsafe struct GemmHostTile
{
    /// <summary>Rows of the tallest tile.</summary>
    public const int MostRows = 8;

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

    /// <summary>Whether the sums start from the values in C rather than from 0.</summary>
    public bool Accumulate { get; init; }

    /// <summary>The first column of the tile.</summary>
    public int Column { get; init; }

    /// <summary>Rows of a full tile that is this many vectors wide.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int RowsFor<TSimd>(int vectors)
        where TSimd : struct, ISimd<TSimd> =>
        vectors == 1 ? 8 : TSimd.TileRows;

    /// <summary>Rows of a full tile of two vectors, on this machine.</summary>
    public static int RowsHere => Simd.Width switch
    {
        16 => Simd512.TileRows,
        8 => Simd256.TileRows,
        _ => Simd128.TileRows,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Compute<TSimd, TEpilogue>(int vectors, in GemmHostEpilogue epilogue)
        where TSimd : struct, ISimd<TSimd>
        where TEpilogue : struct, IGemmHostEpilogue =>
            Compute<TSimd, TEpilogue, SingleLoop>(vectors, epilogue, default);

    /// <summary>The same, with loops around the steps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Compute<TSimd, TEpilogue, TLoop>(int vectors, in GemmHostEpilogue epilogue, in TLoop loop)
        where TSimd : struct, ISimd<TSimd>
        where TEpilogue : struct, IGemmHostEpilogue
        where TLoop : struct, IReductionLoop
    {
        if (vectors == 1)
            Rows8x1<TSimd, TEpilogue, TLoop>(epilogue, loop);
        else if (TSimd.TileRows == 4 || Rows <= 4)
            Rows4x2<TSimd, TEpilogue, TLoop>(epilogue, loop);
        else if (TSimd.TileRows == 6 || Rows <= 6)
            Rows6x2<TSimd, TEpilogue, TLoop>(epilogue, loop);
        else
            Rows8x2<TSimd, TEpilogue, TLoop>(epilogue, loop);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Rows8x2<TSimd, TEpilogue, TLoop>(in GemmHostEpilogue epilogue, in TLoop loop)
        where TSimd : struct, ISimd<TSimd>
        where TEpilogue : struct, IGemmHostEpilogue
        where TLoop : struct, IReductionLoop
    {
        int rows = Rows;
        float* a0 = A, a1 = NextRow(a0, RowStride, rows > 1), a2 = NextRow(a1, RowStride, rows > 2),
            a3 = NextRow(a2, RowStride, rows > 3), a4 = NextRow(a3, RowStride, rows > 4),
            a5 = NextRow(a4, RowStride, rows > 5), a6 = NextRow(a5, RowStride, rows > 6),
            a7 = NextRow(a6, RowStride, rows > 7);
        TSimd s00 = TSimd.Splat(0f), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00,
            s40 = s00, s41 = s00, s50 = s00, s51 = s00, s60 = s00, s61 = s00, s70 = s00, s71 = s00;
        if (Accumulate)
        {
            float* c = C;
            s00 = TSimd.Load(c);
            s01 = TSimd.Load(c + TSimd.Count);
            c = NextRow(c, CStride, rows > 1);
            s10 = TSimd.Load(c);
            s11 = TSimd.Load(c + TSimd.Count);
            c = NextRow(c, CStride, rows > 2);
            s20 = TSimd.Load(c);
            s21 = TSimd.Load(c + TSimd.Count);
            c = NextRow(c, CStride, rows > 3);
            s30 = TSimd.Load(c);
            s31 = TSimd.Load(c + TSimd.Count);
            c = NextRow(c, CStride, rows > 4);
            s40 = TSimd.Load(c);
            s41 = TSimd.Load(c + TSimd.Count);
            c = NextRow(c, CStride, rows > 5);
            s50 = TSimd.Load(c);
            s51 = TSimd.Load(c + TSimd.Count);
            c = NextRow(c, CStride, rows > 6);
            s60 = TSimd.Load(c);
            s61 = TSimd.Load(c + TSimd.Count);
            c = NextRow(c, CStride, rows > 7);
            s70 = TSimd.Load(c);
            s71 = TSimd.Load(c + TSimd.Count);
        }

        float* b = B;
        nint depthStride = DepthStride, bStride = BStride, k = 0;
        int outerRepeats = loop.OuterRepeats;
        do
        {
            int innerRepeats = loop.InnerRepeats;
            do
            {
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

                b += loop.InnerSkipB;
                k += loop.InnerSkipA;
            }
            while (TLoop.IsNested && --innerRepeats >= 0);
            b += loop.OuterSkipB;
            k += loop.OuterSkipA;
        }
        while (TLoop.IsNested && --outerRepeats >= 0);

        float* target = C;
        s00 = TEpilogue.Finish(epilogue, s00, target, Column);
        s01 = TEpilogue.Finish(epilogue, s01, target + TSimd.Count, Column + TSimd.Count);
        target = NextRow(target, CStride, rows > 1);
        s10 = TEpilogue.Finish(epilogue, s10, target, Column);
        s11 = TEpilogue.Finish(epilogue, s11, target + TSimd.Count, Column + TSimd.Count);
        target = NextRow(target, CStride, rows > 2);
        s20 = TEpilogue.Finish(epilogue, s20, target, Column);
        s21 = TEpilogue.Finish(epilogue, s21, target + TSimd.Count, Column + TSimd.Count);
        target = NextRow(target, CStride, rows > 3);
        s30 = TEpilogue.Finish(epilogue, s30, target, Column);
        s31 = TEpilogue.Finish(epilogue, s31, target + TSimd.Count, Column + TSimd.Count);
        target = NextRow(target, CStride, rows > 4);
        s40 = TEpilogue.Finish(epilogue, s40, target, Column);
        s41 = TEpilogue.Finish(epilogue, s41, target + TSimd.Count, Column + TSimd.Count);
        target = NextRow(target, CStride, rows > 5);
        s50 = TEpilogue.Finish(epilogue, s50, target, Column);
        s51 = TEpilogue.Finish(epilogue, s51, target + TSimd.Count, Column + TSimd.Count);
        target = NextRow(target, CStride, rows > 6);
        s60 = TEpilogue.Finish(epilogue, s60, target, Column);
        s61 = TEpilogue.Finish(epilogue, s61, target + TSimd.Count, Column + TSimd.Count);
        target = NextRow(target, CStride, rows > 7);
        s70 = TEpilogue.Finish(epilogue, s70, target, Column);
        s71 = TEpilogue.Finish(epilogue, s71, target + TSimd.Count, Column + TSimd.Count);

        target = C;
        s00.Store(target);
        s01.Store(target + TSimd.Count);
        target = NextRow(target, CStride, rows > 1);
        s10.Store(target);
        s11.Store(target + TSimd.Count);
        target = NextRow(target, CStride, rows > 2);
        s20.Store(target);
        s21.Store(target + TSimd.Count);
        target = NextRow(target, CStride, rows > 3);
        s30.Store(target);
        s31.Store(target + TSimd.Count);
        target = NextRow(target, CStride, rows > 4);
        s40.Store(target);
        s41.Store(target + TSimd.Count);
        target = NextRow(target, CStride, rows > 5);
        s50.Store(target);
        s51.Store(target + TSimd.Count);
        target = NextRow(target, CStride, rows > 6);
        s60.Store(target);
        s61.Store(target + TSimd.Count);
        target = NextRow(target, CStride, rows > 7);
        s70.Store(target);
        s71.Store(target + TSimd.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Rows6x2<TSimd, TEpilogue, TLoop>(in GemmHostEpilogue epilogue, in TLoop loop)
        where TSimd : struct, ISimd<TSimd>
        where TEpilogue : struct, IGemmHostEpilogue
        where TLoop : struct, IReductionLoop
    {
        int rows = Rows;
        float* a0 = A, a1 = NextRow(a0, RowStride, rows > 1), a2 = NextRow(a1, RowStride, rows > 2),
            a3 = NextRow(a2, RowStride, rows > 3), a4 = NextRow(a3, RowStride, rows > 4),
            a5 = NextRow(a4, RowStride, rows > 5);
        TSimd s00 = TSimd.Splat(0f), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00,
            s40 = s00, s41 = s00, s50 = s00, s51 = s00;
        if (Accumulate)
        {
            float* c = C;
            s00 = TSimd.Load(c);
            s01 = TSimd.Load(c + TSimd.Count);
            c = NextRow(c, CStride, rows > 1);
            s10 = TSimd.Load(c);
            s11 = TSimd.Load(c + TSimd.Count);
            c = NextRow(c, CStride, rows > 2);
            s20 = TSimd.Load(c);
            s21 = TSimd.Load(c + TSimd.Count);
            c = NextRow(c, CStride, rows > 3);
            s30 = TSimd.Load(c);
            s31 = TSimd.Load(c + TSimd.Count);
            c = NextRow(c, CStride, rows > 4);
            s40 = TSimd.Load(c);
            s41 = TSimd.Load(c + TSimd.Count);
            c = NextRow(c, CStride, rows > 5);
            s50 = TSimd.Load(c);
            s51 = TSimd.Load(c + TSimd.Count);
        }

        float* b = B;
        nint depthStride = DepthStride, bStride = BStride, k = 0;
        int outerRepeats = loop.OuterRepeats;
        do
        {
            int innerRepeats = loop.InnerRepeats;
            do
            {
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

                b += loop.InnerSkipB;
                k += loop.InnerSkipA;
            }
            while (TLoop.IsNested && --innerRepeats >= 0);
            b += loop.OuterSkipB;
            k += loop.OuterSkipA;
        }
        while (TLoop.IsNested && --outerRepeats >= 0);

        float* target = C;
        s00 = TEpilogue.Finish(epilogue, s00, target, Column);
        s01 = TEpilogue.Finish(epilogue, s01, target + TSimd.Count, Column + TSimd.Count);
        target = NextRow(target, CStride, rows > 1);
        s10 = TEpilogue.Finish(epilogue, s10, target, Column);
        s11 = TEpilogue.Finish(epilogue, s11, target + TSimd.Count, Column + TSimd.Count);
        target = NextRow(target, CStride, rows > 2);
        s20 = TEpilogue.Finish(epilogue, s20, target, Column);
        s21 = TEpilogue.Finish(epilogue, s21, target + TSimd.Count, Column + TSimd.Count);
        target = NextRow(target, CStride, rows > 3);
        s30 = TEpilogue.Finish(epilogue, s30, target, Column);
        s31 = TEpilogue.Finish(epilogue, s31, target + TSimd.Count, Column + TSimd.Count);
        target = NextRow(target, CStride, rows > 4);
        s40 = TEpilogue.Finish(epilogue, s40, target, Column);
        s41 = TEpilogue.Finish(epilogue, s41, target + TSimd.Count, Column + TSimd.Count);
        target = NextRow(target, CStride, rows > 5);
        s50 = TEpilogue.Finish(epilogue, s50, target, Column);
        s51 = TEpilogue.Finish(epilogue, s51, target + TSimd.Count, Column + TSimd.Count);

        target = C;
        s00.Store(target);
        s01.Store(target + TSimd.Count);
        target = NextRow(target, CStride, rows > 1);
        s10.Store(target);
        s11.Store(target + TSimd.Count);
        target = NextRow(target, CStride, rows > 2);
        s20.Store(target);
        s21.Store(target + TSimd.Count);
        target = NextRow(target, CStride, rows > 3);
        s30.Store(target);
        s31.Store(target + TSimd.Count);
        target = NextRow(target, CStride, rows > 4);
        s40.Store(target);
        s41.Store(target + TSimd.Count);
        target = NextRow(target, CStride, rows > 5);
        s50.Store(target);
        s51.Store(target + TSimd.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Rows4x2<TSimd, TEpilogue, TLoop>(in GemmHostEpilogue epilogue, in TLoop loop)
        where TSimd : struct, ISimd<TSimd>
        where TEpilogue : struct, IGemmHostEpilogue
        where TLoop : struct, IReductionLoop
    {
        int rows = Rows;
        float* a0 = A, a1 = NextRow(a0, RowStride, rows > 1), a2 = NextRow(a1, RowStride, rows > 2),
            a3 = NextRow(a2, RowStride, rows > 3);
        TSimd s00 = TSimd.Splat(0f), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
        if (Accumulate)
        {
            float* c = C;
            s00 = TSimd.Load(c);
            s01 = TSimd.Load(c + TSimd.Count);
            c = NextRow(c, CStride, rows > 1);
            s10 = TSimd.Load(c);
            s11 = TSimd.Load(c + TSimd.Count);
            c = NextRow(c, CStride, rows > 2);
            s20 = TSimd.Load(c);
            s21 = TSimd.Load(c + TSimd.Count);
            c = NextRow(c, CStride, rows > 3);
            s30 = TSimd.Load(c);
            s31 = TSimd.Load(c + TSimd.Count);
        }

        float* b = B;
        nint depthStride = DepthStride, bStride = BStride, k = 0;
        int outerRepeats = loop.OuterRepeats;
        do
        {
            int innerRepeats = loop.InnerRepeats;
            do
            {
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

                b += loop.InnerSkipB;
                k += loop.InnerSkipA;
            }
            while (TLoop.IsNested && --innerRepeats >= 0);
            b += loop.OuterSkipB;
            k += loop.OuterSkipA;
        }
        while (TLoop.IsNested && --outerRepeats >= 0);

        float* target = C;
        s00 = TEpilogue.Finish(epilogue, s00, target, Column);
        s01 = TEpilogue.Finish(epilogue, s01, target + TSimd.Count, Column + TSimd.Count);
        target = NextRow(target, CStride, rows > 1);
        s10 = TEpilogue.Finish(epilogue, s10, target, Column);
        s11 = TEpilogue.Finish(epilogue, s11, target + TSimd.Count, Column + TSimd.Count);
        target = NextRow(target, CStride, rows > 2);
        s20 = TEpilogue.Finish(epilogue, s20, target, Column);
        s21 = TEpilogue.Finish(epilogue, s21, target + TSimd.Count, Column + TSimd.Count);
        target = NextRow(target, CStride, rows > 3);
        s30 = TEpilogue.Finish(epilogue, s30, target, Column);
        s31 = TEpilogue.Finish(epilogue, s31, target + TSimd.Count, Column + TSimd.Count);

        target = C;
        s00.Store(target);
        s01.Store(target + TSimd.Count);
        target = NextRow(target, CStride, rows > 1);
        s10.Store(target);
        s11.Store(target + TSimd.Count);
        target = NextRow(target, CStride, rows > 2);
        s20.Store(target);
        s21.Store(target + TSimd.Count);
        target = NextRow(target, CStride, rows > 3);
        s30.Store(target);
        s31.Store(target + TSimd.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Rows8x1<TSimd, TEpilogue, TLoop>(in GemmHostEpilogue epilogue, in TLoop loop)
        where TSimd : struct, ISimd<TSimd>
        where TEpilogue : struct, IGemmHostEpilogue
        where TLoop : struct, IReductionLoop
    {
        int rows = Rows;
        float* a0 = A, a1 = NextRow(a0, RowStride, rows > 1), a2 = NextRow(a1, RowStride, rows > 2),
            a3 = NextRow(a2, RowStride, rows > 3), a4 = NextRow(a3, RowStride, rows > 4),
            a5 = NextRow(a4, RowStride, rows > 5), a6 = NextRow(a5, RowStride, rows > 6),
            a7 = NextRow(a6, RowStride, rows > 7);
        TSimd s00 = TSimd.Splat(0f), s10 = s00, s20 = s00, s30 = s00, s40 = s00, s50 = s00, s60 = s00, s70 = s00;
        if (Accumulate)
        {
            float* c = C;
            s00 = TSimd.Load(c);
            c = NextRow(c, CStride, rows > 1);
            s10 = TSimd.Load(c);
            c = NextRow(c, CStride, rows > 2);
            s20 = TSimd.Load(c);
            c = NextRow(c, CStride, rows > 3);
            s30 = TSimd.Load(c);
            c = NextRow(c, CStride, rows > 4);
            s40 = TSimd.Load(c);
            c = NextRow(c, CStride, rows > 5);
            s50 = TSimd.Load(c);
            c = NextRow(c, CStride, rows > 6);
            s60 = TSimd.Load(c);
            c = NextRow(c, CStride, rows > 7);
            s70 = TSimd.Load(c);
        }

        float* b = B;
        nint depthStride = DepthStride, bStride = BStride, k = 0;
        int outerRepeats = loop.OuterRepeats;
        do
        {
            int innerRepeats = loop.InnerRepeats;
            do
            {
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

                b += loop.InnerSkipB;
                k += loop.InnerSkipA;
            }
            while (TLoop.IsNested && --innerRepeats >= 0);
            b += loop.OuterSkipB;
            k += loop.OuterSkipA;
        }
        while (TLoop.IsNested && --outerRepeats >= 0);

        float* target = C;
        s00 = TEpilogue.Finish(epilogue, s00, target, Column);
        target = NextRow(target, CStride, rows > 1);
        s10 = TEpilogue.Finish(epilogue, s10, target, Column);
        target = NextRow(target, CStride, rows > 2);
        s20 = TEpilogue.Finish(epilogue, s20, target, Column);
        target = NextRow(target, CStride, rows > 3);
        s30 = TEpilogue.Finish(epilogue, s30, target, Column);
        target = NextRow(target, CStride, rows > 4);
        s40 = TEpilogue.Finish(epilogue, s40, target, Column);
        target = NextRow(target, CStride, rows > 5);
        s50 = TEpilogue.Finish(epilogue, s50, target, Column);
        target = NextRow(target, CStride, rows > 6);
        s60 = TEpilogue.Finish(epilogue, s60, target, Column);
        target = NextRow(target, CStride, rows > 7);
        s70 = TEpilogue.Finish(epilogue, s70, target, Column);

        target = C;
        s00.Store(target);
        target = NextRow(target, CStride, rows > 1);
        s10.Store(target);
        target = NextRow(target, CStride, rows > 2);
        s20.Store(target);
        target = NextRow(target, CStride, rows > 3);
        s30.Store(target);
        target = NextRow(target, CStride, rows > 4);
        s40.Store(target);
        target = NextRow(target, CStride, rows > 5);
        s50.Store(target);
        target = NextRow(target, CStride, rows > 6);
        s60.Store(target);
        target = NextRow(target, CStride, rows > 7);
        s70.Store(target);
    }

    // The next row, or the same one if the tile has no more rows: the last row's sums are then computed and stored
    // again.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float* NextRow(float* row, nint stride, bool exists) => exists ? row + stride : row;
}
