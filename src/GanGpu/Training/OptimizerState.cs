using GanGpu.Backends;
using GanGpu.Graph;
using GanGpu.Kernels.Elementwise;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Optimizers;

namespace GanGpu.Training;

/// <summary>
/// What the updates of one network keep, in device memory: gradients, the optimizer's moments and a moving average as
/// twins of the weights' arena, and the numbers that change from step to step.
/// </summary>
internal sealed class OptimizerState : IDisposable
{
    private readonly IBackend backend;
    private readonly OptimizerOptions options;
    private readonly WeightArena weights;
    private readonly int batches, trained;
    private readonly DeviceBuffer<float> norm;
    private double rate, factor = 1;
    private Action? measureNorm;

    /// <param name="backend">The device.</param>
    /// <param name="weights">What is trained, with its initial values: a moving average starts there.</param>
    /// <param name="options">How it is trained.</param>
    /// <param name="batches">Batches whose gradients make one update, at least 1.</param>
    public OptimizerState(IBackend backend, WeightArena weights, OptimizerOptions options, int batches = 1)
    {
        this.batches = batches;
        this.backend = backend;
        this.weights = weights;
        this.options = options;
        trained = weights.Parameters.TrainedLength;
        int length = weights.Values.Length;
        BatchGradients = Zeroed(backend, length);
        Gradients = batches > 1 ? Zeroed(backend, length) : BatchGradients;
        Moments = [.. MomentNames(options).Select(name => (name, Zeroed(backend, length)))];
        Step = backend.Allocate<uint>(1);
        Step.CopyFrom([1u]);
        LearningRate = backend.Allocate<float>(1);
        SetLearningRate(options.LearningRate);
        Coefficients = Zeroed(backend, 2);
        norm = Zeroed(backend, 1);
        if (options.Average is not null)
        {
            Average = new WeightArena(backend, weights.Parameters, statesOf: weights);
            BeginAverage();
        }
    }

    /// <summary>
    /// Of a batch, as the backward pass leaves them. The gaps between tensors stay zero for good, so that an optimizer
    /// may run over the whole arena.
    /// </summary>
    public DeviceBuffer<float> BatchGradients { get; }

    /// <summary>
    /// What the optimizer takes: the mean over an update's batches; where that is one, the same buffer.
    /// </summary>
    public DeviceBuffer<float> Gradients { get; }

    /// <summary>What the optimizer keeps of each weight, by the names that checkpoints have for it.</summary>
    public IReadOnlyList<(string Name, DeviceBuffer<float> Values)> Moments { get; }

    /// <summary>The moving average of the weights, where one is kept.</summary>
    public WeightArena? Average { get; }

    /// <summary>The number of the batch to come, or in hand, from 1.</summary>
    public DeviceBuffer<uint> Step { get; }

    public DeviceBuffer<float> LearningRate { get; }

    public DeviceBuffer<float> Coefficients { get; }

    /// <summary>Begins the moving average at the weights as they are, where one is kept.</summary>
    public void BeginAverage()
    {
        if (Average is null)
            return;
        float[] values = new float[weights.Values.Length];
        weights.Values.CopyTo(values);
        Average.Values.CopyFrom(values);
    }

    /// <summary>What ends a step of this network, whose metrics go to a ring.</summary>
    public StepClock Clock(Slice<float> ring) => new(
        options as AdamOptions ?? new AdamOptions(options.LearningRate, Beta1: 0, Beta2: 0) { Decay = options.Decay },
        Step.All, LearningRate.All, Coefficients.All, ring, batches);

    /// <summary>Changes the learning rate of the updates to come.</summary>
    public void SetLearningRate(double rate)
    {
        this.rate = rate;
        LearningRate.CopyFrom([(float)(rate * factor)]);
    }

    /// <summary>Has the updates to come take the learning rate times a factor, beside its decay.</summary>
    public void ScaleLearningRate(double factor)
    {
        if (factor == this.factor)
            return;
        this.factor = factor;
        SetLearningRate(rate);
    }

    /// <summary>What is to be issued before the first batch of an update.</summary>
    public IReadOnlyList<(Action Issue, LaunchCost Cost)> BindBegin() =>
        batches == 1 || trained == 0 ? []
            : [(backend.Bind(new FillLaunch(0f, Trained(Gradients))), Cost("Fill", arenas: 1))];

    /// <summary>What is to be issued after each batch.</summary>
    public IReadOnlyList<(Action Issue, LaunchCost Cost)> BindBatch() =>
        batches == 1 || trained == 0 ? []
            : [(backend.Bind(new AccumulateLaunch(1f / batches, Trained(BatchGradients), Trained(Gradients))),
                Cost("Accumulate", arenas: 3))];

    /// <summary>
    /// The norm of all gradients of the latest update, before they were scaled to a limit; 0 where all of the network
    /// is frozen. Waits for the device.
    /// </summary>
    public float MeasureGradientNorm()
    {
        Span<float> value = stackalloc float[1];
        // Where gradients have a limit, the update leaves their norm; it can't be measured afterwards.
        if (options.GradientNormLimit is null && trained > 0)
            (measureNorm ??= backend.Bind(
                new GradientNormLaunch(float.PositiveInfinity, Trained(Gradients), norm.All))).Invoke();
        backend.Synchronize();
        norm.CopyTo(value);
        return value[0];
    }

    /// <summary>The update: what is to be issued after the last batch, in order, and what each of it takes.</summary>
    public IReadOnlyList<(Action Issue, LaunchCost Cost)> BindUpdate()
    {
        List<(Action, LaunchCost)> launches = [];
        if (trained == 0)
            return launches;
        Slice<float> parameters = Trained(weights.Values), gradients = Trained(Gradients),
            moment = Trained(Moments[0].Values);
        if (options.GradientNormLimit is { } normLimit)
            launches.Add(
                (backend.Bind(new GradientNormLaunch((float)normLimit, gradients, norm.All)),
                    Cost("GradientNorm", arenas: 3)));

        // A launch reads every arena that it has and writes all but the gradients.
        launches.Add(options switch
        {
            AdamOptions adam =>
                (backend.Bind(
                    new AdamLaunch(
                        adam, Coefficients.All, parameters, gradients, moment, Trained(Moments[1].Values))),
                    Cost("Adam", arenas: 7)),
            RmsPropOptions rmsProp =>
                (backend.Bind(
                    new RmsPropLaunch(rmsProp, Coefficients.All, parameters, gradients, moment)),
                    Cost("RmsProp", arenas: 5)),
            SgdOptions sgd =>
                (backend.Bind(new SgdLaunch(sgd, Coefficients.All, parameters, gradients, moment)),
                    Cost("Sgd", arenas: 5)),
            _ => throw new InvalidInputException($"There is no optimizer '{options.GetType().Name}'."),
        });
        if (options.WeightLimit is { } weightLimit)
            launches.Add(
                (backend.Bind(new WeightClipLaunch((float)weightLimit, parameters)), Cost("WeightClip", arenas: 2)));
        if (options.Average is { } average)
            launches.Add(
                (backend.Bind(
                    new WeightAverageLaunch(average, batches, Step.All, parameters, Trained(Average!.Values))),
                    Cost("WeightAverage", arenas: 3)));
        return launches;
    }

    /// <summary>
    /// Twins of the weights' arena that a network takes besides its gradients of a batch and their mean.
    /// </summary>
    public static int MomentCount(OptimizerOptions options) =>
        MomentNames(options).Length + (options.Average is null ? 0 : 1);

    /// <summary>
    /// Bytes of device memory besides the arenas: step, learning rate, two coefficients and the gradients' norm.
    /// </summary>
    public const long CounterBytes = sizeof(uint) + (4 * sizeof(float));

    public void Dispose()
    {
        BatchGradients.Dispose();
        if (Gradients != BatchGradients)
            Gradients.Dispose();
        foreach ((_, DeviceBuffer<float> values) in Moments)
            values.Dispose();
        Average?.Dispose();
        norm.Dispose();
        Step.Dispose();
        LearningRate.Dispose();
        Coefficients.Dispose();
    }

    private static string[] MomentNames(OptimizerOptions options) => options switch
    {
        AdamOptions => ["adam_m", "adam_v"],
        RmsPropOptions => ["rmsprop_v"],
        SgdOptions => ["sgd_b"],
        _ => throw new InvalidInputException($"There is no optimizer '{options.GetType().Name}'."),
    };

    private static DeviceBuffer<float> Zeroed(IBackend backend, int length)
    {
        DeviceBuffer<float> buffer = backend.Allocate<float>(length);
        buffer.CopyFrom(new float[length]);
        return buffer;
    }

    /// <summary>Of an arena the part that is trained: no launch of an update touches the rest.</summary>
    private Slice<float> Trained(DeviceBuffer<float> arena) => new(arena, 0, trained);

    private LaunchCost Cost(string operation, long arenas) =>
        new(operation, FormattableString.Invariant($"1x{trained}"), "", 0, arenas * sizeof(float) * trained);
}
