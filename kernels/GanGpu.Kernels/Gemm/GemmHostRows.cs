using System.Runtime.CompilerServices;
using GanGpu.Kernels.Convolution;

namespace GanGpu.Kernels.Gemm;

/// <summary>The layout of the rows of A and C. It is a type so that it is compiled into the matrix product.</summary>
internal unsafe interface IGemmHostRows
{
    /// <summary>Whether A is not stored as a matrix, so that <see cref="Gather"/> has to copy each block.</summary>
    static abstract bool Gathers { get; }

    /// <summary>
    /// Whether the rows of C are not consecutive: row r goes to row <see cref="Target"/>(r) of C's memory.
    /// </summary>
    static abstract bool Scatters { get; }

    /// <summary>A as it is stored; null if it is gathered.</summary>
    float* A { get; }

    /// <summary>
    /// Copies the columns [column, column + columns) of the rows [row, row + rows) of A, as stored, to rows that are
    /// stride floats apart.
    /// </summary>
    void Gather(int row, int rows, int column, int columns, float* target, nint stride);

    nint Target(int row);
}

/// <summary>Consecutive rows.</summary>
internal readonly unsafe struct DenseHostRows(float* a) : IGemmHostRows
{
    public static bool Gathers
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    public static bool Scatters
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    public float* A => a;

    public void Gather(int row, int rows, int column, int columns, float* target, nint stride) =>
        throw new NotSupportedException();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint Target(int row) => row;
}

/// <summary>A's rows are patches of images; C's rows are consecutive.</summary>
internal readonly unsafe struct PatchHostRows(ImagePatches patches) : IGemmHostRows
{
    public static bool Gathers
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }

    public static bool Scatters
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    public float* A => null;

    public void Gather(int row, int rows, int column, int columns, float* target, nint stride) =>
        patches.Copy(row, rows, column, columns, target, stride);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint Target(int row) => row;
}

/// <summary>
/// A's rows are patches of images. C's rows are the pixels of a phase, stride pixels apart in an image.
/// </summary>
internal readonly unsafe struct PhaseHostRows(
    ImagePatches patches, int height, int width, int stride, int firstRow, int firstColumn) : IGemmHostRows
{
    public static bool Gathers
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }

    public static bool Scatters
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }

    public float* A => null;

    public void Gather(int row, int rows, int column, int columns, float* target, nint stride) =>
        patches.Copy(row, rows, column, columns, target, stride);

    public nint Target(int row)
    {
        int x = row % patches.Columns, y = row / patches.Columns % patches.Rows,
            n = row / patches.Columns / patches.Rows;
        return ((nint)n * height + y * stride + firstRow) * width + x * stride + firstColumn;
    }
}
