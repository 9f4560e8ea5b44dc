using GanGpu.Backends;
using GanGpu.Kernels.Batch;
using GanGpu.Kernels.Launching;

namespace GanGpu.Training;

/// <summary>
/// The samples of a data set that does not fit on the device, or that a callback reads, brought there as training needs
/// them. Device memory holds
/// two slots, each with the batches of so many consecutive steps: a chunk of the run. While the steps of one chunk
/// train, the next one is gathered on the host and copied to the other slot, on threads of their own.
/// </summary>
/// <remarks>
/// Between chunks the host waits twice: until the next chunk has been copied, and until the launches of the last chunk,
/// whose slot is the next to be filled, have finished. So no step reads a slot that is being copied, no copy overwrites
/// one in use, and nothing but the data in the slots changes from step to step.
/// </remarks>
internal sealed class DataStream : IDisposable
{
    /// <summary>
    /// A slot's size, where a step's batch is smaller: large enough that the wait between chunks does not count.
    /// </summary>
    private const int SlotBytes = 16 << 20;

    private const long None = -1;

    private readonly IBackend backend;
    private readonly DataOrder order;
    private readonly DataSet data;
    private readonly int sampleSize, steps;
    private readonly DeviceBuffer<byte> slots;
    private readonly Upload upload;
    private Task loading = Task.CompletedTask;

    /// <summary>
    /// The chunk that may be trained, and the one that <see cref="loading"/> brings to the other slot.
    /// </summary>
    private long current = None, next = None;

    /// <param name="backend">The device.</param>
    /// <param name="order">Which image is in which row of which step.</param>
    /// <param name="data">The samples; they stay where they are.</param>
    /// <param name="stepsPerSlot">Steps in a chunk, at least 1, see <see cref="StepsPerSlot"/>.</param>
    public DataStream(IBackend backend, DataOrder order, DataSet data, int stepsPerSlot)
    {
        this.backend = backend;
        this.order = order;
        this.data = data;
        sampleSize = data.SampleBytes;
        steps = stepsPerSlot;
        slots = backend.Allocate<byte>(checked(2 * SlotLength));
        try
        {
            upload = backend.OpenUpload(SlotLength);
        }
        catch
        {
            slots.Dispose();
            throw;
        }
    }

    /// <summary>What the updates read.</summary>
    public ResidentData Data => new(slots, 2 * steps);

    private int SlotLength => checked(steps * order.BatchSize * sampleSize);

    /// <summary>Steps for which a slot has room.</summary>
    /// <param name="stepBytes">Bytes of a step's batch.</param>
    /// <param name="room">Device memory for both slots; a step each, they take in any case.</param>
    public static int StepsPerSlot(long stepBytes, long room) =>
        (int)Math.Max(1, Math.Min(SlotBytes, room / 2) / stepBytes);

    /// <summary>
    /// To be called before steps are issued, always: waits until the images of the first are there, and says how far
    /// they reach.
    /// </summary>
    /// <param name="step">Steps issued so far.</param>
    /// <param name="to">The step, counted from 1, up to which more are wanted.</param>
    /// <returns>The step up to which they may be issued now, more than <paramref name="step"/> and at most
    /// <paramref name="to"/>.</returns>
    public long Prepare(long step, long to)
    {
        long chunk = step / steps;
        if (chunk != current)
            TurnTo(chunk);
        return Math.Min(to, (chunk + 1) * steps);
    }

    public void Dispose()
    {
        // Its result is of no interest any more, and neither is its failure; but the memory must not go while it is
        // used.
        Task.WhenAny(loading).GetAwaiter().GetResult();
        upload.Dispose();
        slots.Dispose();
    }

    private void TurnTo(long chunk)
    {
        (Task loaded, long ready) = (loading, next);
        (loading, current, next) = (Task.CompletedTask, None, None);
        loaded.GetAwaiter().GetResult();
        backend.Synchronize();
        if (chunk != ready)
            Load(chunk);
        current = chunk;
        next = chunk + 1;
        loading = Task.Run(() => Load(chunk + 1));
    }

    private void Load(long chunk)
    {
        // The device counts steps in 32 bits, and none after the last.
        long first = chunk * steps;
        int count = (int)Math.Min(steps, uint.MaxValue - first);
        if (count <= 0)
            return;
        int batchBytes = checked(order.BatchSize * sampleSize);
        lock (upload.Gate)
        {
            // A callback is called by one thread at a time, and what it throws is to arrive as it is.
            if (data.IsInMemory)
                Parallel.For(0, count, GatherStep);
            else
                for (int step = 0; step < count; step++)
                    GatherStep(step);
            upload.CopyTo(slots, (int)(chunk % 2) * SlotLength, count * batchBytes);
        }

        void GatherStep(int step) =>
            Gather((uint)(first + step) + 1, upload.Host.Slice(step * batchBytes, batchBytes));
    }

    private void Gather(uint step, Span<byte> batch)
    {
        DataPermutation images = DataPermutation.OfStep(order.Count, order.BatchSize, order.Seed, step);
        for (int row = 0; row < order.BatchSize; row++)
            data.CopyStored(images.ImageAt(row), batch.Slice(row * sampleSize, sampleSize));
    }
}
