using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Losses;

/// <summary>
/// A penalty on the norms of a gradient's rows, see <see cref="PenaltyShape"/>. Overwrites norms[r] = ‖g_r‖, the
/// penalty's derivative cotangent = 2 · weight / rows of the part · (1 − Center / ‖g_r‖) · g_r (0 if g_r is 0), and
/// metrics [4] = (mean of (‖g_r‖ − Center)² in the first part, in the second, mean norm in the first, in the second).
/// </summary>
internal sealed class GradientPenaltyGpu(KernelLoader loader)
{
    /// <summary>The kernels of a device.</summary>
    public static GradientPenaltyGpu Of(IGpu gpu) => gpu.Kernels(static g => new GradientPenaltyGpu(g.Loader));

    private const int GroupSize = 64;

    /// <summary>
    /// One group per row: a thread sums the squares of the columns i, i + GroupSize, …, then a tree adds the threads'
    /// sums.
    /// </summary>
    public static void RowsKernel(
        PenaltyShape shape, ArrayView<float> gradient, ArrayView<float> norms, ArrayView<float> cotangent)
    {
        ArrayView<float> sums = SharedMemory.Allocate<float>(GroupSize);
        int row = Grid.IdxX, thread = Group.IdxX;
        float sum = 0f;
        for (int c = thread; c < shape.Columns; c += GroupSize)
        {
            float g = gradient[row * shape.Columns + c];
            sum += g * g;
        }

        sums[thread] = sum;
        for (int half = GroupSize / 2; half > 0; half >>= 1)
        {
            Group.Barrier();
            if (thread < half)
                sums[thread] += sums[thread + half];
        }

        Group.Barrier();
        float norm = MathF.Sqrt(sums[0]);
        if (thread == 0)
            norms[row] = norm;
        float factor = Factor(shape, row, norm);
        for (int c = thread; c < shape.Columns; c += GroupSize)
            cotangent[row * shape.Columns + c] = factor * gradient[row * shape.Columns + c];
    }

    /// <summary>A single group, so that the sums have a fixed order.</summary>
    public static void MetricsKernel(PenaltyShape shape, ArrayView<float> norms, ArrayView<float> metrics)
    {
        ArrayView<float> sums = SharedMemory.Allocate<float>(4 * GroupSize);
        int thread = Group.IdxX;
        float penalty0 = 0f, penalty1 = 0f, norm0 = 0f, norm1 = 0f;
        for (int row = thread; row < shape.Rows; row += GroupSize)
        {
            bool first = row < shape.Split;
            float norm = norms[row], penalty = (norm - shape.Center) * (norm - shape.Center);
            penalty0 += first ? penalty : 0f;
            penalty1 += first ? 0f : penalty;
            norm0 += first ? norm : 0f;
            norm1 += first ? 0f : norm;
        }

        sums[thread] = penalty0;
        sums[GroupSize + thread] = penalty1;
        sums[2 * GroupSize + thread] = norm0;
        sums[3 * GroupSize + thread] = norm1;
        for (int half = GroupSize / 2; half > 0; half >>= 1)
        {
            Group.Barrier();
            if (thread < half)
            {
                for (int s = 0; s < 4; s++)
                    sums[s * GroupSize + thread] += sums[s * GroupSize + thread + half];
            }
        }

        Group.Barrier();
        if (thread < 4)
        {
            // The sums of an empty part are 0.
            int rows = IntrinsicMath.Max(1, (thread & 1) == 0 ? shape.Split : shape.Rows - shape.Split);
            metrics[thread] = sums[thread * GroupSize] / rows;
        }
    }

    public Action Bind(
        AcceleratorStream stream, PenaltyShape shape, ArrayView<float> gradient, ArrayView<float> norms,
        ArrayView<float> cotangent, ArrayView<float> metrics)
    {
        var rows = loader.Load<Action<AcceleratorStream, KernelConfig, PenaltyShape, ArrayView<float>, ArrayView<float>,
            ArrayView<float>>>(RowsKernel);
        var sums = loader.Load<Action<AcceleratorStream, KernelConfig, PenaltyShape, ArrayView<float>,
            ArrayView<float>>>(MetricsKernel);
        KernelConfig all = new(shape.Rows, GroupSize), one = new(1, GroupSize);
        return () =>
        {
            rows(stream, all, shape, gradient, norms, cotangent);
            sums(stream, one, shape, norms, metrics);
        };
    }

    private static float Factor(PenaltyShape shape, int row, float norm)
    {
        bool first = row < shape.Split;
        float weight = 2f * (first ? shape.FirstWeight : shape.SecondWeight)
            / (first ? shape.Split : shape.Rows - shape.Split);
        return norm > 0f ? weight * (1f - shape.Center / norm) : 0f;
    }
}
