using GanGpu.Backends;
using GanGpu.Benchmarking;
using GanGpu.Kernels;

namespace GanGpu.Training;

/// <summary>
/// What Adam keeps of one network, in device memory: gradients and moments as twins of the weights' arena, and the numbers
/// that change from step to step.
/// </summary>
internal sealed class OptimizerState : IDisposable
{
    /// <summary>Bytes of device memory besides gradients and moments: step, learning rate, two coefficients.</summary>
    public const long CounterBytes = sizeof(uint) + (3 * sizeof(float));

    private readonly IBackend backend;
    private readonly AdamOptions options;
    private readonly WeightArena weights;

    public OptimizerState(IBackend backend, WeightArena weights, AdamOptions options)
    {
        this.backend = backend;
        this.weights = weights;
        this.options = options;
        int length = weights.Values.Length;
        Gradients = Zeroed(backend, length);
        FirstMoment = Zeroed(backend, length);
        SecondMoment = Zeroed(backend, length);
        Step = backend.Allocate<uint>(1);
        Step.CopyFrom([1u]);
        LearningRate = backend.Allocate<float>(1);
        LearningRate.CopyFrom([(float)options.LearningRate]);
        Coefficients = Zeroed(backend, 2);
    }

    /// <summary>The gaps between tensors stay zero for good, so that Adam may run over the whole arena.</summary>
    public DeviceBuffer<float> Gradients { get; }

    public DeviceBuffer<float> FirstMoment { get; }

    public DeviceBuffer<float> SecondMoment { get; }

    /// <summary>The number of the step to come, or in hand, from 1.</summary>
    public DeviceBuffer<uint> Step { get; }

    public DeviceBuffer<float> LearningRate { get; }

    public DeviceBuffer<float> Coefficients { get; }

    /// <summary>What <see cref="BindUpdate"/> gives does: it reads four arenas and writes three of them.</summary>
    public LaunchCost UpdateCost => new("Adam", FormattableString.Invariant($"1x{weights.Values.Length}"), "", 0, 7L * sizeof(float) * weights.Values.Length);

    /// <summary>What ends a step of this network, whose figures go to a ring.</summary>
    public StepClock Clock(Slice<float> ring) => new(options, Step.All, LearningRate.All, Coefficients.All, ring);

    public Action BindUpdate() => backend.Adam(options, Coefficients.All, weights.Values.All, Gradients.All, FirstMoment.All, SecondMoment.All);

    public void Dispose()
    {
        Gradients.Dispose();
        FirstMoment.Dispose();
        SecondMoment.Dispose();
        Step.Dispose();
        LearningRate.Dispose();
        Coefficients.Dispose();
    }

    private static DeviceBuffer<float> Zeroed(IBackend backend, int length)
    {
        DeviceBuffer<float> buffer = backend.Allocate<float>(length);
        buffer.CopyFrom(new float[length]);
        return buffer;
    }
}
