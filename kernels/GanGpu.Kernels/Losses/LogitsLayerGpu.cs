using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Numerics;
using GanGpu.Kernels.Optimizers;
using ILGPU;
using ILGPU.Runtime;
using Launcher = System.Action<
    ILGPU.Runtime.AcceleratorStream, ILGPU.KernelConfig, GanGpu.Kernels.Losses.LogitsLayerGpu.Constants,
        ILGPU.ArrayView<float>, ILGPU.ArrayView<float>, ILGPU.ArrayView<float>, ILGPU.ArrayView<float>,
    ILGPU.ArrayView<float>, ILGPU.ArrayView<float>, ILGPU.ArrayView<float>, ILGPU.ArrayView<float>,
    ILGPU.ArrayView<float>, ILGPU.ArrayView<uint>, ILGPU.ArrayView<float>, ILGPU.ArrayView<float>,
    ILGPU.ArrayView<float>>;

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

    /// <summary>One group; its size is a power of two, at least <see cref="ColumnsOfPass"/>.</summary>
    public static void LogitsLayerKernel<TActivation, TLoss>(
        Constants constants, ArrayView<float> x, ArrayView<float> w, ArrayView<float> bias, ArrayView<float> logits,
        ArrayView<float> gradient, ArrayView<float> figures,
        ArrayView<float> dw, ArrayView<float> db, ArrayView<float> dx,
        ArrayView<uint> step, ArrayView<float> learningRate, ArrayView<float> coefficients, ArrayView<float> ring)
        where TActivation : unmanaged, IActivation
        where TLoss : unmanaged, ILogitLoss
    {
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
                logit += bias[0];
                values[row] = logit;
                logits[row] = logit;
            }

            Group.Barrier();
        }

        LogitLossGpu.Loss<TLoss>(rows, constants.Targets, thread, threads, values, slopes, sums);
        for (int row = thread; row < rows; row += threads)
            gradient[row] = slopes[row];
        if (thread == 0)
        {
            LogitLossGpu.StoreFigures(rows, constants.Targets, threads, sums, figures);
            if (constants.WeightGradient != 0)
                db[0] = sums[LogitLossGpu.GradientSum * threads];
            if (constants.End.Slots != 0)
                AdvanceStepGpu.End(constants.End, step, learningRate, coefficients, figures, ring);
        }

        if (constants.InputGradient != 0)
        {
            for (int i = thread; i < rows * columns; i += threads)
            {
                int row = i / columns;
                dx[i] = slopes[row] * w[i - row * columns] * default(TActivation).Derivative(x[i], constants.Leak);
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
                    dw[column] = total;
                }
            }
        }
    }

    /// <summary>
    /// The launch for the activation f and a loss of single logits; what is not wanted may be any view.
    /// </summary>
    public Action Bind(
        AcceleratorStream stream, Constants constants, Activation f, LogitLossKind loss,
        ArrayView<float> x, ArrayView<float> w, ArrayView<float> bias, ArrayView<float> logits,
        ArrayView<float> gradient, ArrayView<float> figures,
        ArrayView<float> dw, ArrayView<float> db, ArrayView<float> dx,
        ArrayView<uint> step, ArrayView<float> learningRate, ArrayView<float> coefficients, ArrayView<float> ring)
    {
        constants.Leak = f.Leak;
        var launch = f.Kind switch
        {
            ActivationKind.Identity => Load<IdentityActivation>(loss),
            ActivationKind.LeakyRelu => Load<LeakyReluActivation>(loss),
            ActivationKind.Relu => Load<ReluActivation>(loss),
            ActivationKind.Tanh => Load<TanhActivation>(loss),
            ActivationKind.Sigmoid => Load<SigmoidActivation>(loss),
            _ => throw new ArgumentOutOfRangeException(nameof(f), f.Kind, "This activation has no kernel."),
        };
        KernelConfig config = new(1, loader.LargestPowerOfTwoGroup(MostThreads));
        return () =>
            launch(stream, config, constants, x, w, bias, logits, gradient, figures, dw, db, dx, step, learningRate,
                coefficients, ring);
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
