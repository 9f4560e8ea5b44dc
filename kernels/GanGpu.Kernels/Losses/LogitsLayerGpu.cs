using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Numerics;
using GanGpu.Kernels.Optimizers;
using ILGPU;
using ILGPU.Runtime;
using Launcher = System.Action<
    ILGPU.Runtime.AcceleratorStream, ILGPU.KernelConfig, GanGpu.Kernels.Losses.LogitsLayerGpu.Constants,
    GanGpu.Kernels.Losses.LogitsLayerGpu.Views, GanGpu.Kernels.Optimizers.AdvanceStepGpu.Views>;

namespace GanGpu.Kernels.Losses;

/// <summary>
/// A discriminator's last layer with its loss, forward and backward in one launch, for a GAN's few logits: a single
/// group of threads computes it, so that barriers replace launches. logits[r] = Σ_k x[r,k] · w[k] + bias; loss,
/// gradient[r] and metrics as <see cref="LogitLossGpu"/>; dw[k] = Σ_r x[r,k] · gradient[r]; db = Σ_r gradient[r];
/// dx[r,k] = gradient[r] · w[k] · f'(x[r,k]) with f the activation whose output is x; and the end of the step
/// (<see cref="AdvanceStepGpu"/>). Overwrites all of these.
/// </summary>
internal sealed class LogitsLayerGpu(KernelLoader loader)
{
    /// <summary>The kernels of a device.</summary>
    public static LogitsLayerGpu Of(IGpu gpu) => gpu.Kernels(static g => new LogitsLayerGpu(g.Loader));

    /// <summary>The most rows that fit into a group's shared memory.</summary>
    public const int MostRows = 1024;

    private const int MostThreads = 512, ThreadsOfRow = 8, ColumnsOfPass = 32;

    /// <summary>Values that do not change from step to step.</summary>
    public struct Constants
    {
        public int Rows, Columns;

        /// <summary>1 if dw and db, or dx, are computed, otherwise 0.</summary>
        public int WeightGradient, InputGradient;

        public float Leak;

        public BinaryTargets Targets;

        /// <summary>Slots is 0 if the launch does not end the step.</summary>
        public AdvanceStepGpu.Constants End;
    }

    /// <summary>
    /// The views of a <see cref="LogitsLayerLaunch"/>. An operand that is not asked for is any view, which the kernel
    /// does not touch.
    /// </summary>
    public struct Views
    {
        public ArrayView<float> X, Weights, Bias, Logits, Gradient, Metrics, WeightGradient, BiasGradient,
            InputGradient;
    }

    /// <summary>A single group; its size is a power of two, at least <see cref="ColumnsOfPass"/>.</summary>
    public static void LogitsLayerKernel<TActivation, TLoss>(
        Constants constants, Views views, AdvanceStepGpu.Views clock)
        where TActivation : unmanaged, IActivation
        where TLoss : unmanaged, ILogitLoss
    {
        ArrayView<float> x = views.X, w = views.Weights;
        ArrayView<float> values = SharedMemory.Allocate<float>(MostRows),
            slopes = SharedMemory.Allocate<float>(MostRows);
        ArrayView<float> sums = SharedMemory.Allocate<float>(MostThreads * LogitLossGpu.Sums);
        int rows = constants.Rows, columns = constants.Columns;
        int thread = Group.IdxX, threads = Group.DimX;

        // Logits: each of eight threads sums every eighth product of a row; the first of them adds their sums in order.
        int part = thread % ThreadsOfRow, rowsOfPass = threads / ThreadsOfRow;
        for (int first = 0; first < rows; first += rowsOfPass)
        {
            int row = first + thread / ThreadsOfRow;
            float sum = 0f;
            if (row < rows)
            {
                for (int k = part; k < columns; k += ThreadsOfRow)
                    sum += x[row * columns + k] * w[k];
            }

            sums[thread] = sum;
            Group.Barrier();
            if (part == 0 & row < rows)
            {
                float logit = 0f;
                for (int i = 0; i < ThreadsOfRow; i++)
                    logit += sums[thread + i];
                logit += views.Bias[0];
                values[row] = logit;
                views.Logits[row] = logit;
            }

            Group.Barrier();
        }

        LogitLossGpu.Loss<TLoss>(rows, constants.Targets, thread, threads, values, slopes, sums);
        for (int row = thread; row < rows; row += threads)
            views.Gradient[row] = slopes[row];
        if (thread == 0)
        {
            LogitLossGpu.StoreMetrics(rows, constants.Targets, threads, sums, views.Metrics);
            if (constants.WeightGradient != 0)
                views.BiasGradient[0] = sums[LogitLossGpu.GradientSum * threads];
            if (constants.End.Slots != 0)
                AdvanceStepGpu.End(constants.End, clock, views.Metrics);
        }

        if (constants.InputGradient != 0)
        {
            for (int i = thread; i < rows * columns; i += threads)
            {
                int row = i / columns;
                views.InputGradient[i] = slopes[row] * w[i - row * columns]
                    * default(TActivation).Derivative(x[i], constants.Leak);
            }
        }

        if (constants.WeightGradient != 0)
        {
            // 32 columns at a time: the threads of a column take different rows; the first of them adds their sums in
            // order.
            int lane = thread % ColumnsOfPass, parts = threads / ColumnsOfPass;
            for (int first = 0; first < columns; first += ColumnsOfPass)
            {
                int column = first + lane;
                float sum = 0f;
                if (column < columns)
                {
                    for (int row = thread / ColumnsOfPass; row < rows; row += parts)
                        sum += x[row * columns + column] * slopes[row];
                }

                Group.Barrier();
                sums[thread] = sum;
                Group.Barrier();
                if (thread < ColumnsOfPass & column < columns)
                {
                    float total = 0f;
                    for (int i = 0; i < parts; i++)
                        total += sums[i * ColumnsOfPass + lane];
                    views.WeightGradient[column] = total;
                }
            }
        }
    }

    public Action Bind(IGpu gpu, LogitsLayerLaunch o)
    {
        var launch = o.InputActivation.Kind switch
        {
            ActivationKind.Identity => Load<IdentityActivation>(o.Loss),
            ActivationKind.LeakyRelu => Load<LeakyReluActivation>(o.Loss),
            ActivationKind.Relu => Load<ReluActivation>(o.Loss),
            ActivationKind.Tanh => Load<TanhActivation>(o.Loss),
            ActivationKind.Sigmoid => Load<SigmoidActivation>(o.Loss),
            _ => throw new ArgumentOutOfRangeException(
                nameof(o), o.InputActivation.Kind, "This activation has no kernel."),
        };
        Constants constants = new()
        {
            Rows = o.Rows,
            Columns = o.Columns,
            Targets = o.Targets,
            WeightGradient = o.WeightGradient is null ? 0 : 1,
            InputGradient = o.InputGradient is null ? 0 : 1,
            Leak = o.InputActivation.Leak,
            End = o.Clock is { } end ? AdvanceStepGpu.Constants.Of(end, o.Metrics.Length) : default,
        };

        // A kernel has no optional parameters: an operand that is not asked for is any view.
        ArrayView<float> metrics = gpu.View(o.Metrics);
        Views views = new()
        {
            X = gpu.View(o.X),
            Weights = gpu.View(o.Weights),
            Bias = gpu.View(o.Bias),
            Logits = gpu.View(o.Logits),
            Gradient = gpu.View(o.Gradient),
            Metrics = metrics,
            WeightGradient = o.WeightGradient is { } dw ? gpu.View(dw) : metrics,
            BiasGradient = o.BiasGradient is { } db ? gpu.View(db) : metrics,
            InputGradient = o.InputGradient is { } dx ? gpu.View(dx) : metrics,
        };
        AdvanceStepGpu.Views clock = o.Clock is { } ending ? AdvanceStepGpu.Views.Of(gpu, ending) : new()
        {
            Step = metrics.Cast<uint>(),
            LearningRate = metrics,
            Coefficients = metrics,
            Ring = metrics,
        };
        AcceleratorStream stream = gpu.Stream;
        KernelConfig config = new(1, loader.LargestPowerOfTwoGroup(MostThreads));
        return () => launch(stream, config, constants, views, clock);
    }

    private Launcher Load<TActivation>(LogitLossKind loss)
        where TActivation : unmanaged, IActivation => loss switch
        {
            LogitLossKind.SigmoidCrossEntropy => Load<TActivation, SigmoidCrossEntropyLoss>(),
            LogitLossKind.LeastSquares => Load<TActivation, LeastSquaresLoss>(),
            LogitLossKind.Hinge => Load<TActivation, HingeLoss>(),
            LogitLossKind.Linear => Load<TActivation, LinearLoss>(),
            _ => throw new ArgumentOutOfRangeException(
                nameof(loss), loss, "This loss has no kernel that a layer is joined to."),
        };

    private Launcher Load<TActivation, TLoss>()
        where TActivation : unmanaged, IActivation
        where TLoss : unmanaged, ILogitLoss =>
        loader.Load<Launcher>(LogitsLayerKernel<TActivation, TLoss>, MostThreads);
}
