using System.Runtime.CompilerServices;

namespace GanGpu.Kernels.Host;

/// <summary>
/// Loads and stores whole vectors and the partial ones at the end of a row, chosen by the number of lanes, 1 to Count.
/// </summary>
internal static unsafe class Vectors
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Load<TSimd>(float* from, int count)
        where TSimd : struct, ISimd<TSimd> => count == TSimd.Count ? TSimd.Load(from) : TSimd.LoadPart(from, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TSimd>(TSimd value, float* to, int count)
        where TSimd : struct, ISimd<TSimd>
    {
        if (count == TSimd.Count)
            value.Store(to);
        else
            value.StorePart(to, count);
    }
}
