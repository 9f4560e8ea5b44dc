using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;

namespace GanGpu.Kernels.Batch;

/// <summary>
/// The batch of a step from a byte data set [count,sampleSize]: y[r,i] = byte / 127.5 − 1 of image
/// <see cref="DataOrder.ImageAt(uint, int)"/>(step[0], r), or of its place among staged ones, mirrored or not (see
/// <see cref="BatchForm"/>). Overwrites y[batchSize,sampleSize].
/// </summary>
internal static unsafe class BatchHost
{
    public static Action Bind(
        ThreadTeam team, DataOrder order, int sampleSize, BatchForm form, uint* step, byte* dataSet, float* y) =>
        HostTask.Bind(team, new Kernel(order, sampleSize, form, step, dataSet, y), order.BatchSize, 0.2 * sampleSize);

    // Rows that are on their way from memory while one is converted: they lie all over the data set.
    private const int Ahead = 8;

    // Bytes of an image that are mirrored before they are converted: enough to make the ends of such a part cheap.
    private const int MirrorRoom = 4096;

    /// <summary>Units are rows of the batch.</summary>
    private readonly struct Kernel(DataOrder order, int sampleSize, BatchForm form, uint* step, byte* dataSet, float* y)
        : IHostKernel
    {
        private readonly MirrorHost mirror = form.FlipWidth > 0 && form.Channels <= MirrorHost.MostChannels
            ? new(form.Channels) : default;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            DataPermutation images = DataPermutation.OfStep(order.Count, order.BatchSize, order.Seed, *step);
            byte* last = stackalloc byte[TSimd.Count];
            byte* mirrored = stackalloc byte[form.FlipWidth > 0 ? MirrorRoom + MirrorHost.MostChannels : 1];
            byte** rows = stackalloc byte*[Ahead];
            for (int row = start; row < Math.Min(end, start + Ahead); row++)
                rows[row % Ahead] = Fetch(images, row);
            for (int row = start; row < end; row++)
            {
                byte* source = rows[row % Ahead];
                if (row + Ahead < end)
                    rows[row % Ahead] = Fetch(images, row + Ahead);
                float* target = y + (nint)row * sampleSize;
                if (form.FlipWidth == 0 || !HorizontalFlip.Decide(order.Seed, *step, row))
                    Normalise<TSimd>(source, sampleSize, target, last);
                else if (form.Channels <= MirrorHost.MostChannels)
                    NormaliseMirrored<TSimd>(source, target, mirrored, last);
                else
                    NormalisePixels<TSimd>(source, target, last);
            }
        }

        private byte* Fetch(DataPermutation images, int row)
        {
            int image = form.StagedBatches > 0 ? (int)((*step - 1) % (uint)form.StagedBatches) * order.BatchSize + row
                : images.ImageAt(row);
            byte* source = dataSet + image * (nint)sampleSize;
            for (int i = 0; i < sampleSize; i += Simd.CacheLine)
                Simd.Prefetch(source + i);
            return source;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Normalise<TSimd>(byte* source, int n, float* target, byte* last)
            where TSimd : struct, ISimd<TSimd>
        {
            int i = 0;
            for (; i <= n - TSimd.Count; i += TSimd.Count)
                Normalise(TSimd.LoadBytes(source + i)).Store(target + i);
            if (i < n)
            {
                new ReadOnlySpan<byte>(source + i, n - i).CopyTo(new Span<byte>(last, n - i));
                Normalise(TSimd.LoadBytes(last)).StorePart(target + i, n - i);
            }
        }

        /// <summary>
        /// Lines, or parts of them, are mirrored side by side until the room is full, then converted together.
        /// </summary>
        private void NormaliseMirrored<TSimd>(byte* source, float* target, byte* mirrored, byte* last)
            where TSimd : struct, ISimd<TSimd>
        {
            int line = form.FlipWidth * form.Channels, room = MirrorRoom / form.Channels * form.Channels;
            for (int done = 0; done < sampleSize;)
            {
                int filled = 0;
                while (filled < room && done + filled < sampleSize)
                {
                    int x = (done + filled) % line, n = Math.Min(line - x, room - filled);
                    mirror.Run(source + (done + filled - x) + (line - x - n), n, mirrored + filled);
                    filled += n;
                }

                Normalise<TSimd>(mirrored, filled, target + done, last);
                done += filled;
            }
        }

        /// <summary>Pixels of so many bytes are long enough to be converted one by one.</summary>
        private void NormalisePixels<TSimd>(byte* source, float* target, byte* last)
            where TSimd : struct, ISimd<TSimd>
        {
            int line = form.FlipWidth * form.Channels;
            for (int i = 0; i < sampleSize; i += form.Channels)
            {
                int x = i % line;
                Normalise<TSimd>(source + (i - x) + (line - form.Channels - x), form.Channels, target + i, last);
            }
        }

        // (byte − 127.5) / 127.5: the difference is exact, so that ±x stay mirror images and 0 and 255 become −1 and 1.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TSimd Normalise<TSimd>(TSimd bytes)
            where TSimd : struct, ISimd<TSimd> =>
            (bytes - TSimd.Splat(127.5f)) * TSimd.Splat(1f / 127.5f);
    }
}
