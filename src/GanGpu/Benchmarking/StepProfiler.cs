using System.Diagnostics;
using GanGpu.Backends;
using GanGpu.Kernels.Elementwise;
using GanGpu.Kernels.Launching;

namespace GanGpu.Benchmarking;

/// <summary>Says what a training step consists of, what of the device bounds it, and where its time goes.</summary>
internal sealed class StepProfiler
{
    private readonly Device device;
    private readonly Preset preset;
    private readonly DataSet data;

    /// <summary>Measures nothing yet.</summary>
    /// <param name="device">Where the step would run; stays the caller's. Whatever else uses it meanwhile is measured
    /// with it.</param>
    /// <param name="preset">The networks.</param>
    /// <param name="data">What they are trained on.</param>
    public StepProfiler(Device device, Preset preset, DataSet data)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(preset);
        ArgumentNullException.ThrowIfNull(data);
        (this.device, this.preset, this.data) = (device, preset, data);
    }

    /// <summary>
    /// What the first step by the preset's recipe issues, and the bytes of its intermediate results and of everything
    /// it keeps on the device.
    /// </summary>
    /// <param name="batch">Images in a step, 1 to the size of the data set.</param>
    /// <exception cref="InvalidInputException">The batch is out of its range.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The device has not enough memory.</exception>
    public StepExplanation Explain(int batch)
    {
        using GanTrainer trainer = new(device, preset, data, preset.Recipe with { BatchSize = batch });
        // Weights, gradients and two moments.
        return new(trainer.Launches, trainer.Memory.Intermediate, 4L * sizeof(float) * trainer.ParameterCount);
    }

    /// <summary>
    /// 10⁹ bytes a second when two arrays are added into a third that are as large together as given; what fits a cache
    /// is read from there. Null where that is too slow to measure.
    /// </summary>
    /// <param name="bytes">Bytes of all three, at least 12.</param>
    /// <param name="budget">About how long to measure, above 0.</param>
    /// <param name="cancellationToken">Ends it within about a tenth of the budget.</param>
    /// <exception cref="DeviceOutOfMemoryException">The device has not enough memory.</exception>
    public double? MeasureBandwidth(long bytes, TimeSpan budget, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 3 * sizeof(float));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(budget, TimeSpan.Zero);
        float[] zeros = new float[bytes / (3 * sizeof(float))];
        using DeviceBuffer<float> a = Upload(zeros), b = Upload(zeros), sum = Upload(zeros);
        return Measure(() => device.Backend.Bind(new AddLaunch(a.All, b.All, sum.All)), budget, cancellationToken)
            is { } seconds ? 3.0 * sizeof(float) * zeros.Length / seconds / 1e9 : null;
    }

    /// <summary>
    /// Microseconds from one launch to the next when there is next to nothing to do. Null where that is too slow to
    /// measure.
    /// </summary>
    /// <param name="budget">About how long to measure, above 0.</param>
    /// <param name="cancellationToken">Ends it within about a tenth of the budget.</param>
    public double? MeasureLaunchGap(TimeSpan budget, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(budget, TimeSpan.Zero);
        using DeviceBuffer<float> one = Upload([1f]);
        return Measure(() => device.Backend.Bind(new ScaleLaunch(1f, one.All, one.All)), budget, cancellationToken)
            is { } seconds ? seconds * 1e6 : null;
    }

    /// <summary>
    /// The median microseconds of each launch of a training step, in the order of <see cref="GanTrainer.Launches"/>,
    /// while whole steps are replayed: from the end of the launch before it to its own.
    /// </summary>
    /// <param name="batch">Images in a step, 1 to the size of the data set.</param>
    /// <param name="budget">About how long to measure, above 0; half as long again is spent on the warm-up.</param>
    /// <param name="cancellationToken">Ends it after the step in flight.</param>
    /// <exception cref="InvalidInputException">The batch is out of its range.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The device has not enough memory.</exception>
    /// <exception cref="InvalidOperationException">The device, a GPU or the emulator, was opened without
    /// <see cref="DeviceOptions.Profiling"/>.</exception>
    public IReadOnlyList<double> MeasureLaunches(
        int batch, TimeSpan budget, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(budget, TimeSpan.Zero);
        using GanTrainer trainer = new(device, preset, data, preset.Recipe with { BatchSize = batch });
        Action[] launches = [.. trainer.Trainer.UpdatesOf(0).SelectMany(update => update.Launches)];
        Repeat(budget / 2);
        List<double[]> steps = Repeat(budget);
        return [.. launches.Select((_, i) => SliceTimer.Median([.. steps.Select(step => step[i]).Order()]))];

        List<double[]> Repeat(TimeSpan time)
        {
            List<double[]> times = [];
            long start = Stopwatch.GetTimestamp();
            do
            {
                cancellationToken.ThrowIfCancellationRequested();
                using DeviceTurn turn = device.Backend.Turn(trainer);
                times.Add(device.Backend.Time(launches));
            }
            while (Stopwatch.GetElapsedTime(start) < time);
            return times;
        }
    }

    /// <summary>The median of seconds; null where it is too slow.</summary>
    private double? Measure(Func<Action> bind, TimeSpan budget, CancellationToken cancellationToken)
    {
        SliceTimer timer = new(device.Backend, device, bind);
        return timer.IsFastEnough(cancellationToken)
            ? SliceTimer.Median(timer.Measure(budget, cancellationToken)) : null;
    }

    private DeviceBuffer<float> Upload(float[] values)
    {
        DeviceBuffer<float> buffer = device.Backend.Allocate<float>(values.Length);
        buffer.CopyFrom(values);
        return buffer;
    }
}
