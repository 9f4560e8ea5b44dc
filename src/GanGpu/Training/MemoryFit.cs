using System.Globalization;
using GanGpu.Kernels.Batch;
using GanGpu.Objectives;

namespace GanGpu.Training;

/// <summary>Whether a training has room on a device, found out by planning alone, and if not, what would have.</summary>
/// <param name="device">The device.</param>
/// <param name="objective">What is trained.</param>
/// <param name="data">The training samples.</param>
/// <param name="options">How.</param>
/// <param name="drawingBytes">Bytes of device memory for what samples are drawn with; 0 if none are.</param>
internal sealed class MemoryFit(
    Device device, IObjective objective, DataSet data, TrainerOptions options, long drawingBytes)
{
    /// <summary>
    /// Of the free memory, the part that is not taken up with a data set: others may want some, and blocks do not fill
    /// it without gaps. A data set that would need it is streamed.
    /// </summary>
    private const int SlackShare = 16;

    /// <summary>Free bytes, before the training takes its own.</summary>
    public long FreeBytes { get; } = device.Backend.FreeBytes;

    /// <summary>The memory that plans take.</summary>
    /// <exception cref="DeviceOutOfMemoryException">It is more than is free.</exception>
    public TrainingMemory Check(UpdatePlans plans)
    {
        TrainingMemory memory = Memory(plans, options.BatchSize);
        return memory.Total <= FreeBytes ? memory : throw OutOfMemory(memory);
    }

    /// <summary>What to tell the user if plans have a block that is too large to be numbered.</summary>
    /// <param name="overflow">What planning ended with.</param>
    public DeviceOutOfMemoryException BlockTooLarge(OverflowException overflow) => new(
        string.Create(CultureInfo.InvariantCulture,
            $"{Beginning} is more than the {int.MaxValue:N0} values that a block of memory can have; " +
            $"{LargestBatch()}."), overflow);

    /// <summary>What to tell the user: what was asked for, what there is, and what would fit.</summary>
    /// <param name="memory">What was asked for.</param>
    /// <param name="refusal">What the device said, if it had enough memory by its own account.</param>
    public DeviceOutOfMemoryException OutOfMemory(TrainingMemory memory, Exception? refusal = null) => new(
        string.Create(CultureInfo.InvariantCulture,
            $"{Beginning} takes {memory.Total:N0} bytes in all (weights {memory.Weights:N0}, gradients " +
            $"{memory.Gradients:N0}, moments {memory.Moments:N0}, ")
        + string.Create(CultureInfo.InvariantCulture,
            $"intermediate results {memory.Intermediate:N0}, " +
            $"{(memory.StepsPerSlot > 0 ? "parts of the data set" : "data set")} {memory.Samples:N0}, other " +
            $"{memory.Other:N0}), ")
        + string.Create(CultureInfo.InvariantCulture,
            $"and {FreeBytes:N0} are free; " +
            $"{(Fits(options.BatchSize) ? "yet a block was refused: use a smaller batch" : LargestBatch())}."),
        refusal);

    private long DataRoom(long others) =>
        device.DataSetBytes ?? Math.Min(device.Backend.LargestBlock, FreeBytes - others - (FreeBytes / SlackShare));

    private string Beginning =>
        FormattableString.Invariant(
            $"{device.Name} has not enough memory: training with batches of {options.BatchSize:N0}");

    private UpdatePlans Plan(int batchSize) =>
        UpdatePlans.Build(
            objective, new DataOrder(data.Count, batchSize, options.Seed), options.Seed, options.Frozen);

    private TrainingMemory Memory(UpdatePlans plans, int batchSize) => TrainingMemory.Of(
        plans, objective, data, options with { BatchSize = batchSize },
        device.Backend.HasOwnMemory ? DataRoom : null, drawingBytes);

    /// <summary>Memory grows with the batch, so that halving finds the largest; plans take milliseconds.</summary>
    private string LargestBatch()
    {
        int fits = 0, tooLarge = options.BatchSize;
        while (tooLarge - fits > 1)
        {
            int batch = fits + ((tooLarge - fits) / 2);
            if (Fits(batch))
                fits = batch;
            else
                tooLarge = batch;
        }

        return fits == 0 ? "no batch fits, not even of 1"
            : FormattableString.Invariant($"the largest batch that fits is {fits:N0}");
    }

    private bool Fits(int batchSize)
    {
        try
        {
            return Memory(Plan(batchSize), batchSize).Total <= FreeBytes
                - Math.Min(device.Backend.ReservedBytes, FreeBytes / SlackShare);
        }
        catch (OverflowException)
        {
            return false;
        }
    }
}
