using GanGpu.Graph;
using GanGpu.Kernels.Random;
using GanGpu.Networks;

namespace GanGpu.Objectives.Gan;

/// <summary>The penalties of a discriminator's update: where its gradient is taken, and what it should be.</summary>
internal static class InputPenalty
{
    /// <param name="discriminator">The discriminator.</param>
    /// <param name="options">Which penalties.</param>
    /// <param name="real">Real samples.</param>
    /// <param name="fake">As many generated ones.</param>
    /// <param name="samples">Both, as the discriminator took them.</param>
    /// <param name="logits">What it made of both.</param>
    public static GradientPenalty Of(
        DiscriminatorPass discriminator, TrainingOptions options, Tensor real, Tensor fake, Tensor samples, Tensor logits)
    {
        PenaltyOptions penalty = options.Penalty;
        float strength = penalty.Interval;
        if (penalty.UnitNorm > 0)
        {
            Tensor points = new Interpolate(
                real, penalty.Dragan > 0
                ? Perturbed(
                    real, new Noise(
                        real.Shape, NoiseDistribution.Uniform, options.Seed, RandomStreams.PenaltyPerturbation).Output)
                : fake, options.Seed, RandomStreams.PenaltyPoints).Output;
            Tensor gradient = InputGradient(discriminator, discriminator.Apply(points, batches: 1).Logits, points, batches: 1);
            return new GradientPenalty(
                gradient, gradient.Shape.Rows, center: 1f, strength * (float)penalty.UnitNorm, 0f);
        }

        Tensor both = InputGradient(discriminator, logits, samples, batches: 2);
        return new GradientPenalty(
            both, both.Shape.Rows / 2, center: 0f, strength * (float)penalty.R1 / 2, strength * (float)penalty.R2 / 2);
    }

    /// <summary>
    /// DRAGAN's x + ½·σ·u, σ the deviation of all values of the batch, u on [0, 1) of a uniform number on [−1, 1).
    /// </summary>
    internal static Tensor Perturbed(Tensor real, Tensor uniform)
    {
        Tensor negativeMean = -1f / real.Shape.Length * TensorMath.Sum(real), centred = real
            + TensorMath.Broadcast(negativeMean, real.Shape);
        Tensor deviation = TensorMath.SquareRoot(1f / real.Shape.Length * TensorMath.Sum(centred * centred));
        Tensor ahead = 0.25f * uniform + 0.25f;
        return real + TensorMath.Scale(ahead, deviation);
    }

    /// <summary>
    /// The gradient of each logit towards the samples that it is of, one a row: samples that are packed together make one row.
    /// </summary>
    private static Tensor InputGradient(DiscriminatorPass discriminator, Tensor logits, Tensor samples, int batches) =>
        discriminator.Pack(Gradients.Of([(logits, new Fill(logits.Shape, 1f).Output)], [samples])[0], batches);
}
