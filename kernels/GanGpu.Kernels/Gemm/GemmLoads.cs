using System.Runtime.CompilerServices;
using GanGpu.Kernels.Gpu;
using ILGPU;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// How a product's operands are read from global memory. It is a type so that it is a constant of a kernel generic over
/// it.
/// </summary>
internal interface IGemmLoads
{
    /// <summary>Whether four floats are read at a time; see <see cref="GemmOperands.Vectorized"/>.</summary>
    bool Vectorized { get; }
}

/// <summary>Any shape.</summary>
internal readonly struct ScalarLoads : IGemmLoads
{
    public bool Vectorized => false;
}

/// <summary>Rows that begin at multiples of 16 bytes.</summary>
internal readonly struct Float4Loads : IGemmLoads
{
    public bool Vectorized => true;
}

/// <summary>
/// Loads elements of an operand, addressed as (side, depth): side is the row of A or the column of B, depth runs along
/// K. Elements beyond the edges are 0. The address is selected before the load, so that the load has no branch and is
/// never out of range.
/// </summary>
internal static class GemmLoads
{
    /// <summary>Loads one element of sides x depths.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load(
        ArrayView<float> view, int side, int depth, int sides, int depths, bool sideIsContiguous) =>
        Load(view, sideIsContiguous ? depth * sides + side : side * depths + depth, side < sides & depth < depths);

    /// <summary>
    /// Loads four elements along the contiguous direction from (side, depth) on. The size in that direction must be a
    /// multiple of four.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float4 Load4(
        ArrayView<float> view, int side, int depth, int sides, int depths, bool sideIsContiguous) =>
        Load4(view, sideIsContiguous ? depth * sides + side : side * depths + depth, side < sides & depth < depths);

    /// <summary>Loads the element at an index, or 0 if it is not inside; then the index may have any value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load(ArrayView<float> view, int index, bool inside)
    {
        float value = view[inside ? index : 0];
        return inside ? value : 0f;
    }

    /// <summary>
    /// Loads the four elements from an index on, which is a multiple of four, or zeros if it is not inside.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float4 Load4(ArrayView<float> view, int index, bool inside)
    {
        Float4 four = view.Cast<Float4>()[inside ? index / 4 : 0];
        Float4 value;
        value.X = inside ? four.X : 0f;
        value.Y = inside ? four.Y : 0f;
        value.Z = inside ? four.Z : 0f;
        value.W = inside ? four.W : 0f;
        return value;
    }

    /// <summary>
    /// Stores four elements that <see cref="Load4(ArrayView{float}, int, int, int, int, bool)"/> loaded into a tile in
    /// shared memory, whose depths are <paramref name="stride"/> floats apart.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreShared4(
        ArrayView<Float4> tile, int offset, int stride, int side, int depth, bool sideIsContiguous, Float4 value)
    {
        if (sideIsContiguous)
        {
            tile[(offset + depth * stride + side) / 4] = value;
        }
        else
        {
            ArrayView<float> floats = tile.Cast<float>();
            int index = offset + depth * stride + side;
            floats[index] = value.X;
            floats[index + stride] = value.Y;
            floats[index + 2 * stride] = value.Z;
            floats[index + 3 * stride] = value.W;
        }
    }
}
