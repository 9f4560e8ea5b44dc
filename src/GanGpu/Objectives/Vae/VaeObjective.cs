using GanGpu.Graph;
using GanGpu.Kernels.Batch;
using GanGpu.Kernels.Random;
using GanGpu.Networks;

namespace GanGpu.Objectives.Vae;

/// <summary>
/// What a variational autoencoder trains: an encoder and a decoder, by one loss in one update. The encoder gives each
/// sample x a normal distribution of latent vectors z = μ + e^(½ log σ²) · ε; the decoder makes x of z again. The loss is
/// the negative evidence lower bound, −E log p(x | z) + KL(N(μ, σ²) ‖ N(0, 1)), in nats a sample. Kingma and Welling 2014,
/// arXiv:1312.6114.
/// </summary>
/// <param name="vae">The two networks.</param>
/// <param name="sample">The size of a sample.</param>
/// <param name="options">How they are trained.</param>
internal sealed class VaeObjective(VaeNetworks vae, SampleFormat sample, TrainingOptions options) : IObjective
{
    private const int Decoder = 0, Encoder = 1;

    /// <summary>The decoder is what samples are drawn with, so its tensors have the name of a generator's.</summary>
    public IReadOnlyList<NetworkRole> Networks =>
    [
        new("generator", "G", options.GeneratorOptimizer),
        new("encoder", "E", options.GeneratorOptimizer),
    ];

    public bool ReadsLabels => false;

    public IReadOnlyList<IReadOnlyList<int>> Schedule => [[0]];

    public IReadOnlyList<UpdateGraph> Updates(DataOrder order, IReadOnlyList<Parameters> networks)
    {
        Tensor x = new RealBatch(order, sample, options.HorizontalFlip).Output;
        (Tensor mean, Tensor logVariance) = vae.Encoder(networks[Encoder], x);
        Tensor noise =
            new Noise(mean.Shape, NoiseDistribution.Normal, options.Seed, RandomStreams.GeneratorLatent).Output;
        Tensor z = mean + TensorMath.Exp(0.5f * logVariance) * noise;
        Tensor output = vae.Decoder(networks[Decoder], z);
        (Tensor reconstruction, Tensor error) = vae.Deviation is { } deviation
            ? Normal(x, output, (float)deviation) : Bernoulli(x, output);

        // KL = ½ Σ (μ² + σ² − 1 − log σ²), so its derivatives are μ and ½ (σ² − 1).
        Tensor variance = TensorMath.Exp(logVariance);
        Tensor kl = 0.5f * (mean * mean + (variance - logVariance) + -1f);
        float each = 1f / order.BatchSize;
        return
        [
            UpdateGraph.Of(
                new StackRows(each * Total(reconstruction), each * Total(kl)).Output,
                [(output, each * error), (mean, each * mean), (logVariance, 0.5f * each * (variance + -1f))],
                networks, Encoder, Decoder),
        ];
    }

    public IReadOnlyList<ReportedMetric> Report(IReadOnlyList<double[]> means)
    {
        double reconstruction = means[Encoder][0], kl = means[Encoder][1];
        return
        [
            new(Metric.Loss, reconstruction + kl), new(Metric.Reconstruction, reconstruction),
            new(Metric.KlDivergence, kl),
        ];
    }

    /// <summary>
    /// Values t = ½ (x + 1) in 0..1 as probabilities of logits l: the cross-entropy softplus(l) − t · l of each, and its
    /// derivative σ(l) − t.
    /// </summary>
    private static (Tensor Loss, Tensor Error) Bernoulli(Tensor x, Tensor logits)
    {
        Tensor target = 0.5f * x + 0.5f;
        return (TensorMath.Softplus(logits) - target * logits,
            new Activate(logits, Activation.Sigmoid).Output - target);
    }

    /// <summary>
    /// Numbers around what the decoder makes, with one standard deviation s: (y − x)² / 2s² of each but for a constant,
    /// and its derivative (y − x) / s².
    /// </summary>
    private static (Tensor Loss, Tensor Error) Normal(Tensor x, Tensor y, float deviation)
    {
        float precision = 1f / (deviation * deviation);
        Tensor difference = y - x;
        return (0.5f * precision * (difference * difference), precision * difference);
    }

    /// <summary>Σ of all elements, rows first: as a sum of one row it would be one group's work.</summary>
    private static Tensor Total(Tensor x) => TensorMath.Sum(new RowSums(x).Output);
}

/// <summary>A variational autoencoder's two networks, as its objective applies them.</summary>
/// <param name="Encoder">From samples to means and logarithms of variances, [n, latent size] each.</param>
/// <param name="Decoder">From latent vectors to what a sample's distribution is stated by: logits, or means.</param>
/// <param name="Deviation">The standard deviation of numbers around their means; null for logits.</param>
internal sealed record VaeNetworks(
    Func<Parameters, Tensor, (Tensor Mean, Tensor LogVariance)> Encoder, Func<Parameters, Tensor, Tensor> Decoder,
    double? Deviation);
