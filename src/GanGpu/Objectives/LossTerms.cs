using GanGpu.Objectives;

namespace GanGpu.Networks;

/// <summary>
/// What a loss of a program's own is made of, see <see cref="TrainingOptions.DiscriminatorLoss"/>: the samples of an
/// update, what the discriminator makes of them, and weights that can be changed while it trains. What a loss does not
/// ask for is not computed.
/// </summary>
/// <remarks>It is made for one update of one training, and of use only while the loss is described.</remarks>
public sealed class LossTerms
{
    private const string StatePrefix = "loss.";

    private readonly TrainingOptions options;
    private readonly Func<Tensor, Judged> judge;
    private readonly Parameters trained;
    private readonly Func<Tensor> real;
    private readonly bool generates;
    private Judged? judgedReal;
    private readonly Judged judgedFake;

    /// <param name="options">How it is trained.</param>
    /// <param name="judge">Applies the discriminator in this update.</param>
    /// <param name="trained">The parameters of the network that is updated.</param>
    /// <param name="samples">The samples of the update.</param>
    /// <param name="judgedReal">What the discriminator makes of the real ones; null if it has not seen them.</param>
    /// <param name="judgedFake">What it makes of the generated ones.</param>
    /// <param name="generates">Whether the generator is updated.</param>
    internal LossTerms(
        TrainingOptions options, Func<Tensor, Judged> judge, Parameters trained, LossSamples samples,
        Judged? judgedReal, Judged judgedFake, bool generates)
    {
        this.options = options;
        this.judge = judge;
        this.trained = trained;
        this.judgedReal = judgedReal;
        this.judgedFake = judgedFake;
        this.generates = generates;
        Latents = samples.Latents;
        FakeSamples = samples.Fake;
        real = samples.Real;
    }

    /// <summary>The latent vectors that samples are generated from, [batch, latent size].</summary>
    public Tensor Latents { get; }

    /// <summary>Generated samples, [batch, values of a sample].</summary>
    public Tensor FakeSamples { get; }

    /// <summary>Real samples, [batch, values of a sample]: those of this update.</summary>
    /// <exception cref="InvalidInputException">The generator's loss asks for them, and the discriminator is updated
    /// several times a step.</exception>
    public Tensor RealSamples => real();

    /// <summary>What the discriminator says of the generated samples, [batch / packing, 1].</summary>
    public Tensor FakeLogits => judgedFake.Logits;

    /// <summary>What it says of the real ones, [batch / packing, 1].</summary>
    /// <exception cref="InvalidInputException">As for <see cref="RealSamples"/>.</exception>
    public Tensor RealLogits => OfReal.Logits;

    /// <summary>The loss that <see cref="TrainingOptions.Loss"/> names, [1, 1].</summary>
    /// <exception cref="InvalidInputException">As for <see cref="RealSamples"/>, where the generator's loss looks at
    /// real samples.</exception>
    public Tensor Standard => generates ? AdversarialLoss.OfGenerator(options.Loss, () => RealLogits, FakeLogits)
        : AdversarialLoss.OfDiscriminator(options.Loss, RealLogits, FakeLogits, options.LabelSmoothing);

    /// <summary>What a layer of the discriminator makes of the generated samples.</summary>
    /// <param name="layer">The layer's name, or one that <see cref="Parameters.Expose"/> was given.</param>
    /// <returns>The layer's result, for each sample as many rows as there are for any.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="InvalidInputException">There is no such layer.</exception>
    public Tensor FakeFeatures(string layer) => judgedFake.Features(layer);

    /// <summary>What it makes of the real ones.</summary>
    /// <param name="layer">The layer's name.</param>
    /// <returns>The layer's result.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="InvalidInputException">There is no such layer, or as for <see cref="RealSamples"/>.</exception>
    public Tensor RealFeatures(string layer) => OfReal.Features(layer);

    /// <summary>
    /// Applies the discriminator once more, such as between real and generated samples, where a penalty takes its
    /// <see cref="Tensor.Gradient"/>.
    /// </summary>
    /// <param name="samples">[batch, values of a sample].</param>
    /// <returns>Logits [batch / packing, 1].</returns>
    /// <exception cref="ArgumentException">The discriminator takes no samples of that shape.</exception>
    public Tensor Discriminate(Tensor samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return judge(samples).Logits;
    }

    /// <summary>
    /// A number that is kept on the device, by which a part of the loss is multiplied; <see cref="GanTrainer.SetLossWeight"/>
    /// changes it while the training goes on, and checkpoints keep it.
    /// </summary>
    /// <param name="name">Its name; the losses of both networks may have one of the same name.</param>
    /// <param name="value">What it is at first; a finite number.</param>
    /// <returns>[1, 1].</returns>
    /// <exception cref="ArgumentException">The name is empty, or the loss has a weight of that name with another
    /// value.</exception>
    /// <exception cref="InvalidInputException">The value is no finite number.</exception>
    public Tensor Weight(string name, float value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!float.IsFinite(value))
            throw new InvalidInputException(
                FormattableString.Invariant($"The weight '{Shown.Text(name)}' of a loss is {value}, no finite number."));
        return trained.State(StateName(name), new Shape(1, 1), Initializer.Constant(value));
    }

    /// <summary>What a weight's state is called.</summary>
    internal static string StateName(string name) => StatePrefix + name;

    /// <summary>Whether a state is the weight of a loss, rather than the network's.</summary>
    internal static bool IsWeight(string state) => state.StartsWith(StatePrefix, StringComparison.Ordinal);

    private Judged OfReal => judgedReal ??= judge(RealSamples);
}

/// <summary>The samples of an update, as a loss is told of them.</summary>
/// <param name="Latents">What samples are generated from.</param>
/// <param name="Fake">Generated samples.</param>
/// <param name="Real">As many real ones.</param>
internal sealed record LossSamples(Tensor Latents, Tensor Fake, Func<Tensor> Real);

/// <summary>What the discriminator made of samples: its logits, and what its layers made.</summary>
/// <param name="Logits">[rows, 1].</param>
/// <param name="Exposed">By the layers' names.</param>
internal sealed record Judged(Tensor Logits, IReadOnlyDictionary<string, Tensor> Exposed)
{
    /// <summary>Of real samples and as many generated ones behind them the first half, or the second.</summary>
    public Judged Half(int half) => new(
        HalfOf(Logits, half), Exposed.ToDictionary(named => named.Key, named => HalfOf(named.Value, half)));

    /// <exception cref="InvalidInputException">There is no such layer.</exception>
    public Tensor Features(string layer)
    {
        ArgumentException.ThrowIfNullOrEmpty(layer);
        return Exposed.TryGetValue(layer, out Tensor? features) ? features
            : throw new InvalidInputException(
                $"The discriminator has no layer '{Shown.Text(layer)}'; it has {string.Join(", ", Exposed.Keys)}.");
    }

    // One of an odd number of rows, such as a layer's shared vector, is not of samples.
    private static Tensor HalfOf(Tensor both, int half) => both.Rows % 2 != 0 ? both
        : both.SliceRows(half * (both.Rows / 2), both.Rows / 2);
}
