using System.Runtime.CompilerServices;
using ILGPU;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// How a product's operands are read from global memory, as a type, so that a kernel generic over it has it folded.
/// </summary>
internal interface IGemmLoads
{
    /// <summary>Four floats at a time; see <see cref="GemmOperands.Quads"/>.</summary>
    bool Quads { get; }
}

/// <summary>Any shape.</summary>
internal readonly struct ScalarLoads : IGemmLoads
{
    public bool Quads => false;
}

/// <summary>Rows that begin at multiples of 16 bytes.</summary>
internal readonly struct QuadLoads : IGemmLoads
{
    public bool Quads => true;
}

/// <summary>
/// Elements of an operand seen as (side, depth): side is the row of A or the column of B, depth runs along the sums.
/// Beyond the edges they are 0. The address is chosen before the load, so that there is a load without a branch and
/// never one out of range.
/// </summary>
internal static class GemmLoads
{
    /// <summary>One element of sides x depths.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Element(
        ArrayView<float> view, int side, int depth, int sides, int depths, bool sideIsContiguous) =>
        Element(view, sideIsContiguous ? depth * sides + side : side * depths + depth, side < sides & depth < depths);

    /// <summary>
    /// Four elements along the contiguous direction, from (side, depth) on; what lies in that direction is a multiple
    /// of four.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad Four(ArrayView<float> view, int side, int depth, int sides, int depths, bool sideIsContiguous) =>
        Four(view, sideIsContiguous ? depth * sides + side : side * depths + depth, side < sides & depth < depths);

    /// <summary>The element at an index, or 0; an index that is not inside may be any.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Element(ArrayView<float> view, int index, bool inside)
    {
        float value = view[inside ? index : 0];
        return inside ? value : 0f;
    }

    /// <summary>The four elements from an index on, a multiple of four, or zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad Four(ArrayView<float> view, int index, bool inside)
    {
        Quad four = view.Cast<Quad>()[inside ? index / 4 : 0];
        Quad value;
        value.X = inside ? four.X : 0f;
        value.Y = inside ? four.Y : 0f;
        value.Z = inside ? four.Z : 0f;
        value.W = inside ? four.W : 0f;
        return value;
    }

    /// <summary>
    /// Stores what <see cref="Four(ArrayView{float}, int, int, int, int, bool)"/> read into a tile whose rows of sides
    /// are <paramref name="stride"/> floats apart.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFour(
        ArrayView<Quad> tile, int offset, int stride, int side, int depth, bool sideIsContiguous, Quad value)
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
