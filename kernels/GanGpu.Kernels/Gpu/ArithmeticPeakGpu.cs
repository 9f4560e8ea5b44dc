using GanGpu.Kernels.Launching;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Gpu;

/// <summary>
/// Multiply-adds on registers only, by more threads than a device holds: the device's peak rate without tensor cores.
/// </summary>
internal sealed class ArithmeticPeakGpu(KernelLoader loader)
{
    /// <summary>The kernels of a device.</summary>
    public static ArithmeticPeakGpu Of(IGpu gpu) => gpu.Kernels(static g => new ArithmeticPeakGpu(g.Loader));

    private const int Chains = 8, Links = 32, Waves = 32;

    /// <summary>
    /// Each chain converges to 1, so that no number becomes too large or too small to be computed at full speed. There
    /// is no loop: a loop keeps CPU drivers from computing several threads in one vector.
    /// </summary>
    public static void PeakKernel(int length, ArrayView<float> sums)
    {
        int i = Grid.IdxX * Group.DimX + Group.IdxX;
        if (i >= length)
            return;
        float a = 0.5f + i * 1e-9f;
        Eight c = new()
        {
            C0 = 0.10f,
            C1 = 0.11f,
            C2 = 0.12f,
            C3 = 0.13f,
            C4 = 0.14f,
            C5 = 0.15f,
            C6 = 0.16f,
            C7 = 0.17f,
        };
        c = Four(Four(Four(Four(c, a), a), a), a);
        c = Four(Four(Four(Four(c, a), a), a), a);
        sums[i] = c.C0 + c.C1 + c.C2 + c.C3 + c.C4 + c.C5 + c.C6 + c.C7;
    }

    /// <summary>Threads of one launch: each writes one number.</summary>
    public int Threads => Waves * loader.Accelerator.MaxNumThreads;

    /// <summary>Floating-point operations of one launch, a multiply-add counted as two.</summary>
    public double Flops => 2.0 * Chains * Links * Threads;

    public Action Bind(AcceleratorStream stream, ArrayView<float> sums)
    {
        var launch = loader.Load<Action<AcceleratorStream, KernelConfig, int, ArrayView<float>>>(PeakKernel);
        KernelConfig config = loader.PerElement(Threads);
        return () => launch(stream, config, Threads, sums);
    }

    private static Eight Four(Eight c, float a) => One(One(One(One(c, a), a), a), a);

    private static Eight One(Eight c, float a)
    {
        c.C0 = c.C0 * a + 0.5f;
        c.C1 = c.C1 * a + 0.5f;
        c.C2 = c.C2 * a + 0.5f;
        c.C3 = c.C3 * a + 0.5f;
        c.C4 = c.C4 * a + 0.5f;
        c.C5 = c.C5 * a + 0.5f;
        c.C6 = c.C6 * a + 0.5f;
        c.C7 = c.C7 * a + 0.5f;
        return c;
    }

    private struct Eight
    {
        public float C0, C1, C2, C3, C4, C5, C6, C7;
    }
}
