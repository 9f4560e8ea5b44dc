using TorchSharp;
using static TorchSharp.torch;

namespace GanGpu.TorchPeer;

/// <summary>
/// A whole training in TorchSharp used well: the data set is one float tensor, arranged once; a batch is an
/// index_select of the epoch's permutation, noise comes from randn, every step has its dispose scope, and no loss is
/// fetched (GanGpu keeps the metrics of every step; TorchSharp is spared that).
/// </summary>
internal sealed class TorchTraining : IDisposable
{
    private readonly Preset preset;
    private readonly TrainingOptions options;
    private readonly Tensor images;
    private Tensor order;
    private int position;

    public TorchTraining(Preset preset, DataSet data, TrainingOptions options, TorchVariant variant)
    {
        this.preset = preset;
        this.options = options;
        Variant = variant;
        Gan = new TorchGan(preset, data.Format.Shape, options, variant);
        using DisposeScope scope = NewDisposeScope();
        Tensor bytes = tensor(data.Pixels.ToArray(), data.Count, data.SampleSize, dtype: ScalarType.Byte);
        images = Gan.Arrange((bytes.to(ScalarType.Float32) / 127.5) - 1).DetachFromDisposeScope();
        order = randperm(images.shape[0]).DetachFromDisposeScope();
    }

    public TorchGan Gan { get; }

    public TorchVariant Variant { get; }

    /// <summary>The recipe's updates of the discriminator, then one of the generator.</summary>
    public void Step()
    {
        using DisposeScope scope = NewDisposeScope();
        for (int i = 0; i < options.DiscriminatorSteps; i++)
        {
            using DisposeScope updateScope = NewDisposeScope();
            Tensor? positions = options.Penalty.GradientPenalty > 0 ? rand(options.BatchSize, 1) : null;
            Gan.DiscriminatorStep(NextBatch(), Latent(options.BatchSize), positions);
        }

        Gan.GeneratorStep(Latent(options.BatchSize));
    }

    /// <summary>Latent vectors.</summary>
    public Tensor Latent(int count) => randn(count, preset.LatentSize);

    public void Dispose()
    {
        Gan.Dispose();
        order.Dispose();
        images.Dispose();
    }

    private Tensor NextBatch()
    {
        if (position + options.BatchSize > order.shape[0])
        {
            order.Dispose();
            order = randperm(images.shape[0]).DetachFromDisposeScope();
            position = 0;
        }

        Tensor rows = order.narrow(0, position, options.BatchSize);
        position += options.BatchSize;
        return images.index_select(0, rows);
    }
}
