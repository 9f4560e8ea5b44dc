using GanGpu.Kernels.Launching;

namespace GanGpu.Training;

/// <summary>Training images in device memory, as a step reads them.</summary>
/// <param name="Bytes">The images, one after the other.</param>
/// <param name="StagedSteps">0 where they are the whole data set; else the steps whose batches they are, see
/// <see cref="DataStream"/>.</param>
/// <param name="AreNumbers">They are no images, but vectors of numbers, four bytes each.</param>
/// <param name="Labels">The class of each image of the whole data set, however many of them are here; null where
/// nothing asks for it.</param>
internal readonly record struct TrainingImages(
    DeviceBuffer<byte> Bytes, int StagedSteps, bool AreNumbers, DeviceBuffer<int>? Labels = null);
