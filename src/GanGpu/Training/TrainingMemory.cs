using GanGpu.Data;
using GanGpu.Objectives;
using GanGpu.Presets;

namespace GanGpu.Training;

/// <summary>Bytes of device memory that a trainer takes, by what they are for.</summary>
/// <param name="Weights">Both networks' weights.</param>
/// <param name="Gradients">Their gradients.</param>
/// <param name="Moments">What the optimizers keep of each: Adam two moments, others one; and moving averages.</param>
/// <param name="Intermediate">Intermediate results of a step, which grow with the batch.</param>
/// <param name="Images">The data set, or the slots that its samples are brought to in turns.</param>
/// <param name="StepsPerSlot">0 where the data set is on the device whole, else the steps of a slot.</param>
/// <param name="Other">What networks keep untrained, classes of samples, figures of the latest steps, counters, and
/// room to draw samples in.</param>
public sealed record TrainingMemory(
    long Weights, long Gradients, long Moments, long Intermediate, long Images, int StepsPerSlot, long Other)
{
    /// <summary>All together.</summary>
    public long Total => Weights + Gradients + Moments + Intermediate + Images + Other;

    /// <param name="plans">Both steps.</param>
    /// <param name="preset">The networks.</param>
    /// <param name="sample">The size of a sample.</param>
    /// <param name="dataCount">Samples in the data set.</param>
    /// <param name="options">How large a batch is, and how many a step takes.</param>
    /// <param name="imageRoom">Bytes for images on the device, given all others; null where the data set must be there
    /// whole.</param>
    /// <param name="valueBytes">Bytes of a value of the data set.</param>
    internal static TrainingMemory Of(
        TrainingPlans plans, Preset preset, SampleShape sample, int dataCount, TrainingOptions options,
        Func<long, long>? imageRoom, int valueBytes = 1)
    {
        long weights = sizeof(float) * ((long)plans.Generator.ArenaLength + plans.Discriminator.ArenaLength);
        long states = sizeof(float)
            * (long)(Math.Max(1, plans.Generator.StateLength) + Math.Max(1, plans.Discriminator.StateLength));
        long figures = FigureRing.DeviceBytes(plans.GeneratorUpdate.Graph.Figures.Shape.Length)
            + FigureRing.DeviceBytes(plans.DiscriminatorUpdates[0].Graph.Figures.Shape.Length);
        long counters = 2 * OptimizerState.CounterBytes;
        long labels = preset.ClassUse == ClassUse.None ? 0 : sizeof(int) * (long)dataCount;
        TrainingMemory memory = new(
            weights,
            Gradients: options.AccumulatedBatches > 1 ? 2 * weights : weights,
            Moments: sizeof(float)
                * (((long)plans.Generator.ArenaLength * OptimizerState.MomentCount(options.GeneratorOptimizer))
                + ((long)plans.Discriminator.ArenaLength * OptimizerState.MomentCount(options.DiscriminatorOptimizer))),
            Intermediate: sizeof(float) * (long)plans.ArenaLength,
            Images: 0,
            StepsPerSlot: 0,
            Other: states + labels + figures + counters + Generator.DeviceBytes(preset, sample, plans.Generator));

        long dataSet = (long)dataCount * sample.Length * valueBytes;
        if (imageRoom?.Invoke(memory.Total) is { } room && dataSet > room)
        {
            // A slot holds whole steps.
            long step = (long)options.BatchSize * sample.Length * valueBytes;
            int steps = options.BatchesPerStep * DataStream.StepsPerSlot(options.BatchesPerStep * step, room);
            // Two batches can be more than all there is.
            if (2 * steps * step < dataSet)
                return memory with { Images = 2 * steps * step, StepsPerSlot = steps };
        }

        return memory with { Images = dataSet };
    }
}
