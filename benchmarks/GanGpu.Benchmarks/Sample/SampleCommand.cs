using System.CommandLine;
using static GanGpu.Benchmarks.Report;

namespace GanGpu.Benchmarks.Sample;

/// <summary>
/// <c>sample</c>: drawing from a generator, ONNX Runtime on the network that GanGpu exports and GanGpu in turns.
/// </summary>
internal static class SampleCommand
{
    private const double Tolerance = 1e-5;

    public static Command Create()
    {
        Option<string> presets = new("--preset")
        {
            Description = "The networks, for images of 28x28 pixels.",
            DefaultValueFactory = _ => "mlp,dcgan",
        };
        Option<string> counts = new("--count") { Description = "Samples a call.", DefaultValueFactory = _ => "1,8,64" };
        Option<string> threads = new("--threads")
        {
            Description = "Threads of both.",
            DefaultValueFactory = _ => "1,2",
        };
        Option<double> seconds = new("--seconds")
        {
            Description = "Time given to each contender in each row of the table.",
            DefaultValueFactory = _ => 3,
        };
        Command command = new(
            "sample", "Draws samples with ONNX Runtime and with GanGpu in turns, and compares the time of a call.") {
            presets, counts, threads, seconds };
        command.SetAction(parsed => Run(
            Split(parsed.GetValue(presets)!), Numbers(parsed.GetValue(counts)!), Numbers(parsed.GetValue(threads)!),
            TimeSpan.FromSeconds(parsed.GetValue(seconds))));
        return command;
    }

    private static void Run(string[] presets, int[] counts, int[] threads, TimeSpan time)
    {
        Header();
        Write("Milliseconds a call, median [lower, upper quartile], fastest of alternating slices; ratios above 1 " +
            "where GanGpu is faster.");
        Write($"");
        Write("| preset | samples | threads | ONNX Runtime ms | GanGpu ms | ratio of medians | of fastest | samples " +
            "differ by |");
        Write($"|--------|--------:|--------:|----------------:|----------:|-----------------:|-----------:|------------------:|");
        foreach (string preset in presets)
        {
            foreach (int count in threads)
            {
                using Device device = Device.Open("cpu", new DeviceOptions { Threads = count });
                DirectoryInfo folder = Directory.CreateTempSubdirectory("gangpu-sample-");
                try
                {
                    using GanTrainer trainer = new(
                        device, Preset.Named(preset), DataSource.Open(DataSource.Digits),
                        new() { BatchSize = 8 });
                    string checkpoint = Path.Combine(folder.FullName, "checkpoint.safetensors"),
                        network = Path.Combine(folder.FullName, "generator.onnx");
                    trainer.Save(checkpoint);
                    OnnxExport.OnnxFile.WriteGenerator(checkpoint, network);
                    using Generator generator = Generator.Load(device, checkpoint);
                    foreach (int samples in counts)
                    {
                        using GanGpuSampleContender ours = new(generator, samples);
                        using OnnxSampleContender theirs = new(network, ours.Latents, samples, count);
                        double difference = Difference(theirs.Draw(), ours.Draw());
                        Timing[] timings = SideBySide.Run(time, theirs, ours);
                        Write($"| {preset} | {samples} | {count} | {timings[0]} | {timings[1]} | " +
                            $"{timings[0].Median / timings[1].Median:F2} | {timings[0].Best / timings[1].Best:F2} | " +
                            $"{difference:E1} |");
                    }
                }
                finally
                {
                    folder.Delete(recursive: true);
                }
            }
        }

        Footer();
    }

    /// <summary>Images of one channel lie alike in both.</summary>
    private static double Difference(ReadOnlySpan<float> theirs, ReadOnlySpan<float> ours)
    {
        double worst = theirs.Length == ours.Length ? 0 : double.PositiveInfinity;
        for (int i = 0; i < ours.Length; i++)
            worst = Math.Max(worst, Math.Abs(theirs[i] - ours[i]));
        return worst <= Tolerance ? worst
            : throw new InvalidOperationException(
                FormattableString.Invariant($"GanGpu and ONNX Runtime do not draw the same: they differ by {worst}."));
    }
}
