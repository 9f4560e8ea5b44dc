using System.CommandLine;
using System.Globalization;
using GanGpu.Backends;
using GanGpu.Benchmarks.Step;
using GanGpu.Kernels.Gemm;
using static GanGpu.Benchmarks.Report;
using static TorchSharp.torch;

namespace GanGpu.Benchmarks.Gemm;

/// <summary>
/// <c>gemm</c>: matrix products, libtorch and GanGpu in turns, and the processor's arithmetic peak in the same turns.
/// </summary>
/// <remarks>
/// What <see cref="StepCommand"/> says of OMP_WAIT_POLICY holds for products by several threads as well.
/// </remarks>
internal static class GemmCommand
{
    /// <summary>Measurements of a product before it is said not to reach the part of the peak that it must.</summary>
    private const int Attempts = 3;

    public static Command Create()
    {
        Option<string> shapes = new("--shape")
        {
            Description = "Products as MxNxK, with :NT, :TN or :TT where operands are stored transposed.",
            DefaultValueFactory = _ => GemmShapeText.Default,
        };
        Option<string> threads = new("--threads")
        {
            Description = "Threads of both.",
            DefaultValueFactory = _ => "1,2",
        };
        Option<string> devices = new("--device")
        {
            Description = "GanGpu's devices; libtorch stays on the processor.",
            DefaultValueFactory = _ => "cpu",
        };
        Option<double> seconds = new("--seconds")
        {
            Description = "Time given to each contender in each row of the table.",
            DefaultValueFactory = _ => 2,
        };
        Option<int?> vectors = Vectors.Option();
        Option<double?> atLeast = new("--at-least") {
            Description =
            "Fails unless each of GanGpu's products reaches this part of the processor's peak, 0.5 for half, by " +
            $"medians in one of {Attempts} attempts." };
        Option<int?> firstLevel = new("--first-level-kib") {
            Description =
            "The first-level cache that GanGpu's host kernels reckon with, in KiB; unless told, the processor's." };
        Command command = new(
            "gemm", "Multiplies matrices with libtorch and with GanGpu in turns, and compares their rates.") {
            shapes, threads, devices, seconds, vectors, firstLevel, atLeast };
        command.SetAction(parsed =>
        {
            if (Vectors.Limit(parsed.GetValue(vectors)) is { } exitCode)
                return exitCode;
            GemmShape[] products = [.. Split(parsed.GetValue(shapes)!).Select(GemmShapeText.Parse)];
            string[] deviceNames = Split(parsed.GetValue(devices)!);
            double? least = parsed.GetValue(atLeast);
            if (least is not null && deviceNames is not ["cpu"])
            {
                Console.Error.WriteLine("--at-least is a part of the processor's peak: it takes no --device but cpu.");
                return 1;
            }

            int? firstLevelBytes = parsed.GetValue(firstLevel) * 1024;
            return Run(
                products, Numbers(parsed.GetValue(threads)!), deviceNames,
                TimeSpan.FromSeconds(parsed.GetValue(seconds)), firstLevelBytes, least) ? 0 : 1;
        });
        return command;
    }

    /// <returns>Whether all products reach the part of the peak that they must.</returns>
    private static bool Run(GemmShape[] shapes, int[] threads, string[] devices, TimeSpan time, int? firstLevelBytes,
        double? atLeast)
    {
        List<string> tooSlow = [];
        Header();
        Write("GFLOP/s, median [lower, upper quartile], fastest of alternating slices on operands at hand; ratios " +
            "above 1 where GanGpu is faster. The peak is the processor's multiply-adds on registers alone, measured " +
            "in the same turns; shares of it compare fastest slices. On a busy machine only the fastest slices say " +
            "anything, and with several threads not even they.");
        Write($"");
        Write("| M x N x K | threads | libtorch GFLOP/s | device | GanGpu GFLOP/s | ratio of medians | of fastest | " +
            "peak GFLOP/s | libtorch's share | GanGpu's share | products differ by |");
        Write("|---|---:|---:|---|---:|---:|---:|---:|---:|---:|---:|");
        foreach (int count in threads)
        {
            set_num_threads(count);
            foreach (string name in devices)
            {
                using Device device =
                    Device.Open(name, new DeviceOptions { Threads = count, AssumeGenericAddressSpace = true });
                using HostBackend? own = device.Backend is HostBackend && firstLevelBytes is not null
                    ? new HostBackend(count, firstLevelBytes: firstLevelBytes) : null;
                IBackend backend = own ?? device.Backend;
                using PeakContender? peak = backend is HostBackend host ? new PeakContender(host) : null;
                foreach (GemmShape shape in shapes)
                {
                    double share = Row(shape, count, name, backend, peak, time);
                    for (int attempt = 1; attempt < Attempts && share < atLeast; attempt++)
                        share = Math.Max(share, Row(shape, count, name, backend, peak, time));
                    if (share < atLeast)
                        tooSlow.Add(
                            string.Create(CultureInfo.InvariantCulture,
                                $"{shape}, threads {count}: GanGpu reaches {100 * share:F0} % of the peak at best, " +
                                $"and at least {100 * atLeast:F0} % are asked for."));
                }
            }
        }

        Footer();
        tooSlow.ForEach(Console.Error.WriteLine);
        return tooSlow.Count == 0;
    }

    /// <returns>The part of the peak that GanGpu's product reaches, by medians; 0 if no peak is measured.</returns>
    private static double Row(GemmShape shape, int threads, string name, IBackend backend, PeakContender? peak,
        TimeSpan time)
    {
        float[] a = RandomValues.Uniform(shape.M * shape.K, seed: 1),
            b = RandomValues.Uniform(shape.K * shape.N, seed: 2);
        using TorchGemmContender theirs = new(shape, a, b);
        using GanGpuGemmContender ours = new(backend, shape, a, b);
        double difference = SameProducts.Check(shape, ours, theirs);
        Timing[] timings = SideBySide.Run(time, peak is null ? [theirs, ours] : [theirs, ours, peak]);
        (Timing theirTime, Timing ourTime) = (timings[0], timings[1]);
        string shares = "| | |";
        if (peak is not null)
        {
            // Flops a millisecond at the peak, and how much of that each product reaches.
            double best = peak.Flops / timings[2].Best, theirShare = shape.Flops / theirTime.Best / best,
                ourShare = shape.Flops / ourTime.Best / best;
            shares =
                FormattableString.Invariant($"| {best * 1e-6:F1} | {100 * theirShare:F0} % | {100 * ourShare:F0} %");
        }

        Write($"| {shape} | {threads} | {theirTime.Gigaflops(shape.Flops)} | {name} | " +
            $"{ourTime.Gigaflops(shape.Flops)} | {theirTime.Median / ourTime.Median:F2} | " +
            $"{theirTime.Best / ourTime.Best:F2} {shares} | {difference:E1} |");
        return peak is null ? 0 : shape.Flops / ourTime.Median / (peak.Flops / timings[2].Median);
    }
}
