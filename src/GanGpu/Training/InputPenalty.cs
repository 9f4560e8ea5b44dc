using GanGpu.Graph;
using GanGpu.Kernels;
using GanGpu.Losses;

namespace GanGpu.Training;

/// <summary>The penalties of a discriminator's update: where its gradient is taken, and what it should be.</summary>
internal static class InputPenalty
{
    /// <param name="judge">The discriminator.</param>
    /// <param name="options">Which penalties.</param>
    /// <param name="real">Real samples.</param>
    /// <param name="fake">As many generated ones.</param>
    /// <param name="samples">Both, as they were judged.</param>
    /// <param name="logits">The judgement of both.</param>
    public static GradientPenalty Of(Judge judge, TrainingOptions options, Tensor real, Tensor fake, Tensor samples, Tensor logits)
    {
        PenaltyOptions penalty = options.Penalty;
        float strength = penalty.Interval;
        if (penalty.GradientPenalty > 0)
        {
            Tensor points = new Interpolate(real, fake, options.Seed, RandomStreams.PenaltyPoints).Output;
            Tensor gradient = InputGradient(judge, judge.Logits(points), points, batches: 1);
            return new GradientPenalty(gradient, gradient.Shape.Rows, center: 1f, strength * (float)penalty.GradientPenalty, 0f);
        }

        Tensor both = InputGradient(judge, logits, samples, batches: 2);
        return new GradientPenalty(both, both.Shape.Rows / 2, center: 0f, strength * (float)penalty.R1 / 2, strength * (float)penalty.R2 / 2);
    }

    /// <summary>The gradient of each logit towards what it judges, one a row: samples that are packed together make one row.</summary>
    private static Tensor InputGradient(Judge judge, Tensor logits, Tensor samples, int batches) =>
        judge.Pack(Gradients.Of([(logits, new Fill(logits.Shape, 1f).Output)], [samples])[0], batches);
}
