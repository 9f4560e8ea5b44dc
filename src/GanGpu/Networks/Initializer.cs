using GanGpu.Graph;
using GanGpu.Kernels;

namespace GanGpu.Networks;

/// <summary>What a parameter's initial values are drawn from.</summary>
public enum InitializerKind
{
    /// <summary>All zero.</summary>
    Zeros,

    /// <summary>All one.</summary>
    Ones,

    /// <summary>Uniform on ±√(6 / (fan in + fan out)): Glorot and Bengio (AISTATS 2010), TensorFlow's default for kernels.</summary>
    GlorotUniform,

    /// <summary>Normal with mean 0 and a given standard deviation; DCGAN's is 0.02.</summary>
    Normal,
}

/// <summary>How a parameter starts.</summary>
/// <param name="Kind">The distribution.</param>
/// <param name="StandardDeviation">Of <see cref="InitializerKind.Normal"/>; unused otherwise.</param>
public readonly record struct Initializer(InitializerKind Kind, float StandardDeviation = 0f)
{
    /// <summary>All zero.</summary>
    public static Initializer Zeros => new(InitializerKind.Zeros);

    /// <summary>All one.</summary>
    public static Initializer Ones => new(InitializerKind.Ones);

    /// <summary>Glorot-uniform; the fans are the rows and the columns of the parameter.</summary>
    public static Initializer GlorotUniform => new(InitializerKind.GlorotUniform);

    /// <summary>Normal with mean 0.</summary>
    /// <param name="standardDeviation">At least 0.</param>
    public static Initializer Normal(float standardDeviation) => new(InitializerKind.Normal, standardDeviation);

    /// <summary>Draws the values on the host, from a stream of their own: the same on every device.</summary>
    internal void Fill(Span<float> values, Shape shape, ulong seed, uint stream)
    {
        float limit = MathF.Sqrt(6f / (shape.Rows + shape.Columns));
        for (int i = 0; i < values.Length; i++)
        {
            Philox.Block words = Philox.Generate(seed, (uint)i, 0, stream);
            values[i] = Kind switch
            {
                InitializerKind.Zeros => 0f,
                InitializerKind.Ones => 1f,
                InitializerKind.GlorotUniform => limit * ((2f * Philox.ToUnit(words.X)) - 1f),
                InitializerKind.Normal => StandardDeviation * (float)(Math.Sqrt(-2.0 * Math.Log(Philox.ToUnitAboveZero(words.X))) * Math.Cos(2.0 * Math.PI * Philox.ToUnit(words.Y))),
                _ => throw new InvalidInputException($"There is no initializer '{Kind}'."),
            };
        }
    }
}
