using GanGpu.Backends;
using GanGpu.Networks;
using GanGpu.Objectives;

namespace GanGpu.Training;

/// <summary>A network that is being trained: its weights and its optimizer's state, in device memory.</summary>
internal sealed class TrainedNetwork : IDisposable
{
    /// <param name="backend">The device.</param>
    /// <param name="role">Which network of its objective it is, and how it is updated.</param>
    /// <param name="index">Its index among the objective's networks.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="seed">Decides the initial weights.</param>
    /// <param name="metrics">Numbers that an update which it leads reports of each batch; 0 if it leads none.</param>
    /// <param name="batchesPerUpdate">Batches whose mean gradient makes one update.</param>
    /// <param name="updatesPerStep">Its updates in a step of the training.</param>
    public TrainedNetwork(
        IBackend backend, NetworkRole role, int index, Parameters parameters, ulong seed, int metrics,
        int batchesPerUpdate, int updatesPerStep)
    {
        (Role, BatchesPerUpdate, UpdatesPerStep) = (role, batchesPerUpdate, updatesPerStep);
        try
        {
            Weights = new WeightArena(backend, parameters);
            Weights.Initialize(seed, (uint)index);
            Optimizer = new OptimizerState(backend, Weights, role.Optimizer, batchesPerUpdate);
            Ring = metrics > 0 ? new MetricsRing(backend, metrics) : null;
        }
        catch
        {
            Weights?.Dispose();
            Optimizer?.Dispose();
            throw;
        }
    }

    public NetworkRole Role { get; }

    public WeightArena Weights { get; }

    public OptimizerState Optimizer { get; }

    /// <summary>What the latest updates that it leads reported; null if it leads none.</summary>
    public MetricsRing? Ring { get; }

    /// <summary>Batches whose mean gradient makes one update.</summary>
    public int BatchesPerUpdate { get; }

    /// <summary>Its updates in a step of the training.</summary>
    public int UpdatesPerStep { get; }

    /// <summary>Batches that it learns from in a step of the training.</summary>
    public int BatchesPerStep => BatchesPerUpdate * UpdatesPerStep;

    /// <summary>Its updates that are done, or issued to the device, which counts them as well.</summary>
    public long Updates { get; set; }

    /// <summary>Batches that it has learnt from.</summary>
    public long Batches => Updates * BatchesPerUpdate;

    /// <summary>Bytes of device memory that a network takes besides its arenas.</summary>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="metrics">As for the constructor.</param>
    public static long OtherBytes(Parameters parameters, int metrics) =>
        (sizeof(float) * (long)Math.Max(1, parameters.StateLength)) + MetricsRing.DeviceBytes(metrics)
            + OptimizerState.CounterBytes;

    public void Dispose()
    {
        Ring?.Dispose();
        Optimizer.Dispose();
        Weights.Dispose();
    }
}
