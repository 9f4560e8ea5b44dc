using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Random;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Losses;

/// <summary>
/// A point on the line from a to b for each row: y[r,c] = a[r,c] + t_r · (b[r,c] − a[r,c]), with t_r =
/// <see cref="Position"/> of row and step, uniform on [0, 1). One thread per element. Overwrites y.
/// </summary>
internal sealed class InterpolateGpu(KernelLoader loader)
{
    /// <summary>The kernels of a device.</summary>
    public static InterpolateGpu Of(IGpu gpu) => gpu.Kernels(static g => new InterpolateGpu(g.Loader));

    public static void InterpolateKernel(
        int length, int columns, ulong seed, uint stream, ArrayView<uint> step, ArrayView<float> a, ArrayView<float> b,
        ArrayView<float> y)
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < length)
        {
            float t = Position(seed, stream, step[0], i / columns);
            y[i] = a[i] + t * (b[i] - a[i]);
        }
    }

    /// <summary>The first word of the Philox block with counter (row, step, stream).</summary>
    public static float Position(ulong seed, uint stream, uint step, int row) =>
        Philox.ToUnit(Philox.Generate(seed, (uint)row, step, stream).X);

    public Action Bind(IGpu gpu, InterpolateLaunch o)
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, int, int, ulong, uint, ArrayView<uint>,
            ArrayView<float>, ArrayView<float>, ArrayView<float>>>(InterpolateKernel);
        ArrayView<uint> step = gpu.View(o.Step);
        ArrayView<float> a = gpu.View(o.A), b = gpu.View(o.B), y = gpu.View(o.Y);
        AcceleratorStream stream = gpu.Stream;
        int length = y.IntLength;
        KernelConfig config = loader.PerElement(length);
        return () => launch(stream, config, length, o.Columns, o.Seed, o.Stream, step, a, b, y);
    }
}
