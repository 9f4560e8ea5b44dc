using System.CommandLine;
using GanGpu.Backends;
using GanGpu.Benchmarks.Step;
using GanGpu.Devices;
using GanGpu.Kernels;
using static GanGpu.Benchmarks.Report;
using static TorchSharp.torch;

namespace GanGpu.Benchmarks.Gemm;

/// <summary><c>gemm</c>: matrix products, libtorch and GanGpu in turns, and the processor's arithmetic peak in the same turns.</summary>
/// <remarks>What <see cref="StepCommand"/> says of OMP_WAIT_POLICY holds for products by several threads as well.</remarks>
internal static class GemmCommand
{
    public static Command Create()
    {
        Option<string> shapes = new("--shape") { Description = "Products as MxNxK, with :NT, :TN or :TT where operands are stored transposed.", DefaultValueFactory = _ => GemmShapeText.Default };
        Option<string> threads = new("--threads") { Description = "Threads of both.", DefaultValueFactory = _ => "1,2" };
        Option<string> devices = new("--device") { Description = "GanGpu's devices; libtorch stays on the processor.", DefaultValueFactory = _ => "cpu" };
        Option<double> seconds = new("--seconds") { Description = "Time given to each contender in each row of the table.", DefaultValueFactory = _ => 2 };
        Command command = new("gemm", "Multiplies matrices with libtorch and with GanGpu in turns, and compares their rates.") { shapes, threads, devices, seconds };
        command.SetAction(parsed =>
        {
            GemmShape[] products = [.. Split(parsed.GetValue(shapes)!).Select(GemmShapeText.Parse)];
            Run(products, Numbers(parsed.GetValue(threads)!), Split(parsed.GetValue(devices)!), TimeSpan.FromSeconds(parsed.GetValue(seconds)));
        });
        return command;
    }

    private static void Run(GemmShape[] shapes, int[] threads, string[] devices, TimeSpan time)
    {
        Header();
        Write($"GFLOP/s, median [lower, upper quartile], fastest of alternating slices on operands at hand; ratios above 1 where GanGpu is faster. The peak is the processor's multiply-adds on registers alone, measured in the same turns; shares of it compare fastest slices. On a busy machine only the fastest slices say anything, and with several threads not even they.");
        Write($"");
        Write($"| M x N x K | threads | libtorch GFLOP/s | device | GanGpu GFLOP/s | ratio of medians | of fastest | peak GFLOP/s | libtorch's share | GanGpu's share | products differ by |");
        Write($"|-----------|--------:|-----------------:|--------|---------------:|-----------------:|-----------:|-------------:|-----------------:|---------------:|-------------------:|");
        foreach (int count in threads)
        {
            set_num_threads(count);
            foreach (string name in devices)
            {
                using Devices.Device device = Devices.Device.Open(name, new DeviceOptions { Threads = count, AssumeGenericAddressSpace = true });
                using PeakContender? peak = device.Backend is HostBackend host ? new PeakContender(host) : null;
                foreach (GemmShape shape in shapes)
                    Row(shape, count, device, peak, time);
            }
        }

        Footer();
    }

    private static void Row(GemmShape shape, int threads, Devices.Device device, PeakContender? peak, TimeSpan time)
    {
        float[] a = RandomValues.Uniform(shape.M * shape.K, seed: 1), b = RandomValues.Uniform(shape.K * shape.N, seed: 2);
        using TorchGemmContender theirs = new(shape, a, b);
        using GanGpuGemmContender ours = new(device, shape, a, b);
        double difference = SameProducts.Check(shape, ours, theirs);
        Timing[] timings = SideBySide.Run(time, peak is null ? [theirs, ours] : [theirs, ours, peak]);
        (Timing theirTime, Timing ourTime) = (timings[0], timings[1]);
        string shares = "| | |";
        if (peak is not null)
        {
            // Flops a millisecond at the peak, and how much of that each product reaches.
            double best = peak.Flops / timings[2].Best, theirShare = shape.Flops / theirTime.Best / best, ourShare = shape.Flops / ourTime.Best / best;
            shares = FormattableString.Invariant($"| {best * 1e-6:F1} | {100 * theirShare:F0} % | {100 * ourShare:F0} %");
        }

        Write($"| {shape} | {threads} | {theirTime.Gigaflops(shape.Flops)} | {device.Name} | {ourTime.Gigaflops(shape.Flops)} | {theirTime.Median / ourTime.Median:F2} | {theirTime.Best / ourTime.Best:F2} {shares} | {difference:E1} |");
    }
}
