using GanGpu.Data;
using GanGpu.Losses;
using GanGpu.TorchPeer;
using TorchSharp;
using static TorchSharp.torch;

namespace GanGpu.Benchmarks.Step;

/// <summary>
/// TorchSharp used well: the data set is one float tensor, a batch an index_select of the epoch's permutation, noise comes
/// from randn, fakes for the discriminator are made without autograd, every step has its dispose scope, and no loss is
/// fetched (GanGpu keeps the figures of every step; TorchSharp is spared that).
/// </summary>
internal sealed class TorchContender : IContender
{
    private readonly TorchGan gan;
    private readonly Tensor images;
    private readonly int batch;
    private Tensor order;
    private int position;

    private TorchContender(Tensor images, int batch, TorchVariant variant)
    {
        this.images = images.alias();
        this.batch = batch;
        Variant = variant;
        gan = new TorchGan(batch, AdversarialLossKind.NonSaturating, variant);
        order = randperm(images.shape[0]);
    }

    public TorchVariant Variant { get; }

    /// <summary>The fastest of its ways to do the step, found in turns here and now.</summary>
    public static TorchContender Fastest(DataSet data, int batch)
    {
        const int rounds = 9;
        using Tensor images = Images(data);
        TorchContender[] all = [.. TorchVariant.All.Select(variant => new TorchContender(images, batch, variant))];
        int steps = SideBySide.RepetitionsIn(TimeSpan.FromMilliseconds(40), all[0]);
        double[][] taken = [.. all.Select(_ => new double[rounds])];
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < all.Length; i++)
                taken[i][round] = SideBySide.Slice(all[i], steps);
        }

        TorchContender fastest = all[Enumerable.Range(0, all.Length).MinBy(i => taken[i].Min())];
        foreach (TorchContender other in all.Where(other => other != fastest))
            other.Dispose();
        return fastest;
    }

    public void Repeat(int times)
    {
        for (int i = 0; i < times; i++)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor real = NextBatch();
            gan.DiscriminatorStep(real, randn(batch, TorchGan.LatentSize));
            gan.GeneratorStep(randn(batch, TorchGan.LatentSize));
        }
    }

    public void Dispose()
    {
        gan.Dispose();
        order.Dispose();
        images.Dispose();
    }

    private static Tensor Images(DataSet data)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor bytes = tensor(data.Pixels.ToArray(), data.Count, data.SampleSize, dtype: ScalarType.Byte);
        return ((bytes.to(ScalarType.Float32) / 127.5) - 1).MoveToOuterDisposeScope();
    }

    private Tensor NextBatch()
    {
        if (position + batch > order.shape[0])
        {
            order.Dispose();
            order = randperm(images.shape[0]).DetachFromDisposeScope();
            position = 0;
        }

        Tensor rows = order.narrow(0, position, batch);
        position += batch;
        return images.index_select(0, rows);
    }
}
