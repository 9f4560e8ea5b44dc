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
/// A discriminator's last layer with its loss, backwards and forwards in one launch, for a GAN's few logits: done by
/// one group of threads, so that barriers stand where launches would. logits[r] = Σ_k x[r,k] · w[k] + bias; loss,
/// gradient[r] and figures as <see cref="LogitLossGpu"/>; dw[k] = Σ_r x[r,k] · gradient[r]; db = Σ_r gradient[r];
/// dx[r,k] = gradient[r] · w[k] · f'(x[r,k]) with f the activation that made x; and the end of the step
/// (<see cref="AdvanceStepGpu"/>). Overwrites all of these.
/// </summary>
internal sealed class LogitsLayerGpu(KernelLoader loader)
{
    /// <summary>Those of a device.</summary>
    public static LogitsLayerGpu Of(IGpu gpu) => gpu.Kernels(static g => new LogitsLayerGpu(g.Loader));

    /// <summary>Rows that a group's shared memory has room for.</summary>
    public const int MostRows = 1024;

    private const int MostThreads = 512, ThreadsOfRow = 8, ColumnsOfPass = 32;

    /// <summary>What does not change from step to step.</summary>
    public struct Constants
    {
        public int Rows, Columns;

        /// <summary>Whether dw and db, and whether dx, are wanted: 1 or 0.</summary>
        public int WeightGradient, InputGradient;

        public float Leak;

        public BinaryTargets Targets;

        /// <summary>Slots is 0 where the launch does not end the step.</summary>
        public AdvanceStepGpu.Constants End;
    }

    /// <summary>
    /// A <see cref="LogitsLayerLaunch"/>'s: what is not asked for is some view that the kernel leaves alone.
    /// </summary>
    public struct Views
    {
        public ArrayView<float> X, Weights, Bias, Logits, Gradient, Figures, WeightGradient, BiasGradient,
            InputGradient;
    }

    /// <summary>One group; its size is a power of two, at least <see cref="ColumnsOfPass"/>.</summary>
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

        // Logits: eight threads take every eighth term of a row each, the first of them adds their sums in order.
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
            LogitLossGpu.StoreFigures(rows, constants.Targets, threads, sums, views.Figures);
            if (constants.WeightGradient != 0)
                views.BiasGradient[0] = sums[LogitLossGpu.GradientSum * threads];
            if (constants.End.Slots != 0)
                AdvanceStepGpu.End(constants.End, clock, views.Figures);
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
            // 32 columns at a time: the threads of a column take rows apart, the first of them adds their sums in
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
            End = o.Clock is { } end ? AdvanceStepGpu.Constants.Of(end, o.Figures.Length) : default,
        };

        // A kernel has no optional parameters: what is not asked for is given some view.
        ArrayView<float> figures = gpu.View(o.Figures);
        Views views = new()
        {
            X = gpu.View(o.X),
            Weights = gpu.View(o.Weights),
            Bias = gpu.View(o.Bias),
            Logits = gpu.View(o.Logits),
            Gradient = gpu.View(o.Gradient),
            Figures = figures,
            WeightGradient = o.WeightGradient is { } dw ? gpu.View(dw) : figures,
            BiasGradient = o.BiasGradient is { } db ? gpu.View(db) : figures,
            InputGradient = o.InputGradient is { } dx ? gpu.View(dx) : figures,
        };
        AdvanceStepGpu.Views clock = o.Clock is { } ending ? AdvanceStepGpu.Views.Of(gpu, ending) : new()
        {
            Step = figures.Cast<uint>(),
            LearningRate = figures,
            Coefficients = figures,
            Ring = figures,
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
