using System.Runtime.CompilerServices;

namespace GanGpu.Kernels;

/// <summary>
/// The batch of a step from a byte data set [count,sampleSize]: y[r,i] = byte / 127.5 − 1 of image
/// <see cref="DataOrder.ImageAt(uint, int)"/>(step[0], r). Overwrites y[batchSize,sampleSize].
/// </summary>
internal static unsafe class BatchHost
{
    public static Action Bind(ThreadTeam team, DataOrder order, int sampleSize, uint* step, byte* dataSet, float* y) =>
        HostTask.Bind(team, new Kernel(order, sampleSize, step, dataSet, y), order.BatchSize, 0.2 * sampleSize);

    // Rows that are on their way from memory while one is converted: they lie all over the data set.
    private const int Ahead = 8;

    /// <summary>Units are rows of the batch.</summary>
    private readonly struct Kernel(DataOrder order, int sampleSize, uint* step, byte* dataSet, float* y) : IHostKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            DataPermutation images = DataPermutation.OfStep(order.Count, order.BatchSize, order.Seed, *step);
            byte* last = stackalloc byte[TSimd.Count];
            byte** rows = stackalloc byte*[Ahead];
            for (int row = start; row < Math.Min(end, start + Ahead); row++)
                rows[row % Ahead] = Fetch(images.ImageAt(row));
            for (int row = start; row < end; row++)
            {
                byte* source = rows[row % Ahead];
                if (row + Ahead < end)
                    rows[row % Ahead] = Fetch(images.ImageAt(row + Ahead));
                float* target = y + (nint)row * sampleSize;
                int i = 0;
                for (; i <= sampleSize - TSimd.Count; i += TSimd.Count)
                    Normalise(TSimd.LoadBytes(source + i)).Store(target + i);
                if (i < sampleSize)
                {
                    int n = sampleSize - i;
                    new ReadOnlySpan<byte>(source + i, n).CopyTo(new Span<byte>(last, n));
                    Normalise(TSimd.LoadBytes(last)).StorePart(target + i, n);
                }
            }
        }

        private byte* Fetch(int image)
        {
            byte* source = dataSet + image * (nint)sampleSize;
            for (int i = 0; i < sampleSize; i += Simd.CacheLine)
                Simd.Prefetch(source + i);
            return source;
        }

        // (byte − 127.5) / 127.5: the difference is exact, so that ±x stay mirror images and 0 and 255 become −1 and 1.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TSimd Normalise<TSimd>(TSimd bytes)
            where TSimd : struct, ISimd<TSimd> =>
            (bytes - TSimd.Splat(127.5f)) * TSimd.Splat(1f / 127.5f);
    }
}
