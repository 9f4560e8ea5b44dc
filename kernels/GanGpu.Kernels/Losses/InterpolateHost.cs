using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;
using GanGpu.Kernels.Launching;

namespace GanGpu.Kernels.Losses;

/// <summary>
/// A point on the line from a to b for each row: y[r,c] = a[r,c] + t_r · (b[r,c] − a[r,c]), with t_r from
/// <see cref="InterpolateGpu.Position"/>. Overwrites y.
/// </summary>
internal static unsafe class InterpolateHost
{
    private const double NanosecondsPerElement = 0.15;

    public static Action Bind(IHost host, InterpolateLaunch o) =>
        HostTask.Bind(
            host.Team, new Kernel(
                o.Columns, o.Seed, o.Stream, host.Address(o.Step), host.Address(o.A), host.Address(o.B),
                host.Address(o.Y)), o.Rows, o.Columns * NanosecondsPerElement);

    /// <summary>Units are rows.</summary>
    private readonly struct Kernel(int columns, ulong seed, uint stream, uint* step, float* a, float* b, float* y)
        : IHostKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            for (int row = start; row < end; row++)
            {
                TSimd t = TSimd.Splat(InterpolateGpu.Position(seed, stream, *step, row));
                nint first = (nint)row * columns;
                float* from = a + first, to = b + first, between = y + first;
                int c = 0;
                for (; c <= columns - TSimd.Count; c += TSimd.Count)
                    Between(TSimd.Load(from + c), TSimd.Load(to + c), t).Store(between + c);
                if (c < columns)
                    Between(TSimd.LoadPart(from + c, columns - c), TSimd.LoadPart(to + c, columns - c), t)
                        .StorePart(between + c, columns - c);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TSimd Between<TSimd>(TSimd a, TSimd b, TSimd t)
            where TSimd : struct, ISimd<TSimd> => TSimd.Fma(t, b - a, a);
    }
}
