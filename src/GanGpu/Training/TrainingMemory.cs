using GanGpu.Presets;

namespace GanGpu.Training;

/// <summary>Bytes of device memory that a trainer takes, by what they are for.</summary>
/// <param name="Weights">Both networks' weights.</param>
/// <param name="Gradients">Their gradients.</param>
/// <param name="Moments">What the optimizers keep of each: Adam two moments, others one; and moving averages.</param>
/// <param name="Intermediate">Intermediate results of a step, which grow with the batch.</param>
/// <param name="Images">The data set, or the slots of its <see cref="DataStream"/>.</param>
/// <param name="StepsPerSlot">0 where the data set is on the device whole, else the steps of a slot.</param>
/// <param name="Other">Figures of the latest steps, counters, and room to draw samples in.</param>
internal sealed record TrainingMemory(long Weights, long Gradients, long Moments, long Intermediate, long Images, int StepsPerSlot, long Other)
{
    /// <summary>All together.</summary>
    public long Total => Weights + Gradients + Moments + Intermediate + Images + Other;

    /// <param name="plans">Both steps.</param>
    /// <param name="options">How both networks are updated.</param>
    /// <param name="preset">The networks.</param>
    /// <param name="sample">The size of a sample.</param>
    /// <param name="dataCount">Samples in the data set.</param>
    /// <param name="batchSize">Samples in a batch.</param>
    /// <param name="imageRoom">Bytes for images on the device, given all others; null where the data set must be there whole.</param>
    public static TrainingMemory Of(TrainingPlans plans, TrainingOptions options, Preset preset, SampleShape sample, int dataCount, int batchSize, Func<long, long>? imageRoom)
    {
        long weights = sizeof(float) * ((long)plans.Generator.ArenaLength + plans.Discriminator.ArenaLength);
        TrainingMemory memory = new(
            weights,
            Gradients: weights,
            Moments: sizeof(float) * (((long)plans.Generator.ArenaLength * OptimizerState.MomentCount(options.GeneratorOptimizer))
                + ((long)plans.Discriminator.ArenaLength * OptimizerState.MomentCount(options.DiscriminatorOptimizer))),
            Intermediate: sizeof(float) * (long)plans.ArenaLength,
            Images: 0,
            StepsPerSlot: 0,
            Other: (2 * (FigureRing.DeviceBytes + OptimizerState.CounterBytes)) + Generator.DeviceBytes(preset, sample, plans.Generator));

        long dataSet = (long)dataCount * sample.Length;
        if (imageRoom?.Invoke(memory.Total) is { } room && dataSet > room)
        {
            long step = (long)batchSize * sample.Length;
            int steps = DataStream.StepsPerSlot(step, room);
            // Two batches can be more than all there is.
            if (2 * steps * step < dataSet)
                return memory with { Images = 2 * steps * step, StepsPerSlot = steps };
        }

        return memory with { Images = dataSet };
    }
}
