namespace GanGpu.Kernels;

/// <summary>
/// A new random order of the data set for every epoch, without a table: a bijection of [0, Count) keyed by seed and epoch.
/// A Feistel network permutes the next power of two and results outside the set are permuted again until they fall inside
/// (cycle walking; Black and Rogaway, "Ciphers with arbitrary finite domains", 2002), fewer than two passes on average.
/// Batch row r of step t (from 1) is image <see cref="ImageAt(uint, int)"/>; the rest of an epoch that fills no batch is left out,
/// and the next epoch's order leaves out other images.
/// </summary>
/// <remarks>Sets of 5 to 7 images are too small for the network to mix well: there some places are up to a fifth likelier than others.</remarks>
/// <param name="Count">Images in the set, at least <paramref name="BatchSize"/>.</param>
/// <param name="BatchSize">Rows of a batch, at least 1.</param>
/// <param name="Seed">The run's seed.</param>
public readonly record struct DataOrder(int Count, int BatchSize, ulong Seed)
{
    /// <summary>Full batches in an epoch.</summary>
    public int StepsPerEpoch => Count / BatchSize;

    /// <summary>The image in row <paramref name="row"/> of the batch of step <paramref name="step"/>, counted from 1.</summary>
    public int ImageAt(uint step, int row) => ImageAt(Count, BatchSize, Seed, step, row);

    /// <summary>As <see cref="ImageAt(uint, int)"/>, in the form a kernel can call.</summary>
    public static int ImageAt(int count, int batchSize, ulong seed, uint step, int row)
    {
        uint stepsPerEpoch = (uint)(count / batchSize);
        uint epoch = (step - 1) / stepsPerEpoch;
        uint position = (step - 1) % stepsPerEpoch * (uint)batchSize + (uint)row;
        return (int)Permute(position, (uint)count, seed, epoch);
    }

    private static uint Permute(uint position, uint count, ulong seed, uint epoch)
    {
        int bits = 1;
        while (bits < 31 && 1u << bits < count)
            bits++;
        int lowBits = bits / 2, highBits = bits - lowBits;
        uint lowMask = (1u << lowBits) - 1, highMask = (1u << highBits) - 1;
        Philox.Block a = Philox.Generate(seed, 0, epoch, RandomStreams.DataOrder);
        Philox.Block b = Philox.Generate(seed, 1, epoch, RandomStreams.DataOrder);

        uint value = position;
        do
        {
            uint low = value & lowMask, high = value >> lowBits;
            high ^= Mix(low ^ a.X) & highMask;
            low ^= Mix(high ^ a.Y) & lowMask;
            high ^= Mix(low ^ a.Z) & highMask;
            low ^= Mix(high ^ a.W) & lowMask;
            high ^= Mix(low ^ b.X) & highMask;
            low ^= Mix(high ^ b.Y) & lowMask;
            high ^= Mix(low ^ b.Z) & highMask;
            low ^= Mix(high ^ b.W) & lowMask;
            value = high << lowBits | low;
        }
        while (value >= count);
        return value;
    }

    /// <summary>The 32-bit finaliser of MurmurHash3 (Appleby, public domain): every input bit reaches every output bit.</summary>
    private static uint Mix(uint x)
    {
        x ^= x >> 16;
        x *= 0x85EBCA6B;
        x ^= x >> 13;
        x *= 0xC2B2AE35;
        x ^= x >> 16;
        return x;
    }
}
