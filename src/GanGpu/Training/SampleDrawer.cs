using System.Numerics;
using GanGpu.Backends;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Random;
using GanGpu.Networks;

namespace GanGpu.Training;

/// <summary>Draws a block of samples at a time, in memory of its own.</summary>
internal sealed class SampleDrawer : IDisposable
{
    /// <summary>
    /// Samples are drawn in blocks of at most so many, each from a step of the noise of its own: sample i is the same
    /// however many are asked for.
    /// </summary>
    public const int MostRows = 64;

    private readonly IBackend backend;
    private readonly Preset preset;
    private readonly SampleFormat format;
    private readonly WeightArena weights;
    private readonly ConstantWeights? constants;
    private readonly int classes;
    private readonly DeviceBuffer<float> arena;
    private readonly DeviceBuffer<uint> block;

    /// <summary>What draws 1, 2, 4, … samples; each is made when it is first wanted, but for the last.</summary>
    private readonly SampleBlock?[] blocks;

    /// <summary>The same for samples of several classes at once: of one class, no weights need be multiplied.</summary>
    private readonly SampleBlock?[] weightedBlocks;

    private readonly Func<ulong, SampleBlock, Action> bindNoise;

    /// <param name="backend">Where it draws.</param>
    /// <param name="preset">The networks.</param>
    /// <param name="format">The size of a sample.</param>
    /// <param name="distribution">What latent vectors are taken from.</param>
    /// <param name="weights">The generator's.</param>
    /// <param name="constants">The weights, if nobody changes them; null if somebody may.</param>
    /// <param name="rows">The most samples of a block: 1, 2, 4, … <see cref="MostRows"/>.</param>
    public SampleDrawer(
        IBackend backend, Preset preset, SampleFormat format, NoiseDistribution distribution, WeightArena weights,
        ConstantWeights? constants, int rows = MostRows)
    {
        this.constants = constants;
        this.backend = backend;
        this.preset = preset;
        this.format = format;
        this.weights = weights;
        classes = preset.GeneratesClasses ? preset.Classes : 0;
        blocks = new SampleBlock?[SizeOf(rows) + 1];
        weightedBlocks = new SampleBlock?[blocks.Length];
        SamplePlan plan = new(preset, format, weights.Parameters, rows);
        arena = backend.Allocate<float>(ArenaLength(plan, preset, format, weights.Parameters));
        try
        {
            block = backend.Allocate<uint>(1);
            blocks[^1] = Bind(plan);
            // A number depends on its place alone, so a small block is the beginning of the full one.
            bindNoise = (seed, of) => backend.Bind(
                new NoiseLaunch(distribution, seed, RandomStreams.SampleLatent, block.All, of.Latents));
        }
        catch
        {
            arena.Dispose();
            block?.Dispose();
            throw;
        }
    }

    /// <summary>The size of the smallest block with room for so many samples: 2 to that power.</summary>
    public static int SizeOf(int rows) => BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)rows));

    /// <summary>Bytes of device memory that drawing full blocks takes besides the weights.</summary>
    public static long DeviceBytes(Preset preset, SampleFormat format)
    {
        Parameters parameters = new();
        return (sizeof(float) * (long)ArenaLength(
            new SamplePlan(preset, format, parameters, MostRows), preset, format, parameters)) + sizeof(uint);
    }

    /// <summary>Draws the samples of a block.</summary>
    /// <param name="destination">Receives them, at their place among all samples of the request.</param>
    /// <param name="first">The first one's index among the samples of the request, a multiple of
    /// <see cref="MostRows"/>.</param>
    /// <param name="rows">How many.</param>
    /// <param name="request">What is drawn.</param>
    public void Draw(Span<float> destination, int first, int rows, SampleRequest request)
    {
        SampleBlock of = BlockOf(rows, request.Conditions.IsEmpty ? blocks : weightedBlocks);
        // Of a block that is not full the rest stays as it was: nobody looks at its samples.
        if (request.Latents.IsEmpty)
            PutNoise(of, first, request.Seed);
        else
            arena.CopyFrom(
                request.Latents.Slice(first * preset.LatentSize, rows * preset.LatentSize), of.Latents.Offset);
        if (!request.Conditions.IsEmpty)
            arena.CopyFrom(request.Conditions.Slice(first * classes, rows * classes), of.Classes.Offset);
        else if (classes > 0)
            PutClasses(of, first, rows, request.Classes);
        foreach (Action launch in of.Launches)
            launch();
        int start = first * format.Length, length = rows * format.Length;
        if (request.View.Length == 0)
            arena.CopyTo(destination.Slice(start, length), of.SamplesOffset);
        else
            arena.CopyTo(request.View.SubView(start, length), of.SamplesOffset);
    }

    /// <summary>Draws the latent vectors of a block, see <see cref="Draw"/>.</summary>
    public void DrawLatents(Span<float> destination, int first, int rows, ulong seed)
    {
        SampleBlock of = BlockOf(rows, blocks);
        PutNoise(of, first, seed);
        arena.CopyTo(destination, of.Latents.Offset);
    }

    public void Dispose()
    {
        arena.Dispose();
        block.Dispose();
    }

    /// <summary>Room for both kinds of blocks, of which one at a time is drawn.</summary>
    private static int ArenaLength(SamplePlan plan, Preset preset, SampleFormat format, Parameters parameters) =>
        preset.GeneratesClasses
            ? Math.Max(
                plan.ArenaLength, new SamplePlan(preset, format, parameters, plan.Rows, weighted: true).ArenaLength)
            : plan.ArenaLength;

    /// <summary>
    /// Puts the latent vectors of a seed in place, from the sample that a step of the noise begins with.
    /// </summary>
    private void PutNoise(SampleBlock of, int first, ulong seed)
    {
        block.CopyFrom([(uint)(first / MostRows)]);
        of.Noise(seed, bindNoise);
    }

    private void PutClasses(SampleBlock of, int first, int rows, ReadOnlySpan<int> labels)
    {
        // Rows that nobody looks at have a class as well: a kernel reads the table there.
        Span<float> put = stackalloc float[MostRows];
        put.Clear();
        for (int row = 0; row < rows; row++)
            put[row] = labels.Length switch
            {
                0 => (first + row) % classes,
                1 => labels[0],
                _ => labels[first + row],
            };
        arena.CopyFrom(put[..of.Rows], of.Classes.Offset);
    }

    /// <summary>The smallest block with room for so many samples.</summary>
    private SampleBlock BlockOf(int rows, SampleBlock?[] made)
    {
        int size = SizeOf(rows);
        if (made[size] is { } known)
            return known;
        SamplePlan plan = new(preset, format, weights.Parameters, 1 << size, weighted: made == weightedBlocks);
        // The arena is the full block's; a plan of fewer samples that needs more is not worth another.
        return made[size] = plan.ArenaLength <= arena.Length ? Bind(plan) : BlockOf(1 << made.Length - 1, made);
    }

    private SampleBlock Bind(SamplePlan plan)
    {
        HostBackend? host = backend as HostBackend;
        host?.Constants = constants;
        try
        {
            return plan.Bind(backend, arena, weights, block.All, MostRows);
        }
        finally
        {
            host?.Constants = null;
        }
    }
}
