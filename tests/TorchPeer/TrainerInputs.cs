using GanGpu.Kernels.Batch;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Random;
using static TorchSharp.torch;

namespace GanGpu.TorchPeer;

/// <summary>
/// What a trainer's graph feeds its networks in each update, as TorchSharp's tensors: batches read from the data set by
/// the public order, in double precision until the last rounding, and the noise of the same seed, stream and update.
/// Updates are counted from 1, those of each network by themselves.
/// </summary>
internal sealed class TrainerInputs : IDisposable
{
    private readonly DataSet data;
    private readonly TrainingOptions options;
    private readonly ScalarType type;
    private readonly DataOrder order;
    private readonly int latentSize;
    private readonly Device cpu = Device.Open("cpu", new DeviceOptions { Threads = 1 });
    private readonly DeviceBuffer<uint> counter;
    private readonly DeviceBuffer<float> noise;

    public TrainerInputs(DataSet data, TrainingOptions options, int latentSize, ScalarType type = ScalarType.Float32)
    {
        this.data = data;
        this.options = options;
        this.latentSize = latentSize;
        this.type = type;
        order = new DataOrder(data.Count, options.BatchSize, options.Seed);
        counter = cpu.Backend.Allocate<uint>(1);
        noise = cpu.Backend.Allocate<float>(options.BatchSize * latentSize);
    }

    /// <summary>The real samples of an update of the discriminator, one a row, in the caller's dispose scope.</summary>
    public Tensor Real(int update)
    {
        float[] values = new float[order.BatchSize * data.SampleSize];
        ReadOnlySpan<byte> pixels = data.Pixels.Span;
        for (int row = 0; row < order.BatchSize; row++)
        {
            int image = order.ImageAt((uint)update, row);
            for (int i = 0; i < data.SampleSize; i++)
                values[(row * data.SampleSize) + i] = (float)((pixels[(image * data.SampleSize) + i] / 127.5) - 1.0);
        }

        return tensor(values, order.BatchSize, data.SampleSize).to(type);
    }

    /// <summary>The latent vectors of an update of the discriminator.</summary>
    public Tensor DiscriminatorLatent(int update) => Latent(update, RandomStreams.DiscriminatorLatent);

    /// <summary>The latent vectors of an update of the generator.</summary>
    public Tensor GeneratorLatent(int update) => Latent(update, RandomStreams.GeneratorLatent);

    /// <summary>
    /// Where the gradient penalty looks in an update of the discriminator, from the real sample of each pair (0) to the
    /// generated one (1), [n, 1]; null where there is no penalty.
    /// </summary>
    public Tensor? Positions(int update) => options.Penalty.GradientPenalty > 0
        ? tensor(
            [.. Enumerable.Range(0, options.BatchSize)
                .Select(row =>
                    Philox.ToUnit(
                        Philox.Generate(options.Seed, (uint)row, (uint)update, RandomStreams.PenaltyPoints).X))],
            options.BatchSize, 1).to(type)
        : null;

    public void Dispose()
    {
        noise.Dispose();
        counter.Dispose();
        cpu.Dispose();
    }

    private Tensor Latent(int update, uint stream)
    {
        counter.CopyFrom([(uint)update]);
        cpu.Backend.Bind(new NoiseLaunch(options.Latent, options.Seed, stream, counter.All, noise.All))();
        float[] values = new float[noise.Length];
        noise.CopyTo(values);
        return tensor(values, options.BatchSize, latentSize).to(type);
    }
}
