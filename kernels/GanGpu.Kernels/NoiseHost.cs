using System.Runtime.Intrinsics;

namespace GanGpu.Kernels;

/// <summary>
/// Element i from the Philox block i/4 of counter (i/4, step, stream): 2u − 1 of its four words, or the normal numbers
/// √(−2 ln u₁)·(cos 2πu₂, sin 2πu₂) of the words (X, Y), then of (Z, W) (Box and Muller 1958). The words are those of
/// <see cref="Philox"/>, made eight blocks at a time in the low halves of 64-bit lanes.
/// </summary>
internal sealed unsafe class NoiseHost<TSimd>(NoiseDistribution distribution, ulong seed, uint stream, uint* step, int count, float* y) : TeamWork
    where TSimd : unmanaged, ISimd<TSimd>
{
    /// <summary>Blocks made together: eight a vector, and whole vectors of numbers for every width.</summary>
    private const int Chunk = 16;

    public override void Run(int part, int parts)
    {
        int blocks = (count + 3) / 4;
        (int begin, int end) = Share((blocks + Chunk - 1) / Chunk, part, parts);
        uint* words = stackalloc uint[4 * Chunk];
        float* numbers = stackalloc float[4 * Chunk];
        for (int chunk = begin; chunk < end; chunk++)
        {
            int first = chunk * Chunk;
            Words((uint)first, words);
            Words((uint)first + 8, words + 8);
            if (distribution == NoiseDistribution.Normal)
            {
                Normal(words, words + Chunk, numbers, numbers + Chunk);
                Normal(words + (2 * Chunk), words + (3 * Chunk), numbers + (2 * Chunk), numbers + (3 * Chunk));
            }
            else
            {
                for (int i = 0; i < 4 * Chunk; i++)
                    numbers[i] = (2f * Philox.ToUnit(words[i])) - 1f;
            }

            for (int i = 4 * first, stop = Math.Min(count, 4 * (first + Chunk)); i < stop; i++)
                y[i] = numbers[((i & 3) * Chunk) + (i / 4) - first];
        }
    }

    /// <summary>Eight blocks: word w of block b at [w · Chunk + b].</summary>
    private void Words(uint firstBlock, uint* words)
    {
        Vector512<ulong> low = Vector512.Create((ulong)uint.MaxValue);
        Vector512<ulong> m0 = Vector512.Create((ulong)Philox.Multiplier0), m1 = Vector512.Create((ulong)Philox.Multiplier1);
        Vector512<ulong> x = (Vector512.Create((ulong)firstBlock) + Vector512<ulong>.Indices) & low;
        Vector512<ulong> yWord = Vector512.Create((ulong)*step), z = Vector512.Create((ulong)stream), w = default;
        uint key0 = (uint)seed, key1 = (uint)(seed >> 32);
        for (int round = 0; round < Philox.Rounds; round++)
        {
            Vector512<ulong> product0 = x * m0, product1 = z * m1;
            x = (product1 >> 32) ^ yWord ^ Vector512.Create((ulong)key0);
            yWord = product1 & low;
            z = (product0 >> 32) ^ w ^ Vector512.Create((ulong)key1);
            w = product0 & low;
            key0 += Philox.Weyl0;
            key1 += Philox.Weyl1;
        }

        Store(x, words);
        Store(yWord, words + Chunk);
        Store(z, words + (2 * Chunk));
        Store(w, words + (3 * Chunk));

        static void Store(Vector512<ulong> lanes, uint* target) => Vector256.Narrow(lanes.GetLower(), lanes.GetUpper()).Store(target);
    }

    private static void Normal(uint* radiusWords, uint* turnWords, float* cosines, float* sines)
    {
        float* radii = stackalloc float[Chunk], turns = stackalloc float[Chunk];
        for (int i = 0; i < Chunk; i++)
        {
            radii[i] = Philox.ToUnitAboveZero(radiusWords[i]);
            turns[i] = Philox.ToUnit(turnWords[i]);
        }

        for (int i = 0; i < Chunk; i += TSimd.Width)
        {
            TSimd radius = TSimd.Sqrt(TSimd.Splat(-2f) * VectorMath.LogOfNormal(TSimd.Load(radii + i)));
            (TSimd sin, TSimd cos) = VectorMath.SinCosTwoPi(TSimd.Load(turns + i));
            TSimd.Store(radius * cos, cosines + i);
            TSimd.Store(radius * sin, sines + i);
        }
    }
}
