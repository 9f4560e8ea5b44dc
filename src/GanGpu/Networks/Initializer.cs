using System.Text.Json.Serialization;
using GanGpu.Kernels.Random;

namespace GanGpu.Networks;

/// <summary>
/// What a parameter's initial values are drawn from. The fans of a convolution count its kernel's pixels.
/// </summary>
public readonly record struct Initializer
{
    /// <param name="kind">The distribution.</param>
    /// <param name="scale">The standard deviation or the limit of those that are given one; a gain for the others, of
    /// which 0 is none.</param>
    [JsonConstructor]
    internal Initializer(InitializerKind kind, float scale = 0f) => (Kind, Scale) = (kind, scale);

    [JsonInclude]
    internal InitializerKind Kind { get; init; }

    [JsonInclude]
    internal float Scale { get; init; }

    /// <summary>All zero.</summary>
    public static Initializer Zeros => new(InitializerKind.Zeros);

    /// <summary>All one.</summary>
    public static Initializer Ones => new(InitializerKind.Ones);

    /// <summary>All one number.</summary>
    /// <param name="value">The number.</param>
    public static Initializer Constant(float value) => new(InitializerKind.Constant, value);

    /// <summary>
    /// Glorot-uniform, on ±√(6 / (fan in + fan out)): Glorot and Bengio (AISTATS 2010), TensorFlow's default for
    /// kernels.
    /// </summary>
    public static Initializer GlorotUniform => new(InitializerKind.GlorotUniform);

    /// <summary>Uniform on ±1 / √(fan in): PyTorch's default for the weights and biases of its layers.</summary>
    public static Initializer UniformFanIn => new(InitializerKind.UniformFanIn);

    /// <summary>He-normal, of standard deviation √(2 / fan in): He et al. 2015, arXiv:1502.01852.</summary>
    public static Initializer HeNormal => new(InitializerKind.HeNormal);

    /// <summary>He-uniform, on ±√(6 / fan in): of the same standard deviation.</summary>
    public static Initializer HeUniform => new(InitializerKind.HeUniform);

    /// <summary>Normal with mean 0; DCGAN's standard deviation is 0.02.</summary>
    /// <param name="standardDeviation">At least 0.</param>
    public static Initializer Normal(float standardDeviation) => new(InitializerKind.Normal, standardDeviation);

    /// <summary>Normal with mean 1; the standard deviation of DCGAN's batch norms is 0.02.</summary>
    /// <param name="standardDeviation">At least 0.</param>
    public static Initializer NormalAroundOne(float standardDeviation) =>
        new(InitializerKind.NormalAroundOne, standardDeviation);

    /// <summary>Uniform on ±<paramref name="limit"/>.</summary>
    /// <param name="limit">At least 0.</param>
    public static Initializer Uniform(float limit) => new(InitializerKind.Uniform, limit);

    /// <summary>The same distribution, its values multiplied.</summary>
    /// <param name="gain">Above 0.</param>
    public Initializer Times(float gain) => this with { Scale = gain * (Scale == 0f && !HasScale ? 1f : Scale) };

    /// <summary>The distribution for a parameter of these fans, which needs them no more.</summary>
    /// <param name="fanIn">Values that go into one of the result.</param>
    /// <param name="fanOut">Values of the result that one goes into.</param>
    internal Initializer For(int fanIn, int fanOut)
    {
        float gain = Scale == 0f ? 1f : Scale;
        return Kind switch
        {
            InitializerKind.GlorotUniform => Uniform(gain * MathF.Sqrt(6f / (fanIn + fanOut))),
            InitializerKind.UniformFanIn => Uniform(gain / MathF.Sqrt(fanIn)),
            InitializerKind.HeUniform => Uniform(gain * MathF.Sqrt(6f / fanIn)),
            InitializerKind.HeNormal => Normal(gain * MathF.Sqrt(2f / fanIn)),
            _ => this,
        };
    }

    /// <summary>
    /// Draws the values on the host, from a stream of their own: the same on every device. The fans are rows and
    /// columns.
    /// </summary>
    internal void Fill(Span<float> values, Shape shape, ulong seed, uint stream)
    {
        Initializer drawn = For(shape.Rows, shape.Columns);
        for (int i = 0; i < values.Length; i++)
        {
            Philox.Block words = Philox.Generate(seed, (uint)i, 0, stream);
            values[i] = drawn.Kind switch
            {
                InitializerKind.Zeros => 0f,
                InitializerKind.Ones => 1f,
                InitializerKind.Constant => drawn.Scale,
                InitializerKind.Uniform => drawn.Scale * ((2f * Philox.ToUnit(words.X)) - 1f),
                InitializerKind.Normal => drawn.Scale * Gaussian(words),
                InitializerKind.NormalAroundOne => 1f + (drawn.Scale * Gaussian(words)),
                _ => throw new InvalidInputException($"There is no initializer '{Kind}'."),
            };
        }
    }

    private bool HasScale =>
        Kind is InitializerKind.Constant or InitializerKind.Normal or InitializerKind.NormalAroundOne
            or InitializerKind.Uniform;

    private static float Gaussian(Philox.Block words) =>
        (float)(Math.Sqrt(-2.0 * Math.Log(Philox.ToUnitAboveZero(words.X)))
            * Math.Cos(2.0 * Math.PI * Philox.ToUnit(words.Y)));

    /// <inheritdoc/>
    public override string ToString() =>
        Scale == 0f ? Kind.ToString() : FormattableString.Invariant($"{Kind}({Scale})");
}
