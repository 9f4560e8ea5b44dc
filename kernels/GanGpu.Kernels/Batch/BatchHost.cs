using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;

namespace GanGpu.Kernels.Batch;

/// <summary>
/// The batch of a step from a data set [count, sampleSize]: y[r, i] = value i, decoded, of sample
/// <see cref="DataOrder.ImageAt(uint, int)"/>(step[0], r), or of the staged sample of that row, mirrored or not (see
/// <see cref="BatchForm"/>). Overwrites y [batchSize, sampleSize].
/// </summary>
internal static unsafe class BatchHost
{
    // The cost of finding a row's sample and deciding whether it is mirrored, and of decoding one value.
    private const double NanosecondsPerRow = 20, NanosecondsPerValue = 0.2;

    // The fewest floats of a thread: 256 bytes, so that no two threads share a cache line.
    private const int Grain = 64;

    // Rows that are prefetched while one is decoded: samples are scattered over the data set.
    private const int Ahead = 8;

    // Bytes of an image that are mirrored before they are decoded: enough that the ends of such a piece cost little.
    private const int MirrorRoom = 4096;

    public static Action Bind(
        ThreadTeam team, DataOrder order, int sampleSize, BatchForm form, uint* step, byte* dataSet, float* y) =>
        form.Decoding switch
        {
            SampleDecoding.Bytes => Bind<ByteDecoder>(team, order, sampleSize, form, step, dataSet, y),
            SampleDecoding.Floats => Bind<FloatDecoder>(team, order, sampleSize, form, step, dataSet, y),
            _ => throw new ArgumentOutOfRangeException(nameof(form), form.Decoding, "This decoding has no kernel."),
        };

    private static Action Bind<TDecoder>(
        ThreadTeam team, DataOrder order, int sampleSize, BatchForm form, uint* step, byte* dataSet, float* y)
        where TDecoder : struct, ISampleDecoder =>
        HostTask.Bind(
            team, new Kernel<TDecoder>(order, sampleSize, form, step, dataSet, y), order.BatchSize,
            NanosecondsPerRow + (NanosecondsPerValue * sampleSize), (Grain + sampleSize - 1) / sampleSize);

    /// <summary>Units are rows of the batch.</summary>
    private readonly struct Kernel<TDecoder>(
        DataOrder order, int sampleSize, BatchForm form, uint* step, byte* dataSet, float* y) : IHostKernel
        where TDecoder : struct, ISampleDecoder
    {
        private readonly MirrorHost mirror = form.FlipWidth > 0 && form.Channels <= MirrorHost.MostChannels
            ? new(form.Channels) : default;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            DataPermutation samples = DataPermutation.OfStep(order.Count, order.BatchSize, order.Seed, *step);
            byte* mirrored = stackalloc byte[form.FlipWidth > 0 ? MirrorRoom + MirrorHost.MostChannels : 1];
            byte** rows = stackalloc byte*[Ahead];
            for (int row = start; row < Math.Min(end, start + Ahead); row++)
                rows[row % Ahead] = Fetch(samples, row);
            for (int row = start; row < end; row++)
            {
                byte* source = rows[row % Ahead];
                if (row + Ahead < end)
                    rows[row % Ahead] = Fetch(samples, row + Ahead);
                float* target = y + (nint)row * sampleSize;
                if (form.FlipWidth == 0 || !HorizontalFlip.Decide(order.Seed, *step, row))
                    Decode<TSimd>(source, sampleSize, target);
                else if (TDecoder.Size == 1 && form.Channels <= MirrorHost.MostChannels)
                    DecodeMirrored<TSimd>(source, target, mirrored);
                else
                    DecodePixels<TSimd>(source, target);
            }
        }

        private byte* Fetch(DataPermutation samples, int row)
        {
            int sample = form.StagedBatches > 0 ? (int)((*step - 1) % (uint)form.StagedBatches) * order.BatchSize + row
                : samples.ImageAt(row);
            nint bytes = (nint)sampleSize * TDecoder.Size;
            byte* source = dataSet + sample * bytes;
            for (nint i = 0; i < bytes; i += Simd.CacheLine)
                Simd.Prefetch(source + i);
            return source;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Decode<TSimd>(byte* source, int n, float* target)
            where TSimd : struct, ISimd<TSimd>
        {
            int i = 0;
            for (; i <= n - TSimd.Count; i += TSimd.Count)
                TDecoder.Decode<TSimd>(source + (nint)i * TDecoder.Size).Store(target + i);
            for (; i < n; i++)
                target[i] = TDecoder.Decode(source + (nint)i * TDecoder.Size);
        }

        /// <summary>
        /// Lines, or parts of them, are mirrored into the buffer until it is full, then decoded together. The values
        /// are bytes.
        /// </summary>
        private void DecodeMirrored<TSimd>(byte* source, float* target, byte* mirrored)
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

                Decode<TSimd>(mirrored, filled, target + done);
                done += filled;
            }
        }

        /// <summary>Pixels with this many bytes are decoded one by one.</summary>
        private void DecodePixels<TSimd>(byte* source, float* target)
            where TSimd : struct, ISimd<TSimd>
        {
            int line = form.FlipWidth * form.Channels;
            for (int i = 0; i < sampleSize; i += form.Channels)
            {
                int x = i % line;
                Decode<TSimd>(
                    source + ((nint)(i - x) + (line - form.Channels - x)) * TDecoder.Size, form.Channels, target + i);
            }
        }
    }
}
