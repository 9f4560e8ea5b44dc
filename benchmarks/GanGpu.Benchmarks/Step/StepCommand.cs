using System.CommandLine;
using static GanGpu.Benchmarks.Report;
using static TorchSharp.torch;

namespace GanGpu.Benchmarks.Step;

/// <summary><c>step</c>: a whole training step of a preset by its own recipe, TorchSharp and GanGpu in turns.</summary>
/// <remarks>
/// How TorchSharp's threads wait for each other is fixed when its library is loaded: spinning, or with
/// OMP_WAIT_POLICY=passive asleep, which on a busy machine is several times faster and on an idle one slower. Run both,
/// and quote its better one.
/// </remarks>
internal static class StepCommand
{
    public static Command Create()
    {
        Option<string> presets = new("--preset")
        {
            Description =
                $"The networks: any of {StepTask.Names}. The article's take images of 28x28 pixels, the others of " +
                "32x32.",
            DefaultValueFactory = _ => "mlp",
        };
        Option<string> batches = new("--batch")
        {
            Description = "Batch sizes.",
            DefaultValueFactory = _ => "1,16,64,256,1024",
        };
        Option<string> threads = new("--threads")
        {
            Description = "Threads of both.",
            DefaultValueFactory = _ => "1,2",
        };
        Option<string> devices = new("--device")
        {
            Description = "GanGpu's devices; TorchSharp stays on the processor.",
            DefaultValueFactory = _ => "cpu",
        };
        Option<double> seconds = new("--seconds")
        {
            Description = "Time given to each contender in each row of the table.",
            DefaultValueFactory = _ => 5,
        };
        Option<int?> vectors = Vectors.Option();
        Command command = new(
            "step", "Trains a GAN with TorchSharp and with GanGpu in turns, and compares the time of a step.") {
            presets, batches, threads, devices, seconds, vectors };
        command.SetAction(parsed =>
        {
            if (Vectors.Limit(parsed.GetValue(vectors)) is { } exitCode)
                return exitCode;
            string[] presetNames = Split(parsed.GetValue(presets)!), deviceNames = Split(parsed.GetValue(devices)!);
            int[] batchSizes = Numbers(parsed.GetValue(batches)!), threadCounts = Numbers(parsed.GetValue(threads)!);
            Run(presetNames, batchSizes, threadCounts, deviceNames, TimeSpan.FromSeconds(parsed.GetValue(seconds)));
            return 0;
        });
        return command;
    }

    private static void Run(string[] presets, int[] batches, int[] threads, string[] devices, TimeSpan time)
    {
        List<string> ways = [];
        Header();
        Write("Milliseconds a step (the recipe's updates of the discriminator, five of WGAN-GP's and one of the " +
            "others', and one of the generator), median [lower, upper quartile], fastest of alternating slices; " +
            "ratios above 1 where GanGpu is faster. On a busy machine only the fastest slices say anything, and with " +
            "several threads not even they.");
        Write($"");
        Write("| preset | batch | threads | TorchSharp, its best way | TorchSharp ms | device | GanGpu ms | ratio " +
            "of medians | of fastest | losses differ by |");
        Write("|---|---:|---:|---|---:|---|---:|---:|---:|---:|");
        foreach (string preset in presets)
        {
            foreach (int batch in batches)
            {
                StepTask task = StepTask.Of(preset, batch);
                foreach (int count in threads)
                {
                    set_num_threads(count);
                    foreach (string name in devices)
                    {
                        using Device device = Device.Open(
                            name, new DeviceOptions { Threads = count, AssumeGenericAddressSpace = true });
                        double difference = SameLosses.Check(device, task);
                        using GanGpuContender ours = new(device, task);
                        using TorchContender theirs = TorchContender.Fastest(task, out string taken);
                        ways.Add(FormattableString.Invariant($"{preset} at {batch}, {count} threads: {taken}"));
                        Timing[] timings = SideBySide.Run(time, theirs, ours);
                        (Timing theirTime, Timing ourTime) = (timings[0], timings[1]);
                        Write($"| {preset} | {batch} | {count} | {theirs.Variant} | {theirTime} | {device.Name} | " +
                            $"{ourTime} | {theirTime.Median / ourTime.Median:F2} | " +
                            $"{theirTime.Best / ourTime.Best:F2} | {difference:E1} |");
                    }
                }
            }
        }

        Write($"");
        Write($"TorchSharp's ways, each with the fastest slice of the few that decided, in ms:");
        ways.ForEach(line => Write($"{line}"));

        Footer();
    }
}
