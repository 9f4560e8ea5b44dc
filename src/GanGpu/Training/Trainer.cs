using GanGpu.Backends;
using GanGpu.Kernels.Batch;
using GanGpu.Kernels.Launching;
using GanGpu.Objectives;

namespace GanGpu.Training;

/// <summary>
/// Trains the networks of an objective on a device. Every update is described, differentiated, planned and bound here,
/// once; training replays them. It owns the device memory, brings data that do not fit there, and keeps the metrics.
/// </summary>
/// <remarks>
/// Safe for use from several threads: each step takes a turn of the device's. Dispose at any moment, from any thread.
/// </remarks>
internal sealed class Trainer : IDisposable, IAsyncDisposable
{
    private readonly Stack<IDisposable> owned = new();
    private readonly IBackend backend;
    private readonly DeviceUse use;
    private readonly TrainerOptions options;
    private readonly StepSequence sequence;
    private readonly UpdateOrder updateOrder;

    /// <summary>An array, over which a loop allocates nothing.</summary>
    private readonly TrainedNetwork[] networks = [];

    /// <summary>The step of the sequence that is next; null if the networks' counts fit none.</summary>
    private int? next = 0;

    /// <param name="device">Where to train; stays the caller's.</param>
    /// <param name="objective">What is trained.</param>
    /// <param name="data">The real samples.</param>
    /// <param name="options">How large batches are, and how many an update takes.</param>
    /// <param name="labels">The class of each sample; null if the objective reads none.</param>
    /// <param name="drawingBytes">Bytes of device memory that the caller will take to draw samples.</param>
    /// <param name="owner">Whose memory it is, for the device's account and for exceptions; itself if null.</param>
    /// <exception cref="DeviceOutOfMemoryException">The device has not enough memory; the message says for what, and
    /// names the largest batch that would fit.</exception>
    public Trainer(
        Device device, IObjective objective, DataSet data, TrainerOptions options, int[]? labels = null,
        long drawingBytes = 0, object? owner = null)
    {
        this.options = options;
        backend = device.Backend;
        use = new DeviceUse(backend, owner ?? this);
        Order = new DataOrder(data.Count, options.BatchSize, options.Seed);
        MemoryFit fit = new(device, objective, data, options, drawingBytes);
        UpdatePlans plans = Planned(objective, fit);
        TrainingMemory memory = Memory = fit.Check(plans);
        try
        {
            using DeviceTurn turn = backend.Turn(owner ?? this);
            networks = [.. objective.Networks.Select((role, index) => Own(new TrainedNetwork(
                backend, role, index, plans.Networks[index], options.Seed, plans.MetricsOf(index),
                options.AccumulatedBatches, plans.UpdatesPerStep(index))))];
            BatchesPerStep = options.AccumulatedBatches * plans.MostUpdatesPerStep;
            Stream = memory.StepsPerSlot > 0 ? Own(new DataStream(backend, Order, data, memory.StepsPerSlot)) : null;
            ResidentData resident =
                (Stream?.Data ?? WholeDataSet(data)) with { Labels = labels is null ? null : Uploaded(labels) };
            DeviceBuffer<float> arena = Own(backend.Allocate<float>(Math.Max(1, plans.ArenaLength)));
            Updates = [.. plans.Updates.Select(update =>
                new BoundUpdate(backend, update, arena, Networks, resident, options.AccumulatedBatches))];
            BoundUpdate[][] steps =
                [.. objective.Schedule.Select(step => step.Select(update => Updates[update]).ToArray())];
            (Reader, Pacer) = (steps[0][0].Leader, steps[0][^1].Leader);
            updateOrder = new UpdateOrder(steps);
            sequence = Own(new StepSequence(backend, steps));
        }
        catch (DeviceOutOfMemoryException e)
        {
            Dispose();
            throw fit.OutOfMemory(memory, e);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The networks, by their index in the objective.</summary>
    public IReadOnlyList<TrainedNetwork> Networks => networks;

    /// <summary>The updates, in the objective's order.</summary>
    public IReadOnlyList<BoundUpdate> Updates { get; } = [];

    /// <summary>Which sample is in which row of which batch.</summary>
    public DataOrder Order { get; }

    /// <summary>All device memory that it takes, by what it is for.</summary>
    public TrainingMemory Memory { get; }

    /// <summary>Brings the samples of a data set that does not fit on the device; null if all of it is there.</summary>
    public DataStream? Stream { get; }

    /// <summary>Steps done, or issued to the device: updates of the network that ends a step.</summary>
    public long Step => Pacer?.Updates ?? 0;

    /// <summary>The network whose updates a step begins with: where it is in the data is where the training is.</summary>
    public TrainedNetwork Reader { get; } = null!;

    /// <summary>The factor on all learning rates, from the steps done; null for none.</summary>
    public Func<long, double>? Schedule { get; set; }

    /// <summary>Batches of real samples that a step takes.</summary>
    public int BatchesPerStep { get; }

    /// <summary>Steps that the device is best given together.</summary>
    public int StepsAtOnce => sequence.StepsInBundle;

    /// <summary>The updates of a step, counted from 0, in order.</summary>
    public IReadOnlyList<BoundUpdate> UpdatesOf(long step) => sequence.Of(step);

    /// <summary>Waits for a turn of the device's.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed, or its device was.</exception>
    public DeviceTurn Turn() => use.Turn();

    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public void ThrowIfEnded() => use.ThrowIfEnded();

    /// <summary>Issues steps without waiting for them, in as few pieces as the device takes them.</summary>
    /// <param name="to">The step to reach.</param>
    /// <param name="cancellationToken">Ends it between two pieces.</param>
    public void Issue(long to, CancellationToken cancellationToken = default)
    {
        while (Step < to && !cancellationToken.IsCancellationRequested)
            Advance(to);
    }

    /// <summary>Waits until all steps that were issued are done.</summary>
    public void Wait()
    {
        using DeviceTurn turn = use.Turn();
        backend.Synchronize();
    }

    /// <summary>Goes on from where the networks have been set to.</summary>
    public void Realign() => next = IsOneStream ? updateOrder.Next() : null;

    /// <summary>Issues the next update of one network by itself.</summary>
    /// <param name="leader">The network, which must lead an update.</param>
    public void IssueAlone(TrainedNetwork leader)
    {
        using DeviceTurn turn = use.Turn();
        Scale(Step);
        Issue(leader);
        Realign();
    }

    /// <summary>Has what the caller owns beside it freed with it, before it.</summary>
    public T Own<T>(T part)
        where T : IDisposable
    {
        owned.Push(part);
        return part;
    }

    /// <summary>Ends a training that is under way, after the step in flight, and frees the device memory.</summary>
    public void Dispose() => use.End(Free);

    /// <summary>As <see cref="Dispose"/>, without blocking the caller's thread.</summary>
    public ValueTask DisposeAsync() => use.EndAsync(Free);

    /// <summary>A step, or as many as the device is best given together, in one turn.</summary>
    private void Advance(long to)
    {
        using DeviceTurn turn = use.Turn();
        // Another thread may have trained meanwhile.
        if (Step >= to)
            return;
        Scale(Step);
        if (next is not { } step)
        {
            foreach (BoundUpdate update in sequence.Of(0))
                Issue(update.Leader);
            return;
        }

        long most = to - Step;
        if (Stream is not null)
            most = (Stream.Prepare(Reader.Batches, Reader.Batches + (most * BatchesPerStep)) - Reader.Batches)
                / BatchesPerStep;
        int issued = sequence.Issue(step, AsScaled(most));
        foreach (TrainedNetwork network in networks)
            network.Updates += issued * network.UpdatesPerStep;
        next = sequence.After(step, issued);
    }

    private TrainedNetwork? Pacer { get; }

    /// <summary>
    /// Whether all updates of a step find their samples in one part of a data set that is brought in parts.
    /// </summary>
    private bool IsOneStream =>
        Stream is null || Networks.All(network => network.Updates == Step * network.UpdatesPerStep);

    private void Issue(TrainedNetwork leader)
    {
        BoundUpdate update = updateOrder.NextOf(leader);
        // The parts of the data set end where updates end.
        if (update.ReadsData)
            Stream?.Prepare(leader.Batches, leader.Batches + leader.BatchesPerUpdate);
        sequence.IssueAlone(update);
        foreach (TrainedNetwork network in update.Trained)
            network.Updates++;
    }

    /// <exception cref="InvalidInputException">The schedule gives no factor.</exception>
    private void Scale(long step)
    {
        double factor = Schedule?.Invoke(step) ?? 1;
        if (!(factor >= 0) || !float.IsFinite((float)factor))
            throw new InvalidInputException(FormattableString.Invariant(
                $"The schedule's factor at step {step} must be a finite number of at least 0, not {factor}."));
        foreach (TrainedNetwork network in networks)
            network.Optimizer.ScaleLearningRate(factor);
    }

    /// <summary>Of the steps to come as many as may be issued together, for which the factor is the same.</summary>
    private long AsScaled(long most)
    {
        if (Schedule is not { } schedule || StepsAtOnce == 1 || most < StepsAtOnce)
            return most;
        double factor = schedule(Step);
        int same = 1;
        while (same < StepsAtOnce && schedule(Step + same) == factor)
            same++;
        return same;
    }

    private UpdatePlans Planned(IObjective objective, MemoryFit fit)
    {
        try
        {
            return UpdatePlans.Build(objective, Order, options.Seed, options.Frozen);
        }
        catch (OverflowException e)
        {
            throw fit.BlockTooLarge(e);
        }
    }

    private ResidentData WholeDataSet(DataSet data)
    {
        ReadOnlySpan<byte> samples = data.Bytes;
        DeviceBuffer<byte> bytes = Own(backend.Allocate<byte>(samples.Length));
        bytes.CopyFrom(samples);
        return new ResidentData(bytes, StagedBatches: 0);
    }

    /// <summary>Labels are few bytes beside the samples, and stay on the device whole even if those do not.</summary>
    private DeviceBuffer<int> Uploaded(int[] labels)
    {
        DeviceBuffer<int> buffer = Own(backend.Allocate<int>(labels.Length));
        buffer.CopyFrom(labels);
        return buffer;
    }

    private void Free()
    {
        while (owned.TryPop(out IDisposable? part))
            part.Dispose();
    }
}
