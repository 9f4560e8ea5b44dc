
namespace GanGpu;

/// <summary>The elementwise non-linearities. Each one's derivative is computed from its output.</summary>
internal enum ActivationKind
{
    /// <summary>f(x) = x.</summary>
    Identity,

    /// <summary>f(x) = x for x &gt; 0, otherwise leak · x.</summary>
    LeakyRelu,

    /// <summary>f(x) = max(x, 0).</summary>
    Relu,

    /// <summary>f(x) = tanh x.</summary>
    Tanh,

    /// <summary>f(x) = 1 / (1 + e^−x).</summary>
    Sigmoid,
}

/// <summary>An activation with its parameter.</summary>
public readonly record struct Activation
{
    /// <param name="kind">Which function.</param>
    /// <param name="leak">The slope for x ≤ 0 of <see cref="ActivationKind.LeakyRelu"/>, above 0; 0 for every other
    /// kind.</param>
    internal Activation(ActivationKind kind, float leak = 0f) => (Kind, Leak) = (kind, leak);

    internal ActivationKind Kind { get; }

    internal float Leak { get; }

    /// <summary>No activation.</summary>
    public static Activation Identity => new(ActivationKind.Identity);

    /// <summary>max(x, 0).</summary>
    public static Activation Relu => new(ActivationKind.Relu);

    /// <summary>tanh x, range −1..1.</summary>
    public static Activation Tanh => new(ActivationKind.Tanh);

    /// <summary>1 / (1 + e^−x), range 0..1.</summary>
    public static Activation Sigmoid => new(ActivationKind.Sigmoid);

    /// <summary>Leaky ReLU; 0.2 is TensorFlow's default slope and the GAN literature's usual one.</summary>
    /// <param name="leak">Slope for negative inputs; positive, so that the output's sign tells the input's.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="leak"/> is not a finite positive
    /// number.</exception>
    public static Activation LeakyRelu(float leak = 0.2f) =>
        leak > 0f && float.IsFinite(leak)
            ? new(ActivationKind.LeakyRelu, leak)
            : throw new ArgumentOutOfRangeException(
                nameof(leak), leak, "The leak of a leaky ReLU must be a finite positive number.");

    /// <inheritdoc/>
    public override string ToString() =>
        Kind == ActivationKind.LeakyRelu ? FormattableString.Invariant($"LeakyRelu({Leak})") : Kind.ToString();
}
