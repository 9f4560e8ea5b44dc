using GanGpu.Backends;
using GanGpu.Graph;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Normalization;
using GanGpu.Kernels.Reduction;
using GanGpu.Networks;
using GanGpu.Tests.Reference;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

[Collection(TestDevices.Collection)]
public class NormalizationTests
{
    private const float Epsilon = 1e-5f;

    private static readonly Activation[] Activations =
        [Activation.Identity, Activation.LeakyRelu(), Activation.Relu, Activation.Tanh, Activation.Sigmoid];

    // A batch of one row; a column; few columns and many; several tiles of rows, and the last one cut; single columns
    // of several tiles.
    private static readonly RowGroups[] Shapes =
        [new(1, 1, 3), new(1, 2, 1), new(3, 3, 2), new(2, 31, 33), new(1, 127, 5), new(1, 1025, 3), new(2, 200, 65),
            new(1, 64, 127), new(5, 784, 1), new(1, 20000, 1), new(33, 1, 31)];

    public static TheoryData<string> DeviceNames => TestDevices.Names;

    [Tests<RepeatRowsLaunch>]
    [Tests<SumRowGroupsLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Sums_of_groups_and_their_transpose(string device)
    {
        IBackend backend = TestDevices.Open(device);
        foreach (RowGroups shape in TestDevices.Bearable(device, Shapes, 4))
        {
            float[] x = Samples.Floats(shape.Length, 1), statistic = Samples.Floats(shape.StatsLength, 2);
            double[] sums = [.. ReferenceNormalization.Sums(shape, Doubles(x)).Select(sum => 0.25 * sum)];
            using OperationHarness harness = new(backend, $"{device}: {shape}");
            Slice<float> y = harness.Output(shape.StatsLength), z = harness.Output(shape.Length);
            Action sum = backend.Bind(new SumRowGroupsLaunch(shape, 0.25f, harness.Input(x), y)),
                repeat = backend.Bind(new RepeatRowsLaunch(shape, -3f, harness.Input(statistic), z));
            harness.Check(
                () => { sum(); repeat(); },
                (y, Expected.Within(sums, 0, Slack(shape))),
                (z, Expected.Within(
                    [.. x.Select((_, i) => -3.0 * statistic[ReferenceNormalization.Statistic(shape, i)])], 1e-7)));
        }
    }

    [Tests<NormalizeLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Normalized_columns(string device)
    {
        IBackend backend = TestDevices.Open(device);
        foreach (RowGroups shape in TestDevices.Bearable(device, Shapes, 4))
            Check(backend, $"{device}: {shape}", shape, Samples.Floats(shape.Length, 1), 1);
    }

    /// <summary>float32 holds a mean of 1000 to 3e-5: what is normalised must be better than that.</summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void A_large_mean_costs_no_digits(string device)
    {
        IBackend backend = TestDevices.Open(device);
        Random random = new(1);
        foreach (
            RowGroups shape in TestDevices.Bearable(
                device, [new(1, 300, 3), new(2, 200, 65), new RowGroups(3, 1000, 1)], 1))
        {
            // Normal by the central limit theorem, standard deviation 1.
            float[] x = [
                .. Enumerable.Range(0, shape.Length)
                .Select(_ => (float)(1000 + Enumerable.Range(0, 12).Sum(_ => random.NextDouble()) - 6))];
            Check(backend, $"{device}: {shape} around 1000", shape, x, 1);
            // And a column that begins with a value far from all others.
            x[0] = -5000;
            Check(backend, $"{device}: {shape} around 1000 after -5000", shape, x, 20);
        }
    }

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void A_constant_column_is_normalised_to_zeros_and_NaN_stays(string device)
    {
        IBackend backend = TestDevices.Open(device);
        RowGroups shape = new(1, 200, 3);
        float[] x =
            [.. Enumerable.Range(0, shape.Length).Select(i => i % 3 == 0 ? 0.1f : i == 301 ? float.NaN : i % 5)];
        using OperationHarness harness = new(backend, device);
        Slice<float> mean = harness.Output(3), variance = harness.Output(3), rstd = harness.Output(3),
            normalized = harness.Output(shape.Length);
        backend.Bind(
            new NormalizeLaunch(shape, Epsilon, Uploaded(harness.Input(x), x), mean, variance, rstd, normalized))();
        float[] got = OperationHarness.Read(normalized), variances = OperationHarness.Read(variance);
        Assert.All(
            Enumerable.Range(0, 200), r =>
            Assert.Equal(
                (0f, true, false), (got[3 * r], float.IsNaN(got[(3 * r) + 1]), float.IsNaN(got[(3 * r) + 2]))));
        Assert.Equal((0f, true, false), (variances[0], float.IsNaN(variances[1]), float.IsNaN(variances[2])));
    }

    [Tests<ScaleShiftLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Scaled_shifted_and_activated(string device)
    {
        IBackend backend = TestDevices.Open(device);
        foreach (Activation activation in TestDevices.Bearable(device, Activations, 2))
        {
            foreach (
                RowGroups shape in TestDevices.Bearable(
                    device, [new(1, 1, 3), new(2, 31, 33), new(1, 200, 65), new(1, 7, 1), new RowGroups(3, 5, 2)], 2))
            {
                float[] x = Samples.Floats(shape.Length, 1), scale = Samples.Floats(shape.Columns, 2),
                    shift = Samples.Floats(shape.Columns, 3);
                float[] scales = Samples.Floats(shape.StatsLength, 4), shifts = Samples.Floats(shape.StatsLength, 5);
                double[][] expected = ReferenceNormalization.Normalize(shape, Epsilon, Doubles(x));
                double[] y = [
                    .. expected[0]
                    .Select((value, i) =>
                        ReferenceActivation.Apply(
                            activation, (scale[i % shape.Columns] * value) + shift[i % shape.Columns]))];
                double[] z = [.. x.Select((value, i) => ReferenceActivation.Apply(
                    activation, ((double)scales[ReferenceNormalization.Statistic(shape, i)] * value)
                        + shifts[ReferenceNormalization.Statistic(shape, i)]))];
                using OperationHarness harness = new(backend, $"{device}: {activation} of {shape}");
                Slice<float> input = harness.Input(x), scaleSlice = harness.Input(scale),
                    shiftSlice = harness.Input(shift);
                Slice<float> normalized = harness.Output(x.Length), both = harness.Output(x.Length),
                    alone = harness.Output(x.Length), plain = harness.Output(x.Length), inPlace = harness.InOut(x);
                Slice<float> scalesSlice = harness.Input(scales), shiftsSlice = harness.Input(shifts);
                Action run = backend.Bind(
                    new NormalizeLaunch(
                        shape, Epsilon, input, Statistic(), Statistic(), Statistic(), normalized,
                        new(activation, scaleSlice, shiftSlice, both)));
                run += backend.Bind(
                    new NormalizeLaunch(
                        shape, Epsilon, input, Statistic(), Statistic(), Statistic(), null,
                        new(activation, scaleSlice, shiftSlice, alone)));
                run += backend.Bind(new ScaleShiftLaunch(shape, activation, input, scalesSlice, shiftsSlice, plain));
                run += backend.Bind(
                    new ScaleShiftLaunch(shape, activation, inPlace, scalesSlice, shiftsSlice, inPlace));
                double slack = NormalizedSlack(shape, expected, 1);
                harness.Check(
                    run, (normalized, Expected.Within(expected[0], 1e-6, slack)),
                    (both, Expected.Within(y, 1e-6, slack)), (alone, Expected.Within(y, 1e-6, slack)),
                    (plain, Expected.Within(z, 3e-7, 3e-7)), (inPlace, Expected.Within(z, 3e-7, 3e-7)));

                Slice<float> Statistic() => harness.Output(shape.StatsLength);
            }
        }
    }

    [Tests<NormalizeGradientLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Gradients(string device)
    {
        IBackend backend = TestDevices.Open(device);
        foreach (RowGroups shape in TestDevices.Bearable(device, Shapes, 4))
        {
            float[] dy = Samples.Floats(shape.Length, 1), normalized = Samples.Floats(shape.Length, 2),
                rstd = Samples.Floats(shape.StatsLength, 3);
            double[] expected =
                ReferenceNormalization.NormalizeGradient(shape, Doubles(dy), Doubles(normalized), Doubles(rstd));
            using OperationHarness harness = new(backend, $"{device}: gradient {shape}");
            Slice<float> dx = harness.Output(dy.Length);
            harness.Check(
                backend.Bind(
                    new NormalizeGradientLaunch(
                        shape, harness.Input(dy), harness.Input(normalized), harness.Input(rstd), dx)),
                    (dx, Expected.Within(expected, 0, 5e-7 + (Slack(shape) / shape.Rows))));
        }
    }

    [Tests<ScaleShiftGradientLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Gradients_through_scale_and_activation(string device)
    {
        IBackend backend = TestDevices.Open(device);
        foreach (Activation activation in TestDevices.Bearable(device, Activations, 2))
        {
            foreach (
                RowGroups shape in TestDevices.Bearable(
                    device, [new(1, 1, 3), new(2, 31, 33), new(1, 200, 65), new(1, 7, 1), new RowGroups(3, 5, 2)], 2))
            {
                float[] dy = Samples.Floats(shape.Length, 1), y = Samples.Floats(shape.Length, 2),
                    normalized = Samples.Floats(shape.Length, 3);
                float[] rstd = Samples.Floats(shape.StatsLength, 4), scales = Samples.Floats(shape.StatsLength, 5),
                    scale = scales[..shape.Columns];
                double[] g = [.. dy.Select((value, i) => value * ReferenceActivation.Derivative(activation, y[i]))];
                double[] dots = ReferenceNormalization.Sums(shape, [.. g.Zip(normalized, (a, b) => a * b)]),
                    sums = ReferenceNormalization.Sums(shape, g);
                double[] throughAll = ReferenceNormalization.NormalizeGradient(
                    shape, [.. g.Select((value, i) => value * scale[i % shape.Columns])], Doubles(normalized),
                    Doubles(rstd));
                double slack = 5e-7 + Slack(shape);
                Slice<float>? output;
                using OperationHarness harness = new(backend, $"{device}: gradient {activation} of {shape}");
                output = activation.Kind == ActivationKind.Identity ? null : harness.Input(y);
                Slice<float> dySlice = harness.Input(dy), normalizedSlice = harness.Input(normalized);
                Slice<float> dx = harness.Output(dy.Length), dScales = harness.Output(shape.StatsLength),
                    dShifts = harness.Output(shape.StatsLength);
                Slice<float> dAll = harness.Output(dy.Length), dScale = harness.Output(shape.Columns),
                    dShift = harness.Output(shape.Columns);
                Action scaled = backend.Bind(
                    new ScaleShiftGradientLaunch(
                        shape, dySlice, normalizedSlice, dx,
                        new(activation, output, harness.Input(scales), dScales, dShifts)));
                Action all = backend.Bind(
                    new NormalizeGradientLaunch(
                        shape, dySlice, normalizedSlice, harness.Input(rstd), dAll,
                        new(activation, output, harness.Input(scale), dScale, dShift)));
                harness.Check(
                    () => { scaled(); all(); },
                    (dx, Expected.Within(
                        [.. g.Select((value, i) => value * scales[ReferenceNormalization.Statistic(shape, i)])],
                        3e-7, 3e-7)),
                    (dScales, Expected.Within(dots, 0, slack)), (dShifts, Expected.Within(sums, 0, slack)),
                    (dAll, Expected.Within(throughAll, 0, 1e-6 + (Slack(shape) / shape.Rows))),
                    (dScale, Expected.Within(Total(dots), 0, shape.Groups * slack)),
                    (dShift, Expected.Within(Total(sums), 0, shape.Groups * slack)));

                double[] Total(double[] statistic) =>
                    ReferenceNormalization.Sums(new(1, shape.Groups, shape.Columns), statistic);
            }
        }
    }

    [Tests<RunningMomentsLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Running_moments(string device)
    {
        IBackend backend = TestDevices.Open(device);
        foreach ((int batches, int columns) in new[] { (1, 1), (2, 3), (1, 127), (3, 33) })
        {
            float[] runningMean = Samples.Floats(columns, 1), runningVariance = Samples.Floats(columns, 2),
                mean = Samples.Floats(batches * columns, 3), variance = Samples.Floats(batches * columns, 4);
            double[][] expected = ReferenceNormalization.Running(
                0.1f, 1.5, Doubles(runningMean), Doubles(runningVariance), Doubles(mean), Doubles(variance));
            using OperationHarness harness = new(backend, $"{device}: {batches} batches of {columns}");
            Slice<float> newMean = harness.Output(columns), newVariance = harness.Output(columns);
            harness.Check(
                backend.Bind(new RunningMomentsLaunch(
                    batches, columns, 0.1f, 1.5f, new(harness.Input(runningMean), harness.Input(runningVariance)),
                    new(harness.Input(mean), harness.Input(variance)), new(newMean, newVariance))),
                (newMean, Expected.Within(expected[0], 2e-7, 2e-7)),
                (newVariance, Expected.Within(expected[1], 2e-7, 2e-7)));
        }
    }

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void A_planned_layer_and_its_derivatives_are_those_of_float64(string device)
    {
        Tensor x = new("x", new(6, 3)), scale = new("scale", new(1, 3)), shift = new("shift", new(1, 3)),
            scales = new("scales", new(3, 3)), shifts = new("shifts", new(3, 3)), v = new("v", new(6, 3));
        foreach (
            Activation activation in TestDevices.Bearable(device, [Activation.LeakyRelu(), Activation.Identity], 1))
        {
            foreach (int groups in new[] { 1, 2 })
            {
                foreach (bool conditional in new[] { false, true })
                {
                    Tensor y = new ScaleShift(new Normalize(x, groups, 1e-2f).Output, conditional ? scales
                        : scale, conditional ? shifts : shift).Output;
                    if (activation.Kind != ActivationKind.Identity)
                        y = new Activate(y, activation).Output;
                    Tensor[] leaves = [x, conditional ? scales : scale, conditional ? shifts : shift];
                    Tensor[] first = GanGpu.Graph.Gradients.Of([(y, v)], leaves);
                    Tensor[] second = GanGpu.Graph.Gradients.Of([(first[0], v)], leaves[..2]);
                    // Twice divided by a standard deviation of 0.3.
                    GraphOnDevice.Check(device, [y, .. first], GraphOnDevice.Values(3, [.. leaves, v]), 2e-6, 2e-6);
                    GraphOnDevice.Check(
                        device, [y, .. first, .. second], GraphOnDevice.Values(4, [.. leaves, v]), 2e-5, 2e-5);
                }
            }
        }
    }

    private static void Check(IBackend backend, string name, RowGroups shape, float[] x, double factor)
    {
        double[][] expected = ReferenceNormalization.Normalize(shape, Epsilon, Doubles(x));
        // Distances from the first row are rounded, and then the mean itself.
        double range = (double)x.Max() - x.Min();
        using OperationHarness harness = new(backend, name);
        Slice<float> mean = harness.Output(shape.StatsLength), variance = harness.Output(shape.StatsLength),
            rstd = harness.Output(shape.StatsLength), normalized = harness.Output(x.Length);
        harness.Check(
            backend.Bind(new NormalizeLaunch(shape, Epsilon, harness.Input(x), mean, variance, rstd, normalized)),
            (mean, Expected.Within(expected[1], 7e-8, 2e-7 * range)),
            (variance, Expected.Within(expected[2], 3e-6 * factor, 1e-12)),
            (rstd, Expected.Within(expected[3], 2e-6 * factor)),
            (normalized, Expected.Within(expected[0], 2e-6 * factor, NormalizedSlack(shape, expected, factor))));
    }

    /// <summary>
    /// A distance from the mean is off by a few roundings of the largest one, which rstd then multiplies: the more so
    /// for few rows, whose variance may be small.
    /// </summary>
    private static double NormalizedSlack(RowGroups shape, double[][] expected, double factor) =>
        3e-7 * factor * Math.Max(4, expected[3].Max()) * Math.Max(1, Math.Sqrt(shape.Rows) / 30);

    /// <summary>
    /// Of a sum of numbers below 1: half a unit in the last place for each addition, by chance of either sign.
    /// </summary>
    private static double Slack(RowGroups shape) => 1.3e-6 * Math.Sqrt(shape.Rows);

    private static double[] Doubles(float[] values) => Array.ConvertAll(values, value => (double)value);

    private static Slice<float> Uploaded(Slice<float> slice, float[] values)
    {
        slice.Buffer.CopyFrom(values, slice.Offset);
        return slice;
    }
}
