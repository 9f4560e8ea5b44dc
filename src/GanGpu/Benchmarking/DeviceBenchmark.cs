using System.Globalization;
using GanGpu.Kernels.Gemm;
using GanGpu.Kernels.Launching;

namespace GanGpu.Benchmarking;

/// <summary>
/// Measures what a device does: matrix products and whole training steps. Figures are medians of several slices after a
/// warm-up, on random numbers that stay where they are, so that what fits the device's caches is read from there; each
/// result is checked before it is timed.
/// </summary>
/// <remarks>What takes longer than two seconds, or would at the best rate seen so far, is not measured.</remarks>
internal sealed class DeviceBenchmark
{
    private const int CheckedElements = 64;

    private readonly Device device;
    private readonly DataSet data;
    private readonly Preset preset;
    private double bestFlopsPerSecond;
    private int tooLargeBatch = int.MaxValue;

    /// <summary>Measures nothing yet.</summary>
    /// <param name="device">What to measure; stays the caller's. Whatever else uses it meanwhile is measured with
    /// it.</param>
    /// <param name="data">What to train on, such as the built-in "digits".</param>
    /// <param name="preset">The networks, and the recipe but for the batch size; null:
    /// <see cref="Preset.Mlp"/>.</param>
    public DeviceBenchmark(Device device, DataSet data, Preset? preset = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(data);
        (this.device, this.data, this.preset) = (device, data, preset ?? Preset.Mlp);
    }

    /// <summary>
    /// The products of the preset mlp at batch 64, forward, by the input and by the weights, and square ones beside
    /// them; one that fills a GPU where the device is one.
    /// </summary>
    /// <param name="kind">What the device is.</param>
    public static IReadOnlyList<GemmShape> Shapes(DeviceKind kind) => kind is DeviceKind.Cuda or DeviceKind.OpenCl
        ? [.. Common, new(4096, 4096, 4096)] : Common;

    private static IReadOnlyList<GemmShape> Common { get; } =
    [
        new(64, 784, 256),
        new(128, 256, 784),
        new(256, 784, 256),
        new(512, 512, 512),
        new(1024, 1024, 1024),
        new(64, 784, 256, TransposeB: true),
        new(784, 256, 64, TransposeA: true),
    ];

    /// <summary>
    /// 10⁹ floating-point operations a second of fused multiply-adds that touch no memory, the best slice: what a
    /// product can't surpass without tensor cores. Null where that is too slow to measure.
    /// </summary>
    /// <param name="budget">About how long to measure, above 0.</param>
    /// <param name="cancellationToken">Ends it within about a tenth of the budget.</param>
    public double? MeasurePeak(TimeSpan budget, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(budget, TimeSpan.Zero);
        double flops = 0;
        SliceTimer timer = new(device.Backend, device, () =>
        {
            (Action issue, flops) = device.Backend.ArithmeticPeak();
            return issue;
        });
        return timer.IsFastEnough(cancellationToken) ? flops / timer.Measure(budget, cancellationToken)[0] / 1e9 : null;
    }

    /// <summary>The rate of a product; null where it is too slow to measure.</summary>
    /// <param name="shape">Which product.</param>
    /// <param name="budget">About how long to measure, above 0; half as long again is spent on the warm-up.</param>
    /// <param name="cancellationToken">Ends it once the device has done what it was given.</param>
    /// <exception cref="DeviceOutOfMemoryException">The device has not enough memory.</exception>
    /// <exception cref="DeviceUnavailableException">The device computes something else than the product.</exception>
    public GemmRate? MeasureGemm(GemmShape shape, TimeSpan budget, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(budget, TimeSpan.Zero);
        if (IsHopeless(shape.Flops))
            return null;
        float[] a = RandomValues(shape.M * shape.K, seed: 1), b = RandomValues(shape.K * shape.N, seed: 2);
        using DeviceBuffer<float> left = Upload(a), right = Upload(b),
            product = device.Backend.Allocate<float>(shape.M * shape.N);
        // Whatever is not written stays what no product is.
        float[] c = new float[shape.M * shape.N];
        Array.Fill(c, float.NaN);
        product.CopyFrom(c);

        SliceTimer timer = new(
            device.Backend, device, () =>
            device.Backend.Bind(new GemmLaunch(shape, left.All, right.All, product.All, default)));
        bool fastEnough = timer.IsFastEnough(cancellationToken);
        product.CopyTo(c);
        Check(shape, a, b, c);
        if (!fastEnough)
            return null;
        double seconds = SliceTimer.Median(timer.Measure(budget, cancellationToken));
        bestFlopsPerSecond = Math.Max(bestFlopsPerSecond, shape.Flops / seconds);
        return new GemmRate(shape.ToString(), shape.Flops / seconds / 1e9, seconds * 1e6);
    }

    /// <summary>The rate of training steps; null where they are too slow to measure.</summary>
    /// <param name="batch">Images in a step, 1 to the size of the data set.</param>
    /// <param name="budget">About how long to measure, above 0; half as long again is spent on the warm-up.</param>
    /// <param name="cancellationToken">Ends it once the device has done what it was given.</param>
    /// <exception cref="InvalidInputException">The batch is out of its range.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The device has not enough memory.</exception>
    /// <exception cref="TrainingDivergedException">A loss is not a finite number.</exception>
    public StepRate? MeasureStep(int batch, TimeSpan budget, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(budget, TimeSpan.Zero);
        TrainingOptions options = preset.Recipe with { BatchSize = batch };
        options.Validate(data.Count);
        if (batch >= tooLargeBatch)
            return null;
        using GanTrainer trainer = new(device, preset, data, options);
        long flops = trainer.Launches.Sum(launch => launch.Flops);
        if (IsHopeless(flops))
            return null;
        // As training does it: where the device takes several steps at once, it is given them.
        int steps = trainer.Trainer.StepsAtOnce;
        SliceTimer timer = new(device.Backend, trainer, () => () => trainer.Replay(steps));
        bool fastEnough = timer.IsFastEnough(cancellationToken);
        if (!fastEnough)
        {
            tooLargeBatch = batch;
            return null;
        }

        // Asking for a report is what looks at the losses.
        foreach (
            TrainingReport _ in trainer.StepReportsAsync(1, cancellationToken).ToBlockingEnumerable(cancellationToken))
            cancellationToken.ThrowIfCancellationRequested();
        double seconds = SliceTimer.Median(timer.Measure(budget, cancellationToken)) / steps;
        return new StepRate(batch, flops, seconds * 1e3, 1 / seconds, batch / seconds);
    }

    private static float[] RandomValues(int count, int seed)
    {
        // Not for secrets.
#pragma warning disable CA5394
        Random random = new(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
            values[i] = (2 * random.NextSingle()) - 1;
#pragma warning restore CA5394
        return values;
    }

    /// <summary>Of a product of two rounded factors, relative.</summary>
    private double FactorError => device.Precision switch
    {
        MatrixPrecision.Tf32 => 1.0 / (1 << 10),
        MatrixPrecision.BFloat16 => 1.0 / (1 << 7),
        _ => 0,
    };

    private bool IsHopeless(double flops) =>
        bestFlopsPerSecond > 0 && flops / bestFlopsPerSecond > SliceTimer.Patience.TotalSeconds;

    private DeviceBuffer<float> Upload(float[] values)
    {
        DeviceBuffer<float> buffer = device.Backend.Allocate<float>(values.Length);
        buffer.CopyFrom(values);
        return buffer;
    }

    /// <summary>Elements all over the product, the first and the last among them, against float64.</summary>
    private void Check(GemmShape shape, float[] a, float[] b, float[] c)
    {
        for (int i = 0; i < CheckedElements; i++)
        {
            int element = (int)((shape.M * (long)shape.N - 1) * i / (CheckedElements - 1));
            (int row, int column) = Math.DivRem(element, shape.N);
            double sum = 0, magnitude = 0;
            for (int k = 0; k < shape.K; k++)
            {
                double term = (double)a[shape.TransposeA ? (k * shape.M) + row : (row * shape.K) + k]
                    * b[shape.TransposeB ? (column * shape.K) + k : (k * shape.N) + column];
                sum += term;
                magnitude += Math.Abs(term);
            }

            // The most that rounding can do to float32 sums in whatever order, and to factors of a lower precision; NaN
            // is never within.
            if (!(Math.Abs(c[element] - sum) <= magnitude * ((shape.K * (1.0 / (1 << 23))) + FactorError)))
            {
                throw new DeviceUnavailableException(string.Create(CultureInfo.InvariantCulture,
                    $"The device \"{device.Name}\" ({device.Description}) can't be used: of the matrix product " +
                    $"{shape} it makes {c[element]:G6} where {sum:G6} is right."));
            }
        }
    }
}
