using GanGpu.Graph;

namespace GanGpu.Networks;

// Noise.
public static partial class Layers
{
    /// <summary>
    /// Adds normal noise, drawn anew in every step of training, which keeps a network from relying on small
    /// differences; in drawing samples nothing is done.
    /// </summary>
    /// <param name="input">A batch.</param>
    /// <param name="parameters">Those of the network.</param>
    /// <param name="deviation">The noise's standard deviation: a finite number of at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The deviation is no finite number of at least 0.</exception>
    public static Tensor AddNoise(this Tensor input, Parameters parameters, float deviation)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(parameters);
        if (!(deviation >= 0f) || !float.IsFinite(deviation))
            throw new ArgumentOutOfRangeException(
                nameof(deviation), deviation, "A standard deviation is a finite number of at least 0.");
        if (!parameters.Training || deviation == 0f)
            return input;
        (ulong seed, uint stream) = parameters.NextRandom();
        Tensor noise = new Noise(input.Shape, NoiseDistribution.Normal, seed, stream).Output;
        return input + deviation * noise;
    }
}
