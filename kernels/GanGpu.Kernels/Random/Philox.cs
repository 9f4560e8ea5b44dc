namespace GanGpu.Kernels.Random;

/// <summary>
/// Philox 4x32-10, the counter-based generator of Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC
/// 2011): (key, counter) → four random words. It has no state, so element i of a tensor is the same number on every
/// device and for every launch geometry.
/// </summary>
/// <remarks>
/// The key is the seed; the counter is (block, step, stream, 0), where block i/4 serves the elements i..i+3 of a
/// tensor, step is the training step, and stream keeps the uses of one seed apart. Plain 32-bit integer code: it
/// compiles on every ILGPU backend and is the scalar form of the host's vectorised one.
/// </remarks>
internal static class Philox
{
    internal const uint Multiplier0 = 0xD2511F53, Multiplier1 = 0xCD9E8D57;
    internal const uint Weyl0 = 0x9E3779B9, Weyl1 = 0xBB67AE85;
    internal const int Rounds = 10;

    /// <summary>2^−24, the spacing of the uniform numbers.</summary>
    public const float UnitSpacing = 1f / (1 << 24);

    /// <summary>Four random words.</summary>
    public struct Block
    {
        /// <summary>The words, in order.</summary>
        public uint X, Y, Z, W;
    }

    /// <summary>The four words of one counter under one key.</summary>
    public static Block Generate(ulong key, uint counter0, uint counter1, uint counter2, uint counter3 = 0)
    {
        uint key0 = (uint)key, key1 = (uint)(key >> 32);
        Block c;
        c.X = counter0;
        c.Y = counter1;
        c.Z = counter2;
        c.W = counter3;
        for (int round = 0; round < Rounds; round++)
        {
            ulong product0 = (ulong)Multiplier0 * c.X, product1 = (ulong)Multiplier1 * c.Z;
            uint y = c.Y, w = c.W;
            c.X = (uint)(product1 >> 32) ^ y ^ key0;
            c.Y = (uint)product1;
            c.Z = (uint)(product0 >> 32) ^ w ^ key1;
            c.W = (uint)product0;
            key0 += Weyl0;
            key1 += Weyl1;
        }

        return c;
    }

    /// <summary>A word as a number in [0, 1), a multiple of 2^−24 and therefore exact.</summary>
    // The cast to int avoids a conversion of unsigned integers, which compilers make through double, which not every
    // GPU has.
    public static float ToUnit(uint word) => (int)(word >> 8) * UnitSpacing;

    /// <summary>A word as a number in (0, 1], safe to take the logarithm of.</summary>
    public static float ToUnitAboveZero(uint word) => (int)((word >> 8) + 1) * UnitSpacing;
}
