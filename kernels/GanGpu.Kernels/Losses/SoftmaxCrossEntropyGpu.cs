using GanGpu.Kernels.Batch;
using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Losses;

/// <summary>
/// The softmax cross-entropy of logits x [rows, classes] with labels [rows] and its gradient, see
/// <see cref="ClassTargets"/>: loss = ln Σ_c e^x[c] − x[label], with the row's maximum subtracted first; gradient =
/// weight · (softmax(x) − one-hot) / labelled rows of the part, 0 in a row without label. Overwrites gradient, results
/// [rows, 2] (a row's loss, and 1 if its label has the first of the greatest logits) and metrics [4]: mean loss of the
/// first part, of the second, share of correct rows in the first, in the second; 0 for a part without labels.
/// </summary>
internal sealed class SoftmaxCrossEntropyGpu(KernelLoader loader)
{
    /// <summary>The kernels of a device.</summary>
    public static SoftmaxCrossEntropyGpu Of(IGpu gpu) => gpu.Kernels(static g => new SoftmaxCrossEntropyGpu(g.Loader));

    /// <summary>One group per row.</summary>
    public static void LossKernel(
        int rows, int classes, ClassTargets targets, ArrayView<float> logits, ArrayView<float> labels,
        ArrayView<float> gradient, ArrayView<float> results)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupReduction.Size);
        int row = Grid.IdxX, thread = Group.IdxX, at = row * classes;
        bool first = row < targets.Split;
        float counted = Labelled(shared, first ? 0 : targets.Split, first ? targets.Split : rows, classes, labels);
        bool labelled = GatherGpu.IsLabel(labels[row], classes);
        int label = labelled ? (int)labels[row] : 0;
        float mine = logits[at + label];
        float greatest = SoftmaxGpu.Greatest(shared, classes, at, logits);
        float others = 0f, earlier = 0f;
        for (int c = thread; c < classes; c += GroupReduction.Size)
        {
            float x = logits[at + c];
            others += c == label ? 0f : PreciseMath.Exp(x - greatest);
            earlier += c < label && x == mine ? 1f : 0f;
        }

        others = GroupReduction.Sum(shared, others);
        earlier = GroupReduction.Sum(shared, earlier);
        float own = PreciseMath.Exp(mine - greatest), total = others + own;
        float scale = labelled ? (first ? targets.FirstWeight : targets.SecondWeight) / counted : 0f;

        // The label's share − 1 without rounding the share to 1 first: a confident, correct row keeps its small
        // gradient.
        for (int c = thread; c < classes; c += GroupReduction.Size)
            gradient[at + c] = scale * (c == label ? -others : PreciseMath.Exp(logits[at + c] - greatest)) / total;
        if (thread == 0)
        {
            float loss = mine == greatest ? PreciseMath.Log1p(others) : greatest - mine + PreciseMath.Log(total);
            results[2 * row] = labelled ? loss : 0f;
            results[2 * row + 1] = labelled && mine == greatest && earlier == 0f ? 1f : 0f;
        }
    }

    /// <summary>A single group, so that the sums have a fixed order.</summary>
    public static void MetricsKernel(
        int rows, int classes, ClassTargets targets, ArrayView<float> labels, ArrayView<float> results,
        ArrayView<float> metrics)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupReduction.Size);
        for (int part = 0; part < 2; part++)
        {
            int from = part == 0 ? 0 : targets.Split, to = part == 0 ? targets.Split : rows;
            float loss = 0f, right = 0f;
            for (int row = from + Group.IdxX; row < to; row += GroupReduction.Size)
            {
                loss += results[2 * row];
                right += results[2 * row + 1];
            }

            loss = GroupReduction.Sum(shared, loss);
            right = GroupReduction.Sum(shared, right);
            float counted = Labelled(shared, from, to, classes, labels);
            if (Group.IdxX == 0)
            {
                // The sums of a part without labels are 0.
                float divisor = counted > 0f ? counted : 1f;
                metrics[part] = loss / divisor;
                metrics[2 + part] = right / divisor;
            }
        }
    }

    public Action Bind(IGpu gpu, SoftmaxCrossEntropyLaunch o)
    {
        var losses = loader.Load<Action<AcceleratorStream, KernelConfig, int, int, ClassTargets, ArrayView<float>,
            ArrayView<float>, ArrayView<float>, ArrayView<float>>>(LossKernel);
        var sums = loader.Load<Action<AcceleratorStream, KernelConfig, int, int, ClassTargets, ArrayView<float>,
            ArrayView<float>, ArrayView<float>>>(MetricsKernel);
        ArrayView<float> logits = gpu.View(o.Logits), labels = gpu.View(o.Labels), gradient = gpu.View(o.Gradient),
            results = gpu.View(o.Results), metrics = gpu.View(o.Metrics);
        AcceleratorStream stream = gpu.Stream;
        KernelConfig all = new(o.Rows, GroupReduction.Size), one = new(1, GroupReduction.Size);
        return () =>
        {
            losses(stream, all, o.Rows, o.Classes, o.Targets, logits, labels, gradient, results);
            sums(stream, one, o.Rows, o.Classes, o.Targets, labels, results, metrics);
        };
    }

    /// <summary>The number of rows from..to with a label.</summary>
    private static float Labelled(ArrayView<float> shared, int from, int to, int classes, ArrayView<float> labels)
    {
        float count = 0f;
        for (int row = from + Group.IdxX; row < to; row += GroupReduction.Size)
            count += GatherGpu.IsLabel(labels[row], classes) ? 1f : 0f;
        return GroupReduction.Sum(shared, count);
    }
}
