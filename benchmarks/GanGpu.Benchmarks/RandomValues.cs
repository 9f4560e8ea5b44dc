namespace GanGpu.Benchmarks;

/// <summary>Inputs that are the same in every run.</summary>
internal static class RandomValues
{
    /// <returns>Numbers in −1..1.</returns>
    public static float[] Uniform(int count, int seed)
    {
        // Not for secrets.
#pragma warning disable CA5394
        Random random = new(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
            values[i] = (2 * random.NextSingle()) - 1;
#pragma warning restore CA5394
        return values;
    }
}
