using System.Runtime.CompilerServices;
using ILGPU;

namespace GanGpu.Kernels.Gpu;

/// <summary>
/// Reductions over the threads of a group, by a tree with a fixed order. All <see cref="Size"/> threads call them, and
/// all get the result. The shared memory of <see cref="Size"/> floats may be reused for the next reduction.
/// </summary>
internal static class GroupReduction
{
    /// <summary>Threads of a group.</summary>
    public const int Size = 64;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(ArrayView<float> shared, float value)
    {
        int thread = Group.IdxX;
        // Other threads may still be reading the last reduction's result.
        Group.Barrier();
        shared[thread] = value;
        for (int half = Size / 2; half > 0; half >>= 1)
        {
            Group.Barrier();
            if (thread < half)
                shared[thread] += shared[thread + half];
        }

        Group.Barrier();
        return shared[0];
    }

    /// <summary>The maximum; NaN is skipped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Max(ArrayView<float> shared, float value)
    {
        int thread = Group.IdxX;
        Group.Barrier();
        shared[thread] = value;
        for (int half = Size / 2; half > 0; half >>= 1)
        {
            Group.Barrier();
            if (thread < half)
            {
                float mine = shared[thread], other = shared[thread + half];
                shared[thread] = other > mine ? other : mine;
            }
        }

        Group.Barrier();
        return shared[0];
    }
}
