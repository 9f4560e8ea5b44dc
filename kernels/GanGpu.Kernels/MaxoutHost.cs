using System.Runtime.CompilerServices;

namespace GanGpu.Kernels;

/// <summary>
/// Maxout (Goodfellow et al. 2013, arXiv:1302.4389): a unit is the greatest of its pieces; piece p of unit u is column
/// p · units + u. Of equal pieces the first counts.
/// </summary>
internal static unsafe class MaxoutHost
{
    private const double NanosecondsPerElement = 0.2;

    /// <summary>y[r,u] = values[r, p · units + u] of the piece p that is the greatest of keys[r, · units + u]. Overwrites y.</summary>
    public static Action Select(ThreadTeam team, int rows, int units, int pieces, float* values, float* keys, float* y) =>
        HostTask.Bind(team, new SelectKernel(units, pieces, values, keys, y), rows, units * pieces * NanosecondsPerElement);

    /// <summary>dx[r, p · units + u] = dy[r,u] for the piece p that is the greatest of keys, 0 for the others. Overwrites dx.</summary>
    public static Action Spread(ThreadTeam team, int rows, int units, int pieces, float* dy, float* keys, float* dx) =>
        HostTask.Bind(team, new SpreadKernel(units, pieces, dy, keys, dx), rows, units * pieces * NanosecondsPerElement);

    /// <summary>Units are rows.</summary>
    private readonly struct SelectKernel(int units, int pieces, float* values, float* keys, float* y) : IHostKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            for (int row = start; row < end; row++)
            {
                float* value = values + (nint)row * units * pieces, key = keys + (nint)row * units * pieces, to = y + (nint)row * units;
                for (int u = 0; u < units; u += TSimd.Count)
                {
                    int n = Math.Min(TSimd.Count, units - u);
                    TSimd most = Load<TSimd>(key + u, n), selected = Load<TSimd>(value + u, n);
                    for (int p = 1; p < pieces; p++)
                    {
                        TSimd next = Load<TSimd>(key + p * units + u, n);
                        selected = TSimd.WhereGreater(next, most, Load<TSimd>(value + p * units + u, n), selected);
                        most = TSimd.WhereGreater(next, most, next, most);
                    }

                    Store(selected, to + u, n);
                }
            }
        }
    }

    /// <summary>Units are rows.</summary>
    private readonly struct SpreadKernel(int units, int pieces, float* dy, float* keys, float* dx) : IHostKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            TSimd zero = TSimd.Splat(0f);
            for (int row = start; row < end; row++)
            {
                float* from = dy + (nint)row * units, key = keys + (nint)row * units * pieces, to = dx + (nint)row * units * pieces;
                for (int u = 0; u < units; u += TSimd.Count)
                {
                    int n = Math.Min(TSimd.Count, units - u);
                    TSimd most = Load<TSimd>(key + u, n), greatest = zero, gradient = Load<TSimd>(from + u, n);
                    for (int p = 1; p < pieces; p++)
                    {
                        TSimd next = Load<TSimd>(key + p * units + u, n);
                        greatest = TSimd.WhereGreater(next, most, TSimd.Splat(p), greatest);
                        most = TSimd.WhereGreater(next, most, next, most);
                    }

                    for (int p = 0; p < pieces; p++)
                        Store(TSimd.WhereGreater(TSimd.Splat(0.5f), TSimd.Abs(greatest - TSimd.Splat(p)), gradient, zero), to + p * units + u, n);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSimd Load<TSimd>(float* from, int count)
        where TSimd : struct, ISimd<TSimd> => count == TSimd.Count ? TSimd.Load(from) : TSimd.LoadPart(from, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TSimd>(TSimd value, float* to, int count)
        where TSimd : struct, ISimd<TSimd>
    {
        if (count == TSimd.Count)
            value.Store(to);
        else
            value.StorePart(to, count);
    }
}
