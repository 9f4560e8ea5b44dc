using GanGpu.Networks;
using GanGpu.Objectives;

namespace GanGpu.Training;

/// <summary>Bytes of device memory that a trainer takes, by what they are for.</summary>
/// <param name="Weights">All networks' weights.</param>
/// <param name="Gradients">Their gradients.</param>
/// <param name="Moments">What the optimizers keep of each: Adam two moments, others one; and moving averages.</param>
/// <param name="Intermediate">Intermediate results of a step, which grow with the batch.</param>
/// <param name="Samples">The data set, or the slots that its samples are brought to in turns.</param>
/// <param name="StepsPerSlot">0 where the data set is on the device whole, else the steps of a slot.</param>
/// <param name="Other">What networks keep untrained, classes of samples, metrics of the latest steps, counters, and
/// room to draw samples in.</param>
internal sealed record TrainingMemory(
    long Weights, long Gradients, long Moments, long Intermediate, long Samples, int StepsPerSlot, long Other)
{
    /// <summary>
    /// Bytes of both slots, if a callback reads the samples: large enough that the wait between them does not count, and
    /// small enough that the first step does not wait for many samples.
    /// </summary>
    private const long CallbackRoom = 2 << 20;

    /// <summary>All together.</summary>
    public long Total => Weights + Gradients + Moments + Intermediate + Samples + Other;

    /// <param name="plans">The updates.</param>
    /// <param name="objective">What is trained.</param>
    /// <param name="data">The data set.</param>
    /// <param name="options">How large a batch is, and how many an update takes.</param>
    /// <param name="dataRoom">Bytes for samples on the device, given all others; null if the data set must be there
    /// whole.</param>
    /// <param name="drawingBytes">Bytes for what samples are drawn with.</param>
    internal static TrainingMemory Of(
        UpdatePlans plans, IObjective objective, DataSet data, TrainerOptions options, Func<long, long>? dataRoom,
        long drawingBytes)
    {
        long weights = 0, moments = 0, others = drawingBytes;
        foreach ((int index, NetworkRole role) in objective.Networks.Index())
        {
            Parameters network = plans.Networks[index];
            long arena = sizeof(float) * (long)network.ArenaLength;
            weights += arena;
            moments += arena * OptimizerState.MomentCount(role.Optimizer);
            others += TrainedNetwork.OtherBytes(network, plans.MetricsOf(index));
        }

        if (objective.ReadsLabels)
            others += sizeof(int) * (long)data.Count;
        TrainingMemory memory = new(
            weights,
            Gradients: options.AccumulatedBatches > 1 ? 2 * weights : weights,
            Moments: moments,
            Intermediate: sizeof(float) * (long)plans.ArenaLength,
            Samples: 0,
            StepsPerSlot: 0,
            Other: others);

        long dataSet = (long)data.Count * data.SampleBytes;
        long? deviceRoom = dataRoom?.Invoke(memory.Total);
        if (!data.IsInMemory)
            deviceRoom = Math.Min(deviceRoom ?? long.MaxValue, CallbackRoom);
        if (deviceRoom is { } room && (dataSet > room || !data.IsInMemory))
        {
            // A slot holds whole steps.
            long batch = (long)options.BatchSize * data.SampleBytes;
            int perStep = options.AccumulatedBatches * plans.MostUpdatesPerStep;
            int batches = perStep * DataStream.StepsPerSlot(perStep * batch, room);
            // Two batches can be more than all there is.
            if (2 * batches * batch < dataSet || !data.IsInMemory)
                return memory with { Samples = 2 * batches * batch, StepsPerSlot = batches };
        }

        return memory with { Samples = dataSet };
    }
}
