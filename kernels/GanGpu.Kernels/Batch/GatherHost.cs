using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;

namespace GanGpu.Kernels.Batch;

/// <summary>
/// Gathers rows of a table by label, and scatters them back. Labels are the integers 0, 1, … as floats, which hold them
/// exactly up to 2^24; there is one for each of <c>rows</c>. A label that is not in 0..classes − 1 names no row. Each
/// overwrites its last argument.
/// </summary>
internal static unsafe class GatherHost
{
    // A cache line of columns.
    private const int Grain = 16;

    private const double NanosecondsPerElement = 0.1, NanosecondsPerRow = 5;

    /// <summary>y[r,c] = table[label_r, c]; 0 if the label names no row.</summary>
    public static Action GatherRows(ThreadTeam team, int rows, int classes, int columns, float* table, float* labels,
        float* y) =>
        HostTask.Bind(
            team, new GatherKernel(classes, columns, table, labels, y), rows, NanosecondsPerRow
            + columns * NanosecondsPerElement);

    /// <summary>sums[k,c] = Σ x[r,c] over the rows r with label k, in their order.</summary>
    public static Action ScatterAddRows(
        ThreadTeam team, int rows, int classes, int columns, float* x, float* labels, float* sums) =>
        HostTask.Bind(
            team, new ScatterKernel(rows, classes, columns, x, labels, sums), columns,
            (2 * rows + classes) * NanosecondsPerElement, Grain);

    /// <summary>y[r,k] = 1 if the label of r is k, otherwise 0.</summary>
    public static Action OneHot(ThreadTeam team, int rows, int classes, float* labels, float* y) =>
        HostTask.Bind(
            team, new OneHotKernel(classes, labels, y), rows, NanosecondsPerRow + classes * NanosecondsPerElement);

    /// <summary>Units are rows.</summary>
    private readonly struct GatherKernel(int classes, int columns, float* table, float* labels, float* y) : IHostKernel
    {
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            for (int row = start; row < end; row++)
            {
                Span<float> to = new(y + (nint)row * columns, columns);
                if (GatherGpu.IsLabel(labels[row], classes))
                    new ReadOnlySpan<float>(table + (nint)(int)labels[row] * columns, columns).CopyTo(to);
                else
                    to.Clear();
            }
        }
    }

    /// <summary>Units are columns, so that no two threads add to one element.</summary>
    private readonly struct ScatterKernel(int rows, int classes, int columns, float* x, float* labels, float* sums)
        : IHostKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            for (int label = 0; label < classes; label++)
                new Span<float>(sums + (nint)label * columns + start, end - start).Clear();
            for (int row = 0; row < rows; row++)
            {
                if (!GatherGpu.IsLabel(labels[row], classes))
                    continue;
                float* from = x + (nint)row * columns, to = sums + (nint)(int)labels[row] * columns;
                int c = start;
                for (; c <= end - TSimd.Count; c += TSimd.Count)
                    (TSimd.Load(to + c) + TSimd.Load(from + c)).Store(to + c);
                if (c < end)
                    (TSimd.LoadPart(to + c, end - c) + TSimd.LoadPart(from + c, end - c)).StorePart(to + c, end - c);
            }
        }
    }

    /// <summary>Units are rows.</summary>
    private readonly struct OneHotKernel(int classes, float* labels, float* y) : IHostKernel
    {
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            for (int row = start; row < end; row++)
            {
                Span<float> to = new(y + (nint)row * classes, classes);
                to.Clear();
                if (GatherGpu.IsLabel(labels[row], classes))
                    to[(int)labels[row]] = 1f;
            }
        }
    }
}
