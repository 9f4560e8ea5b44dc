using System.CommandLine;
using GanGpu.Backends;
using GanGpu.Benchmarks.Gemm;
using GanGpu.Benchmarks.Kernels;
using GanGpu.Kernels.Convolution;
using static GanGpu.Benchmarks.Report;
using static TorchSharp.torch;

namespace GanGpu.Benchmarks.Convolution;

/// <summary>
/// <c>convolution</c>: convolutions, libtorch and GanGpu in turns, and the processor's arithmetic peak in the same
/// turns.
/// </summary>
internal static class ConvolutionCommand
{
    public static Command Create()
    {
        Option<string> shapes = new("--shape")
        {
            Description = "Convolutions as HEIGHTxWIDTHxCHANNELS:FILTERS:KERNEL/STRIDEpPADDING.",
            DefaultValueFactory = _ => ConvolutionShapeText.Default,
        };
        Option<string> passes = new("--pass")
        {
            Description = "Parts of the names of the passes to time.",
            DefaultValueFactory = _ => "forward,transposed,input,weight",
        };
        Option<int> batch = new("--batch") { Description = "Images.", DefaultValueFactory = _ => 64 };
        Option<string> threads = new("--threads")
        {
            Description = "Threads of both.",
            DefaultValueFactory = _ => "1,2",
        };
        Option<double> seconds = new("--seconds")
        {
            Description = "Time given to each contender in each row of the table.",
            DefaultValueFactory = _ => 1,
        };
        Option<int?> vectors = Vectors.Option();
        Command command = new(
            "convolution", "Convolves images with libtorch and with GanGpu in turns, and compares their rates.") {
            shapes, passes, batch, threads, seconds, vectors };
        command.SetAction(parsed =>
        {
            if (Vectors.Limit(parsed.GetValue(vectors)) is { } exitCode)
                return exitCode;
            ConvolutionShape[] convolutions = [
                .. Split(parsed.GetValue(shapes)!)
                .Select(text => ConvolutionShapeText.Parse(text, parsed.GetValue(batch)))];
            Run(convolutions, Split(parsed.GetValue(passes)!), Numbers(parsed.GetValue(threads)!),
                TimeSpan.FromSeconds(parsed.GetValue(seconds)));
            return 0;
        });
        return command;
    }

    private static void Run(ConvolutionShape[] shapes, string[] passes, int[] threads, TimeSpan time)
    {
        Header();
        Write("GFLOP/s, median [lower, upper quartile], fastest of alternating slices; ratios above 1 where GanGpu " +
            "is faster. The peak is the processor's multiply-adds on registers alone, measured in the same turns; " +
            "the share of it compares fastest slices. libtorch's convolutions are those of oneDNN, its images " +
            "[batch, channels, height, width].");
        Write($"");
        Write("| convolution | pass | threads | libtorch GFLOP/s | GanGpu GFLOP/s | ratio of medians | of fastest | " +
            "peak GFLOP/s | GanGpu's share |");
        Write("|---|---|---:|---:|---:|---:|---:|---:|---:|");
        foreach (int count in threads)
        {
            set_num_threads(count);
            using Device device = Device.Open("cpu", new DeviceOptions { Threads = count });
            using PeakContender peak = new(device.Backend);
            foreach (ConvolutionShape shape in shapes)
            {
                foreach (
                    (string pass, Func<Operands, ConvolutionShape, KernelPair> bind) in ConvolutionPairs.All.Where(
                        pair => passes.Any(part => pair.Key.Contains(part, StringComparison.OrdinalIgnoreCase))))
                    Row(shape, pass, bind, count, device.Backend, peak, time);
            }
        }

        Footer();
    }

    private static void Row(
        ConvolutionShape shape, string pass, Func<Operands, ConvolutionShape, KernelPair> bind, int threads,
        IBackend backend, PeakContender peak, TimeSpan time)
    {
        using Operands operands = new(backend);
        KernelPair pair = bind(operands, shape);
        pair.Check();
        using PairContender theirs = new(() => DisposeAll(pair.Theirs())), ours = new(pair.Ours);
        Timing[] timings = SideBySide.Run(time, theirs, ours, peak);
        double best = peak.Flops / timings[2].Best, share = shape.Flops / timings[1].Best / best;
        Write($"| {shape} | {pass} | {threads} | {timings[0].Gigaflops(shape.Flops)} | " +
            $"{timings[1].Gigaflops(shape.Flops)} | {timings[0].Median / timings[1].Median:F2} | " +
            $"{timings[0].Best / timings[1].Best:F2} | {best * 1e-6:F1} | {100 * share:F0} % |");
    }

    private static void DisposeAll(Tensor[] tensors)
    {
        foreach (Tensor tensor in tensors)
            tensor.Dispose();
    }

    private sealed class PairContender(Action action) : IContender
    {
        public void Repeat(int times)
        {
            for (int i = 0; i < times; i++)
                action();
        }

        public void Dispose()
        {
        }
    }
}
