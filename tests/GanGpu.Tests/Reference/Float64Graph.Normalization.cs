using GanGpu.Graph;

namespace GanGpu.Tests.Reference;

/// <summary>Normalisation, and what is kept of groups of rows.</summary>
internal static partial class Float64Graph
{
    private static readonly Type[] NormalizationTypes =
        [typeof(SumRowGroups), typeof(RepeatRows), typeof(ScaleShift), typeof(ScaleShiftGradient), typeof(Normalize),
            typeof(NormalizeGradient), typeof(RunningMoments),
            typeof(Upsample), typeof(SumPool), typeof(DropoutMask)];

    private static double[][]? Normalization(Operation operation, double[][] x) => operation switch
    {
        SumRowGroups sum => [[.. ReferenceNormalization.Sums(sum.RowGroups, x[0]).Select(value => sum.Factor * value)]],
        RepeatRows repeat =>
            [Each(repeat.Output.Shape, (_, _, i) =>
                repeat.Factor * x[0][ReferenceNormalization.Statistic(repeat.RowGroups, i)])],
        ScaleShift scale => [Each(scale.Output.Shape, (_, _, i) =>
        {
            int kept = ReferenceNormalization.Statistic(scale.RowGroups, i);
            return (x[1][kept] * x[0][i]) + x[2][kept];
        })],
        ScaleShiftGradient gradient =>
        [
            Each(gradient.Output.Shape, (_, _, i) =>
                x[2][ReferenceNormalization.Statistic(gradient.RowGroups, i)] * x[0][i]),
            ReferenceNormalization.Sums(gradient.RowGroups, [.. x[0].Zip(x[1], (dy, value) => dy * value)]),
            ReferenceNormalization.Sums(gradient.RowGroups, x[0]),
        ],
        Normalize normalize => ReferenceNormalization.Normalize(normalize.RowGroups, normalize.Epsilon, x[0]),
        NormalizeGradient gradient => [ReferenceNormalization.NormalizeGradient(gradient.RowGroups, x[0], x[1], x[2])],
        RunningMoments running =>
            ReferenceNormalization.Running(running.Momentum, running.Factor, x[0], x[1], x[2], x[3]),
        Upsample up =>
            [Each(up.Output.Shape, (_, _, i) => up.Scale * x[0][ReferenceResampling.Small(up.ResamplingShape, i)])],
        SumPool pool => [Pooled(pool, x[0])],
        DropoutMask mask =>
            [ReferenceResampling.Mask(mask.Output.Shape.Length, mask.Keep, mask.Seed, mask.Stream, Step)],
        _ => null,
    };

    private static double[] Pooled(SumPool pool, double[] x)
    {
        double[] sums = new double[pool.Output.Shape.Length];
        for (int i = 0; i < x.Length; i++)
            sums[ReferenceResampling.Small(pool.ResamplingShape, i)] += pool.Scale * x[i];
        return sums;
    }
}
