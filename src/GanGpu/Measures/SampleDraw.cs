using GanGpu.Kernels.Random;

namespace GanGpu.Measures;

/// <summary>The random choices of measures, each from a seed and the number of its use.</summary>
internal static class SampleDraw
{
    /// <summary>
    /// A random order of 0 … count − 1 (Fisher and Yates); the bias of its draws is below 2⁻³² · count.
    /// </summary>
    public static int[] Permutation(int count, ulong seed, uint use)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        for (int i = count - 1; i > 0; i--)
        {
            Philox.Block words = Philox.Generate(seed, (uint)i, use, RandomStreams.Measures);
            int other = (int)(((ulong)words.X * (ulong)(i + 1)) >> 32);
            (order[i], order[other]) = (order[other], order[i]);
        }

        return order;
    }

    /// <summary>Normal numbers.</summary>
    public static float[] Normal(int count, ulong seed, uint use)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            Philox.Block words = Philox.Generate(seed, (uint)i, use, RandomStreams.Measures);
            values[i] = (float)(
                Math.Sqrt(-2 * Math.Log(Philox.ToUnitAboveZero(words.X)))
                * Math.Cos(2 * Math.PI * Philox.ToUnit(words.Y)));
        }

        return values;
    }
}
