using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;

namespace GanGpu.Kernels.Optimizers;

/// <summary>
/// The Euclidean norm of the gradients of a whole arena, which are scaled down if it exceeds a limit: norm = √Σ g², g ←
/// g · min(1, limit / (norm + 1e-6)), PyTorch's formula. Overwrites norm [1] and g. Squares are summed in blocks of a
/// fixed length, and the blocks' sums in order, so the result does not depend on the number of threads.
/// </summary>
internal static unsafe class GradientNormHost
{
    private const int Block = 4096, Grain = 64;
    private const double NanosecondsPerElement = 0.1, Epsilon = 1e-6;

    public static Action Sweep(ThreadTeam team, float limit, int length, float* gradients, float* norm) =>
        new Bound(team, limit, length, gradients, norm).Invoke;

    private sealed class Bound
    {
        private readonly float limit;
        private readonly double[] sums;
        private readonly float* norm;
        private readonly Action add, scale;

        /// <summary>The factor of <see cref="scale"/>; pinned, as are the sums.</summary>
        private readonly float[] factor = GC.AllocateArray<float>(1, pinned: true);

        public Bound(ThreadTeam team, float limit, int length, float* gradients, float* norm)
        {
            this.limit = limit;
            this.norm = norm;
            sums = GC.AllocateArray<double>((length + Block - 1) / Block, pinned: true);
            add = HostTask.Bind(
                team, new SquareSums(length, gradients, (double*)Unsafe.AsPointer(ref sums[0])), sums.Length,
                Block * NanosecondsPerElement);
            scale = HostTask.Bind(
                team, new Scaling((float*)Unsafe.AsPointer(ref factor[0]), gradients), length,
                NanosecondsPerElement, Grain);
        }

        public void Invoke()
        {
            add();
            double sum = 0;
            foreach (double part in sums)
                sum += part;
            double root = Math.Sqrt(sum);
            *norm = (float)root;
            factor[0] = (float)(limit / (root + Epsilon));
            if (factor[0] < 1f)
                scale();
        }
    }

    /// <summary>Units are blocks.</summary>
    private readonly struct SquareSums(int length, float* g, double* sums) : IHostKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            for (int block = start; block < end; block++)
            {
                TSimd sum = TSimd.Splat(0f);
                int i = block * Block, stop = i + Math.Min(length - i, Block);
                for (; i <= stop - TSimd.Count; i += TSimd.Count)
                    sum = TSimd.Fma(TSimd.Load(g + i), TSimd.Load(g + i), sum);
                if (i < stop)
                    sum = TSimd.Fma(TSimd.LoadPart(g + i, stop - i), TSimd.LoadPart(g + i, stop - i), sum);
                sums[block] = TSimd.Sum(sum);
            }
        }
    }

    /// <summary>Units are elements.</summary>
    private readonly struct Scaling(float* factor, float* g) : IHostKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            TSimd by = TSimd.Splat(*factor);
            int i = start;
            for (; i <= end - TSimd.Count; i += TSimd.Count)
                (by * TSimd.Load(g + i)).Store(g + i);
            if (i < end)
                (by * TSimd.LoadPart(g + i, end - i)).StorePart(g + i, end - i);
        }
    }
}
