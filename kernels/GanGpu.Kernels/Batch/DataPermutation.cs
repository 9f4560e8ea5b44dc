using GanGpu.Kernels.Random;

namespace GanGpu.Kernels.Batch;

/// <summary>
/// The order of one epoch, a bijection of [0, count) keyed by seed and epoch, as seen from the batch of one step. A
/// Feistel network permutes the next power of two. A result outside the set is permuted again until it is inside (cycle
/// walking; Black and Rogaway, "Ciphers with arbitrary finite domains", 2002), on average fewer than two times.
/// </summary>
internal struct DataPermutation
{
    private Philox.Block first, second;
    private uint count, start, lowMask, highMask;
    private int lowBits;

    /// <summary>The order for the batch of a step, counted from 1. All its rows belong to one epoch.</summary>
    public static DataPermutation OfStep(int count, int batchSize, ulong seed, uint step)
    {
        uint stepsPerEpoch = (uint)(count / batchSize), epoch = (step - 1) / stepsPerEpoch;
        int bits = 1;
        while (bits < 31 && 1u << bits < (uint)count)
            bits++;
        DataPermutation order;
        order.first = Philox.Generate(seed, 0, epoch, RandomStreams.DataOrder);
        order.second = Philox.Generate(seed, 1, epoch, RandomStreams.DataOrder);
        order.count = (uint)count;
        order.start = (step - 1) % stepsPerEpoch * (uint)batchSize;
        order.lowBits = bits / 2;
        order.lowMask = (1u << order.lowBits) - 1;
        order.highMask = (1u << (bits - order.lowBits)) - 1;
        return order;
    }

    /// <summary>The image in a row of the batch.</summary>
    public readonly int ImageAt(int row)
    {
        uint value = start + (uint)row;
        do
        {
            uint low = value & lowMask, high = value >> lowBits;
            high ^= Mix(low ^ first.X) & highMask;
            low ^= Mix(high ^ first.Y) & lowMask;
            high ^= Mix(low ^ first.Z) & highMask;
            low ^= Mix(high ^ first.W) & lowMask;
            high ^= Mix(low ^ second.X) & highMask;
            low ^= Mix(high ^ second.Y) & lowMask;
            high ^= Mix(low ^ second.Z) & highMask;
            low ^= Mix(high ^ second.W) & lowMask;
            value = high << lowBits | low;
        }
        while (value >= count);
        return (int)value;
    }

    /// <summary>
    /// The 32-bit finaliser of MurmurHash3 (Appleby, public domain): every input bit reaches every output bit.
    /// </summary>
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
