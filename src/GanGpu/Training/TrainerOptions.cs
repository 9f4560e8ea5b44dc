using GanGpu.Objectives;

namespace GanGpu.Training;

/// <summary>What <see cref="Trainer"/> has to know of a training whatever its objective is.</summary>
/// <param name="BatchSize">Samples in a batch, from 1 to the size of the data set.</param>
/// <param name="Seed">Decides initial weights, data order and noise.</param>
/// <param name="AccumulatedBatches">Batches whose mean gradient makes one update, at least 1.</param>
/// <param name="Frozen">Tensors that stay as they are; null for none.</param>
internal sealed record TrainerOptions(
    int BatchSize, ulong Seed, int AccumulatedBatches = 1, FrozenTensors? Frozen = null);
