using GanGpu.Devices;
using GanGpu.Kernels.Batch;
using GanGpu.Kernels.Gemm;
using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Losses;
using GanGpu.Kernels.Numerics;
using GanGpu.Kernels.Optimizers;
using GanGpu.Kernels.Random;

namespace GanGpu.Backends;

/// <summary>
/// A device as the planner sees it: memory, and one method per operation. Each operation is bound once, to the buffers it
/// will always use; the action returned issues it, in order with all others of this backend, allocating nothing.
/// All matrices are row-major and dense. Unless a method says otherwise, outputs may not overlap inputs.
/// Everything that changes from step to step is read from device memory, so that a bound list can be replayed as it is.
/// </summary>
internal partial interface IBackend : IDisposable
{
    /// <summary>The order in which those who use the device come to it. Binding, issuing and waiting want the turn; buffers take it themselves.</summary>
    DeviceTurns Turns { get; }

    /// <summary>Waits for the turn, and makes the device that of this thread; see <see cref="DeviceTurns.Take"/>.</summary>
    DeviceTurn Turn(object user);

    /// <summary>
    /// What the rows of a product count for where its kernel is chosen by them, until it is set back to 1: see
    /// <see cref="KernelLoader.RowsFactor"/>. Wants the turn.
    /// </summary>
    int RowsFactor { get; set; }

    /// <summary>Uninitialised device memory. Throws <see cref="DeviceOutOfMemoryException"/> where there is not enough.</summary>
    DeviceBuffer<T> Allocate<T>(int length)
        where T : unmanaged;

    /// <summary>Buffers allocated and not yet disposed, without a backend's own scratch memory.</summary>
    long LiveBuffers { get; }

    /// <summary>What its user should know of how it works on this machine; null where there is nothing.</summary>
    string? Remark { get; }

    /// <summary>
    /// Actions made one: on CUDA they are captured into a graph, which must hold no copies and nothing that waits; elsewhere,
    /// and where that fails (<see cref="Remark"/> says so then), they are issued one by one. None of them runs here.
    /// </summary>
    IReplay Sequence(IReadOnlyList<Action> actions);

    /// <summary>Bytes of the buffers, and of a backend's own scratch memory.</summary>
    long AllocatedBytes { get; }

    /// <summary>Bytes that can still be allocated, as far as the device tells.</summary>
    long FreeBytes { get; }

    /// <summary>The most bytes that one buffer can have, however many are free.</summary>
    long LargestBlock { get; }

    /// <summary>What of the free bytes can be lost to the rounding of blocks and to the driver.</summary>
    long ReservedBytes { get; }

    /// <summary>Whether the device has memory of its own, that the host fills by copying.</summary>
    bool HasOwnMemory { get; }

    /// <summary>A way for at most so many bytes at a time to a device that has memory of its own. It is to be disposed before the backend.</summary>
    Upload OpenUpload(int bytes);

    /// <summary>Waits until everything issued has finished.</summary>
    void Synchronize();

    /// <summary>
    /// Issues actions in order and waits for them: the microseconds from the end of each one's predecessor to its own end, by
    /// the device's clock where it has one.
    /// </summary>
    double[] Time(IReadOnlyList<Action> actions);

    /// <summary>Multiply-adds that touch no memory, as many at a time as the device can do, and how many operations one call is.</summary>
    (Action Issue, double Flops) ArithmeticPeak();

    /// <summary>C = epilogue(op(A) · op(B)).</summary>
    Action Gemm(GemmShape shape, Slice<float> a, Slice<float> b, Slice<float> c, GemmEpilogue epilogue);

    /// <summary>
    /// Two products that do not wait for each other, in one launch: a weight gradient AᵀB, with column sums or without, and
    /// an input gradient ABᵀ, with an activation's gradient or without.
    /// </summary>
    Action GemmPair(GemmLaunch weights, GemmLaunch inputs);

    /// <summary>y[r,c] = x[r,c] + bias[c]. y may be x.</summary>
    Action AddBias(int rows, int columns, Slice<float> x, Slice<float> bias, Slice<float> y);

    /// <summary>y = f(x). y may be x.</summary>
    Action Activate(Activation activation, Slice<float> x, Slice<float> y);

    /// <summary>dx = dy ⊙ f'(x), from the output y = f(x). dx may be dy.</summary>
    Action ActivationGradient(Activation activation, Slice<float> dy, Slice<float> y, Slice<float> dx);

    /// <summary>sums[c] = Σ_r x[r,c], in a fixed order.</summary>
    Action ColumnSums(int rows, int columns, Slice<float> x, Slice<float> sums);

    /// <summary>y[r,c] = row[c].</summary>
    Action BroadcastRows(int rows, int columns, Slice<float> row, Slice<float> y);

    /// <summary>y = a + b. y may be a or b.</summary>
    Action Add(Slice<float> a, Slice<float> b, Slice<float> y);

    /// <summary>y = a ⊙ b. y may be a or b.</summary>
    Action Multiply(Slice<float> a, Slice<float> b, Slice<float> y);

    /// <summary>y = factor · x. y may be x.</summary>
    Action Scale(float factor, Slice<float> x, Slice<float> y);

    /// <summary>y = value, everywhere.</summary>
    Action Fill(float value, Slice<float> y);

    /// <summary>
    /// An adversarial loss l of logits x[n] with targets t, and its gradient, in one pass. l is
    /// max(x,0) − x·t + log1p(e^−|x|) (sigmoid cross-entropy), ½(x − t)² (least squares), max(0, 1 − t·x) (hinge), or −t·x (linear).
    /// gradient[n] is that of the objective (see <see cref="BinaryTargets"/>), weight · ∂l/∂x / rows of the part.
    /// figures[4] is (mean loss of the first part, of the second, share of the first part's logits on their target's side of
    /// the border, of the second's): above it where the target is at least one half, not above it otherwise; 0 for an empty part.
    /// The border is ½ for least squares, else 0. The means are unweighted.
    /// Relativistic pairing takes x[2m]: l = log(1 + e^−z) of m pairs, z = x_i − x_(m+i) where the first target is the greater,
    /// else the negative; figures are (mean loss, 0, share of pairs with x_i &gt; x_(m+i), the same).
    /// </summary>
    Action LogitLoss(LogitLossKind kind, BinaryTargets targets, Slice<float> logits, Slice<float> gradient, Slice<float> figures);

    /// <summary>
    /// A layer of one unit, its loss (not relativistic pairing) and what both send back, in one launch: logits = X·w + bias;
    /// gradient and figures as <see cref="LogitLoss"/>; dw = Xᵀ·gradient and db = Σ gradient;
    /// dx = (gradient·wᵀ) ⊙ f'(X); then <see cref="EndStep"/>. The last three where they are asked for.
    /// </summary>
    Action LogitsLayer(LogitsLayer layer);

    /// <summary>
    /// Ends a step t = step[0], counted from 1: ring[((t − 1) mod (ring.Length / figures.Length)) · figures.Length + i] =
    /// figures[i], which keeps them on the device until the host asks; coefficients[0] = rate / (1 − β1^t),
    /// coefficients[1] = 1 / √(1 − β2^t), rate = learningRate[0] · <see cref="LearningRateDecay.FactorAfter"/>(t − 1); step[0] ← t + 1.
    /// </summary>
    Action EndStep(StepClock clock, Slice<float> figures);

    /// <summary>
    /// One Adam step over a whole arena: m ← β1·m + (1−β1)·g, v ← β2·v + (1−β2)·g²,
    /// θ ← θ − coefficients[0] · m / (√v · coefficients[1] + ε).
    /// </summary>
    Action Adam(AdamOptions options, Slice<float> coefficients, Slice<float> parameters, Slice<float> gradients, Slice<float> firstMoment, Slice<float> secondMoment);

    /// <summary>
    /// Element i is drawn from Philox block i/4 with counter (i/4, step[0], stream): uniform numbers are 2u − 1 of the four
    /// words; normal ones √(−2 ln u₁)·(cos 2πu₂, sin 2πu₂) of the words (X, Y), then of (Z, W), u₁ in (0, 1], u₂ in [0, 1).
    /// </summary>
    Action Noise(NoiseDistribution distribution, ulong seed, uint stream, Slice<uint> step, Slice<float> y);

    /// <summary>
    /// The batch of the current step from a byte data set [Count, sampleSize]: y[r, i] = byte / 127.5 − 1 of image
    /// <see cref="DataOrder.ImageAt(uint, int)"/>(step[0], r); mirrored, or read from staged images
    /// [StagedSteps · BatchSize, sampleSize] instead, where the form says so.
    /// </summary>
    Action Batch(DataOrder order, int sampleSize, Slice<uint> step, Slice<byte> dataSet, Slice<float> y, BatchForm form = default);
}
