namespace GanGpu.Tests.Support;

/// <summary>Random operands; the same for the same seed.</summary>
internal static class Samples
{
    /// <summary>Uniform on ±1, none of them zero.</summary>
    public static float[] Floats(int count, int seed)
    {
        Random random = new(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
            values[i] = (random.Next(2) == 0 ? -1 : 1) * ((random.NextSingle() * 0.99f) + 0.01f);
        return values;
    }
}
