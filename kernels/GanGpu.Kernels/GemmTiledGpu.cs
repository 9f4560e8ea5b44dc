using System.Runtime.CompilerServices;
using ILGPU;

namespace GanGpu.Kernels;

/// <summary>
/// C[m,n] = epilogue(Σ_k op(A)[m,k] · op(B)[k,n]) by tiles: a group of 64 threads makes 32 x 32 elements of C, a thread 4 x 4 of
/// them in registers. Step by step along K, 16 terms of both operands are brought into shared memory, read from global memory
/// along their rows whichever way they are stored, and used 32 times each. Overwrites C and, where asked for, sums.
/// </summary>
/// <remarks>
/// The 16 sums are named variables because ILGPU does not unroll loops, and an array indexed by one lands in (slow) local
/// memory on CUDA. Every element is one sum in order of k, so the result does not depend on the launch.
/// </remarks>
internal static class GemmTiledGpu
{
    /// <summary>Threads of a group.</summary>
    public const int GroupSize = 64;

    /// <summary>Rows and columns of C that a group makes.</summary>
    public const int Tile = 32;

    private const int Depth = 16, LoadsPerThread = Tile * Depth / GroupSize, ThreadsPerRow = Tile / 4;

    // Four floats of padding per row of 32: rows start in different banks and stay aligned for reads of four.
    private const int RowStride = Tile + 4, QuadStride = RowStride / 4;

    /// <summary>Four floats, which shared memory is read by.</summary>
    public struct Quad
    {
        public float X, Y, Z, W;
    }

    /// <summary>A, B and C as <see cref="GemmShape"/> says; operand as the epilogue says; sums [N].</summary>
    public static void GemmTiledKernel<TLayout, TEpilogue>(
        int m, int n, int k, float leak, ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, ArrayView<float> operand, ArrayView<float> sums)
        where TLayout : unmanaged, IGemmLayout
        where TEpilogue : unmanaged, IGemmEpilogue
    {
        ArrayView<Quad> aQuads = SharedMemory.Allocate<Quad>(Depth * QuadStride);
        ArrayView<Quad> bQuads = SharedMemory.Allocate<Quad>(Depth * QuadStride);
        ArrayView<float> aTile = aQuads.Cast<float>();
        ArrayView<float> bTile = bQuads.Cast<float>();

        int tilesPerRow = (n + Tile - 1) / Tile;
        int tileRow = Grid.IdxX / tilesPerRow;
        int firstRow = tileRow * Tile, firstColumn = (Grid.IdxX - tileRow * tilesPerRow) * Tile;
        int thread = Group.IdxX;
        int threadRow = thread / ThreadsPerRow, threadColumn = thread % ThreadsPerRow;

        float c00 = 0f, c01 = 0f, c02 = 0f, c03 = 0f;
        float c10 = 0f, c11 = 0f, c12 = 0f, c13 = 0f;
        float c20 = 0f, c21 = 0f, c22 = 0f, c23 = 0f;
        float c30 = 0f, c31 = 0f, c32 = 0f, c33 = 0f;
        float s0 = 0f, s1 = 0f, s2 = 0f, s3 = 0f;

        for (int start = 0; start < k; start += Depth)
        {
            for (int load = 0; load < LoadsPerThread; load++)
            {
                // Neighbouring threads read neighbouring addresses: along the tile's side, or along K where that is contiguous.
                int aSide = default(TLayout).TransposeA ? thread % Tile : thread / Depth + load * (GroupSize / Depth);
                int aDepth = default(TLayout).TransposeA ? thread / Tile + load * (GroupSize / Tile) : thread % Depth;
                int bSide = default(TLayout).TransposeB ? thread / Depth + load * (GroupSize / Depth) : thread % Tile;
                int bDepth = default(TLayout).TransposeB ? thread % Depth : thread / Tile + load * (GroupSize / Tile);
                aTile[aDepth * RowStride + aSide] = Element(a, firstRow + aSide, start + aDepth, m, k, default(TLayout).TransposeA);
                bTile[bDepth * RowStride + bSide] = Element(b, firstColumn + bSide, start + bDepth, n, k, !default(TLayout).TransposeB);
            }

            Group.Barrier();
            for (int depth = 0; depth < Depth; depth++)
            {
                Quad x = aQuads[depth * QuadStride + threadRow];
                Quad y = bQuads[depth * QuadStride + threadColumn];
                c00 += x.X * y.X;
                c01 += x.X * y.Y;
                c02 += x.X * y.Z;
                c03 += x.X * y.W;
                c10 += x.Y * y.X;
                c11 += x.Y * y.Y;
                c12 += x.Y * y.Z;
                c13 += x.Y * y.W;
                c20 += x.Z * y.X;
                c21 += x.Z * y.Y;
                c22 += x.Z * y.Z;
                c23 += x.Z * y.W;
                c30 += x.W * y.X;
                c31 += x.W * y.Y;
                c32 += x.W * y.Z;
                c33 += x.W * y.W;
                if (default(TEpilogue).SumsColumns)
                {
                    s0 += y.X;
                    s1 += y.Y;
                    s2 += y.Z;
                    s3 += y.W;
                }
            }

            Group.Barrier();
        }

        int row = firstRow + 4 * threadRow, column = firstColumn + 4 * threadColumn;
        float extra0 = 0f, extra1 = 0f, extra2 = 0f, extra3 = 0f;
        if (default(TEpilogue).ReadsColumn)
        {
            // Columns beyond the edge read the last one; nothing is stored for them.
            extra0 = operand[IntrinsicMath.Min(column, n - 1)];
            extra1 = operand[IntrinsicMath.Min(column + 1, n - 1)];
            extra2 = operand[IntrinsicMath.Min(column + 2, n - 1)];
            extra3 = operand[IntrinsicMath.Min(column + 3, n - 1)];
        }

        Store<TEpilogue>(c, operand, row + 0, column + 0, m, n, c00, extra0, leak);
        Store<TEpilogue>(c, operand, row + 0, column + 1, m, n, c01, extra1, leak);
        Store<TEpilogue>(c, operand, row + 0, column + 2, m, n, c02, extra2, leak);
        Store<TEpilogue>(c, operand, row + 0, column + 3, m, n, c03, extra3, leak);
        Store<TEpilogue>(c, operand, row + 1, column + 0, m, n, c10, extra0, leak);
        Store<TEpilogue>(c, operand, row + 1, column + 1, m, n, c11, extra1, leak);
        Store<TEpilogue>(c, operand, row + 1, column + 2, m, n, c12, extra2, leak);
        Store<TEpilogue>(c, operand, row + 1, column + 3, m, n, c13, extra3, leak);
        Store<TEpilogue>(c, operand, row + 2, column + 0, m, n, c20, extra0, leak);
        Store<TEpilogue>(c, operand, row + 2, column + 1, m, n, c21, extra1, leak);
        Store<TEpilogue>(c, operand, row + 2, column + 2, m, n, c22, extra2, leak);
        Store<TEpilogue>(c, operand, row + 2, column + 3, m, n, c23, extra3, leak);
        Store<TEpilogue>(c, operand, row + 3, column + 0, m, n, c30, extra0, leak);
        Store<TEpilogue>(c, operand, row + 3, column + 1, m, n, c31, extra1, leak);
        Store<TEpilogue>(c, operand, row + 3, column + 2, m, n, c32, extra2, leak);
        Store<TEpilogue>(c, operand, row + 3, column + 3, m, n, c33, extra3, leak);

        if (default(TEpilogue).SumsColumns && row == 0)
        {
            StoreSum(sums, column, n, s0);
            StoreSum(sums, column + 1, n, s1);
            StoreSum(sums, column + 2, n, s2);
            StoreSum(sums, column + 3, n, s3);
        }
    }

    /// <summary>
    /// Element (side, depth) of an operand with sides x depths elements, 0 beyond its edges. The address is chosen before
    /// the load, so that there is a load without a branch and never one out of range.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Element(ArrayView<float> view, int side, int depth, int sides, int depths, bool sideIsContiguous)
    {
        bool inside = side < sides & depth < depths;
        int index = sideIsContiguous ? depth * sides + side : side * depths + depth;
        float value = view[inside ? index : 0];
        return inside ? value : 0f;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TEpilogue>(
        ArrayView<float> c, ArrayView<float> operand, int row, int column, int m, int n, float sum, float columnOperand, float leak)
        where TEpilogue : unmanaged, IGemmEpilogue
    {
        if (row < m & column < n)
        {
            int index = row * n + column;
            float extra = default(TEpilogue).ReadsElement ? operand[index] : columnOperand;
            c[index] = default(TEpilogue).Apply(sum, extra, leak);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreSum(ArrayView<float> sums, int column, int n, float sum)
    {
        if (column < n)
            sums[column] = sum;
    }
}
