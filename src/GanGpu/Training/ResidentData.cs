using GanGpu.Kernels.Launching;

namespace GanGpu.Training;

/// <summary>Training samples in device memory, as an update reads them.</summary>
/// <param name="Bytes">The samples, one after the other.</param>
/// <param name="StagedBatches">0 if they are the whole data set; else the number of batches that they are, see
/// <see cref="DataStream"/>.</param>
/// <param name="Labels">The class of each sample of the whole data set, not only of the resident part; null if no
/// update reads them.</param>
internal readonly record struct ResidentData(
    DeviceBuffer<byte> Bytes, int StagedBatches, DeviceBuffer<int>? Labels = null);
