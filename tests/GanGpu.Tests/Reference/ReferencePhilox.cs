namespace GanGpu.Tests.Reference;

/// <summary>Philox 4x32-10 written from the paper (Salmon et al., SC 2011), apart from the product's code.</summary>
internal static class ReferencePhilox
{
    public static uint[] Words(uint[] counter, uint[] key)
    {
        uint[] c = [.. counter], k = [.. key];
        for (int round = 0; round < 10; round++)
        {
            ulong p0 = 0xD2511F53UL * c[0], p1 = 0xCD9E8D57UL * c[2];
            c = [(uint)(p1 >> 32) ^ c[1] ^ k[0], (uint)p1, (uint)(p0 >> 32) ^ c[3] ^ k[1], (uint)p0];
            k = [k[0] + 0x9E3779B9, k[1] + 0xBB67AE85];
        }

        return c;
    }

    /// <summary>Element i of a tensor of uniform (−1..1) or normal numbers, as IBackend.Noise defines it.</summary>
    public static double Element(ulong seed, uint stream, uint step, int i, bool normal)
    {
        uint[] words = Words([(uint)(i / 4), step, stream, 0], [(uint)seed, (uint)(seed >> 32)]);
        if (!normal)
            return (2.0 * (words[i % 4] >> 8) / (1 << 24)) - 1.0;
        int pair = i % 4 / 2 * 2;
        double u1 = ((words[pair] >> 8) + 1.0) / (1 << 24), turn = 2.0 * Math.PI * (words[pair + 1] >> 8) / (1 << 24);
        return Math.Sqrt(-2.0 * Math.Log(u1)) * (i % 2 == 0 ? Math.Cos(turn) : Math.Sin(turn));
    }
}
