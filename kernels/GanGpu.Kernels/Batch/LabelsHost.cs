using GanGpu.Kernels.Host;

namespace GanGpu.Kernels.Batch;

/// <summary>
/// The labels of a step's samples, as floats: those of the real batch, or random ones. Each overwrites y.
/// </summary>
internal static unsafe class LabelsHost
{
    private const double NanosecondsPerRow = 20;

    /// <summary>
    /// y[r] = the label of the image in row r of the step's batch; see <see cref="DataOrder.ImageAt(uint, int)"/>.
    /// </summary>
    public static Action RealLabels(ThreadTeam team, DataOrder order, uint* step, int* labels, float* y) =>
        HostTask.Bind(team, new RealKernel(order, step, labels, y), order.BatchSize, NanosecondsPerRow);

    /// <summary>y[r] = <see cref="LabelsGpu.Draw"/>.</summary>
    public static Action RandomLabels(
        ThreadTeam team, int rows, int classes, ulong seed, uint stream, uint* step, float* y) =>
        HostTask.Bind(team, new RandomKernel(classes, seed, stream, step, y), rows, NanosecondsPerRow);

    /// <summary>Units are rows.</summary>
    private readonly struct RealKernel(DataOrder order, uint* step, int* labels, float* y) : IHostKernel
    {
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            DataPermutation images = DataPermutation.OfStep(order.Count, order.BatchSize, order.Seed, *step);
            for (int row = start; row < end; row++)
                y[row] = labels[images.ImageAt(row)];
        }
    }

    /// <summary>Units are rows.</summary>
    private readonly struct RandomKernel(int classes, ulong seed, uint stream, uint* step, float* y) : IHostKernel
    {
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            for (int row = start; row < end; row++)
                y[row] = LabelsGpu.Draw(seed, stream, *step, row, classes);
        }
    }
}
