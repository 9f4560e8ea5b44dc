using GanGpu.Backends;
using GanGpu.Checkpoints;
using GanGpu.Data;
using GanGpu.Devices;
using GanGpu.Graph;
using GanGpu.Kernels;
using GanGpu.Networks;
using GanGpu.Planning;
using GanGpu.Presets;

namespace GanGpu.Training;

/// <summary>A generator on a device: noise in, samples out.</summary>
/// <remarks>Not safe for use from several threads at once, nor while its trainer trains.</remarks>
public sealed class Generator : IDisposable
{
    /// <summary>
    /// Samples are drawn in blocks of this many, each from a step of the noise of its own: sample i is the same
    /// however many are asked for.
    /// </summary>
    private const int BlockSize = 64;

    private readonly IBackend backend;
    private readonly NoiseDistribution distribution;
    private readonly WeightArena weights;
    private readonly bool ownsWeights;
    private readonly Tensor latent, samples;
    private readonly Plan plan;
    private readonly DeviceBuffer<float> arena;
    private readonly DeviceBuffer<uint> block;
    private readonly Action[] launches;
    private bool disposed;

    internal Generator(Device device, Preset preset, SampleShape sample, NoiseDistribution distribution, WeightArena weights, bool ownsWeights = false)
    {
        backend = device.Backend;
        SampleShape = sample;
        this.distribution = distribution;
        this.weights = weights;
        this.ownsWeights = ownsWeights;
        (latent, samples, plan, int arenaLength) = Build(preset, sample, weights.Parameters);
        arena = backend.Allocate<float>(arenaLength);
        block = backend.Allocate<uint>(1);
        LatentPlace = new Slice<float>(arena, plan.ArenaLength, latent.Shape.Length);
        launches = plan.Bind(backend, arena, new Dictionary<Tensor, Slice<float>>(weights.Places) { [latent] = LatentPlace }, block.All);
    }

    /// <summary>The size of a sample.</summary>
    public SampleShape SampleShape { get; }

    private Slice<float> LatentPlace { get; }

    /// <summary>The generator of a saved training.</summary>
    /// <param name="device">Where it is to run; stays the caller's.</param>
    /// <param name="path">A checkpoint that <see cref="GanTrainer.Save"/> wrote.</param>
    /// <exception cref="InvalidInputException">The file is missing, damaged or no checkpoint.</exception>
    public static Generator Load(Device device, string path)
    {
        ArgumentNullException.ThrowIfNull(device);
        Checkpoint checkpoint = Checkpoint.Read(path);
        Parameters parameters = new();
        // Applying the network once is what makes its parameters known.
        parameters.Training = false;
        checkpoint.Preset.Generator(checkpoint.Sample)(parameters, new Tensor("latent", new Shape(1, checkpoint.Preset.LatentSize)));
        WeightArena weights = new(device.Backend, parameters);
        try
        {
            checkpoint.GetGenerator(weights);
            return new Generator(device, checkpoint.Preset, checkpoint.Sample, checkpoint.Options.Latent, weights, ownsWeights: true);
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <summary>Draws samples.</summary>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="seed">Decides the latent vectors; sample i of a seed is the same for every count and device, to rounding.</param>
    /// <param name="cancellationToken">Ends the drawing between blocks.</param>
    public ImageBatch Sample(int count, ulong seed = 0, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        float[] values = new float[checked(count * SampleShape.Length)];
        Action noise = backend.Noise(distribution, seed, RandomStreams.SampleLatent, block.All, LatentPlace);
        for (int first = 0; first < count; first += BlockSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            block.CopyFrom([(uint)(first / BlockSize)]);
            noise();
            Forward(values.AsSpan(first * SampleShape.Length, Math.Min(BlockSize, count - first) * SampleShape.Length));
        }

        return new ImageBatch(count, SampleShape.Height, SampleShape.Width, SampleShape.Channels, values);
    }

    /// <summary>Frees the device memory.</summary>
    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        arena.Dispose();
        block.Dispose();
        if (ownsWeights)
            weights.Dispose();
    }

    /// <summary>Bytes of device memory that a generator takes besides its weights.</summary>
    internal static long DeviceBytes(Preset preset, SampleShape sample, Parameters parameters) =>
        (sizeof(float) * (long)Build(preset, sample, parameters).ArenaLength) + sizeof(uint);

    private static (Tensor Latent, Tensor Samples, Plan Plan, int ArenaLength) Build(Preset preset, SampleShape sample, Parameters parameters)
    {
        bool training = parameters.Training;
        parameters.Training = false;
        Tensor latent = new("latent", new Shape(BlockSize, preset.LatentSize)), samples = preset.Generator(sample)(parameters, latent);
        parameters.Training = training;
        Plan plan = Planner.Build([samples], parameters.All.Concat(parameters.States).Select(parameter => parameter.Tensor).Append(latent).ToHashSet());
        int latentLength = checked(latent.Shape.Length + Slice<float>.Alignment - 1) / Slice<float>.Alignment * Slice<float>.Alignment;
        return (latent, samples, plan, checked(latentLength + plan.ArenaLength));
    }

    private void Forward(Span<float> target)
    {
        foreach (Action launch in launches)
            launch();
        arena.CopyTo(target, plan.Offsets[samples]);
    }
}
