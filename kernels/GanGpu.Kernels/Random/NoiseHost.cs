using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;
using GanGpu.Kernels.Numerics;

namespace GanGpu.Kernels.Random;

/// <summary>
/// Latent vectors: element i of y[length] comes from Philox block i/4 with counter (i/4, step[0], stream) and the seed
/// as key: 2u − 1 of its four words, or √(−2 ln u₁)·(cos 2πu₂, sin 2πu₂) of (X, Y), then of (Z, W) (Box and Muller, "A
/// note on the generation of random normal deviates", 1958). Overwrites y. The words equal those of
/// <see cref="Philox"/> exactly.
/// </summary>
internal static unsafe class NoiseHost
{
    // A cache line of blocks.
    private const int Grain = 4;

    public static Action Bind(ThreadTeam team, NoiseDistribution distribution, ulong seed, uint stream, uint* step,
        int length, float* y)
    {
        int blocks = (int)((length + 3L) / 4);
        return distribution == NoiseDistribution.Normal
            ? HostTask.Bind(team, new Kernel<Normal>(seed, stream, step, length, y), blocks, 6.0, Grain)
            : HostTask.Bind(team, new Kernel<Uniform>(seed, stream, step, length, y), blocks, 4.0, Grain);
    }

    /// <summary>
    /// Turns four vectors of words, one word of each block in each, into four vectors of numbers in the same order.
    /// </summary>
    private interface IDistribution
    {
        static abstract void Draw<TSimd>(ref TSimd x, ref TSimd y, ref TSimd z, ref TSimd w)
            where TSimd : struct, ISimd<TSimd>;
    }

    /// <summary>Units are blocks, Count of them at a time.</summary>
    private readonly struct Kernel<TDistribution>(ulong seed, uint stream, uint* step, int length, float* y)
        : IHostKernel
        where TDistribution : struct, IDistribution
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            float* last = stackalloc float[4 * TSimd.Count];
            TSimd steps = TSimd.SplatBits(*step), streams = TSimd.SplatBits(stream);
            long stop = Math.Min(4L * end, length);
            for (int block = start; block < end; block += TSimd.Count)
            {
                // Blocks in group order, so that the transposition leaves their words in element order.
                TSimd a = TSimd.AddBits(TSimd.SplatBits((uint)block), TSimd.GroupOrder), b = steps, c = streams,
                    d = TSimd.SplatBits(0);
                Generate(seed, ref a, ref b, ref c, ref d);
                TDistribution.Draw(ref a, ref b, ref c, ref d);
                TSimd.TransposeGroups(ref a, ref b, ref c, ref d);

                long remaining = stop - 4L * block;
                float* target = remaining >= 4 * TSimd.Count ? y + 4L * block : last;
                a.Store(target);
                b.Store(target + TSimd.Count);
                c.Store(target + 2 * TSimd.Count);
                d.Store(target + 3 * TSimd.Count);
                if (target == last)
                    new ReadOnlySpan<float>(last, (int)remaining)
                        .CopyTo(new Span<float>(y + 4L * block, (int)remaining));
            }
        }
    }

    /// <summary>The four words of Count counters, in place: <see cref="Philox.Generate"/>, lane by lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Generate<TSimd>(ulong key, ref TSimd x, ref TSimd y, ref TSimd z, ref TSimd w)
        where TSimd : struct, ISimd<TSimd>
    {
        TSimd multiplier0 = TSimd.SplatBits(Philox.Multiplier0), multiplier1 = TSimd.SplatBits(Philox.Multiplier1);
        uint key0 = (uint)key, key1 = (uint)(key >> 32);
        for (int round = 0; round < Philox.Rounds; round++)
        {
            TSimd low0 = TSimd.MultiplyBits(x, multiplier0, out TSimd high0);
            TSimd low1 = TSimd.MultiplyBits(z, multiplier1, out TSimd high1);
            x = high1 ^ y ^ TSimd.SplatBits(key0);
            y = low1;
            z = high0 ^ w ^ TSimd.SplatBits(key1);
            w = low0;
            key0 += Philox.Weyl0;
            key1 += Philox.Weyl1;
        }
    }

    private readonly struct Uniform : IDistribution
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Draw<TSimd>(ref TSimd x, ref TSimd y, ref TSimd z, ref TSimd w)
            where TSimd : struct, ISimd<TSimd>
        {
            x = Symmetric(x);
            y = Symmetric(y);
            z = Symmetric(z);
            w = Symmetric(w);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TSimd Symmetric<TSimd>(TSimd word)
            where TSimd : struct, ISimd<TSimd> =>
            TSimd.Fma(TSimd.ToFloat(TSimd.ShiftRight(word, 8)), TSimd.Splat(2 * Philox.UnitSpacing), TSimd.Splat(-1f));
    }

    private readonly struct Normal : IDistribution
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Draw<TSimd>(ref TSimd x, ref TSimd y, ref TSimd z, ref TSimd w)
            where TSimd : struct, ISimd<TSimd>
        {
            BoxMuller(ref x, ref y);
            BoxMuller(ref z, ref w);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void BoxMuller<TSimd>(ref TSimd word1, ref TSimd word2)
            where TSimd : struct, ISimd<TSimd>
        {
            TSimd spacing = TSimd.Splat(Philox.UnitSpacing);
            TSimd u1 = TSimd.ToFloat(TSimd.AddBits(TSimd.ShiftRight(word1, 8), TSimd.SplatBits(1))) * spacing;
            TSimd u2 = TSimd.ToFloat(TSimd.ShiftRight(word2, 8)) * spacing;
            TSimd radius = TSimd.Sqrt(TSimd.Splat(-2f) * VectorMath.LogOfNormal(u1));
            TSimd sin = VectorMath.SinCosOfTurn(u2, out TSimd cos);
            word1 = radius * cos;
            word2 = radius * sin;
        }
    }
}
