using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Random;

/// <summary>
/// Random tensors, one thread per Philox block of four elements: element i comes from block i/4 with the counter (i/4,
/// step, stream) under the seed, independent of the launch's geometry. Overwrites y. Normal numbers by Box and Muller,
/// 1958.
/// </summary>
internal sealed class NoiseGpu(KernelLoader loader)
{
    /// <summary>The kernels of a device.</summary>
    public static NoiseGpu Of(IGpu gpu) => gpu.Kernels(static g => new NoiseGpu(g.Loader));

    /// <summary>y = 2u − 1, on [−1, 1).</summary>
    public static void UniformKernel(int length, ulong seed, uint stream, ArrayView<uint> step, ArrayView<float> y)
    {
        int block = Grid.IdxX * Group.DimX + Group.IdxX;
        Philox.Block words = Philox.Generate(seed, (uint)block, step[0], stream);
        Store(length, block, y,
            2f * Philox.ToUnit(words.X) - 1f, 2f * Philox.ToUnit(words.Y) - 1f,
            2f * Philox.ToUnit(words.Z) - 1f, 2f * Philox.ToUnit(words.W) - 1f);
    }

    /// <summary>y = √(−2 ln u₁)·(cos 2πu₂, sin 2πu₂) of the words (X, Y), then of (Z, W).</summary>
    public static void NormalKernel(int length, ulong seed, uint stream, ArrayView<uint> step, ArrayView<float> y)
    {
        int block = Grid.IdxX * Group.DimX + Group.IdxX;
        Philox.Block words = Philox.Generate(seed, (uint)block, step[0], stream);
        float radius0 = MathF.Sqrt(-2f * PreciseMath.Log(Philox.ToUnitAboveZero(words.X)));
        float radius1 = MathF.Sqrt(-2f * PreciseMath.Log(Philox.ToUnitAboveZero(words.Z)));
        PreciseMath.SinCos angle0 = PreciseMath.SinCosTwoPi(Philox.ToUnit(words.Y));
        PreciseMath.SinCos angle1 = PreciseMath.SinCosTwoPi(Philox.ToUnit(words.W));
        Store(length, block, y, radius0 * angle0.Cos, radius0 * angle0.Sin, radius1 * angle1.Cos, radius1 * angle1.Sin);
    }

    /// <summary>The last block may have fewer than four elements.</summary>
    private static void Store(int length, int block, ArrayView<float> y, float a, float b, float c, float d)
    {
        int i = 4 * block;
        if (i < length)
            y[i] = a;
        if (i + 1 < length)
            y[i + 1] = b;
        if (i + 2 < length)
            y[i + 2] = c;
        if (i + 3 < length)
            y[i + 3] = d;
    }

    public Action Bind(
        AcceleratorStream stream, NoiseDistribution distribution, ulong seed, uint randomStream, ArrayView<uint> step,
        ArrayView<float> y)
    {
        var launch =
            loader.Load<Action<AcceleratorStream, KernelConfig, int, ulong, uint, ArrayView<uint>, ArrayView<float>>>(
            distribution == NoiseDistribution.Normal ? NormalKernel : UniformKernel);
        int length = y.IntLength;
        KernelConfig config = loader.PerElement((length + 3) / 4);
        return () => launch(stream, config, length, seed, randomStream, step, y);
    }
}
