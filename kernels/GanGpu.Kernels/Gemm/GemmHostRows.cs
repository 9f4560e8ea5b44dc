using System.Runtime.CompilerServices;
using GanGpu.Kernels.Convolution;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// How the rows of A and of C lie in memory, as a type, so that the matrix product has it compiled in.
/// </summary>
internal unsafe interface IGemmHostRows
{
    /// <summary>
    /// A has no rows of its own in memory: a block is always copied together, by <see cref="Gather"/>.
    /// </summary>
    static abstract bool Gathers { get; }

    /// <summary>
    /// The rows of C are not one after the other: row r is row <see cref="Target"/> of what is stored.
    /// </summary>
    static abstract bool Scatters { get; }

    /// <summary>A as it is stored, where it is.</summary>
    float* A { get; }

    /// <summary>
    /// Copies the columns [column, column + columns) of the rows [row, row + rows) of A, as stored, to rows stride
    /// floats apart.
    /// </summary>
    void Gather(int row, int rows, int column, int columns, float* target, nint stride);

    nint Target(int row);
}

/// <summary>Row after row.</summary>
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

/// <summary>A's rows are patches of images; those of C are one after the other.</summary>
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
/// A's rows are patches of images; those of C are the pixels of a phase, a stride apart in images of their own.
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
