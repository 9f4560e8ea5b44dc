using System.CommandLine;
using System.Diagnostics;
using GanGpu.Hosting;
using Microsoft.ML.OnnxRuntime;
using static GanGpu.Benchmarks.Report;

namespace GanGpu.Benchmarks.Serve;

/// <summary>
/// <c>serve</c>: many requests at once for one sample each: ONNX Runtime on the network that GanGpu exports, one
/// generator that all requests share, and a pool, in turns.
/// </summary>
internal static class ServeCommand
{
    private const int Rounds = 5;

    public static Command Create()
    {
        Option<string> presets = new("--preset")
        {
            Description = "The networks, for images of 28x28 pixels.",
            DefaultValueFactory = _ => "mlp,dcgan",
        };
        Option<int> requests = new("--requests")
        {
            Description = "Requests to each contender in each row of the table.",
            DefaultValueFactory = _ => 10_000,
        };
        Option<int> atOnce = new("--at-once") { Description = "Requests at once.", DefaultValueFactory = _ => 16 };
        Command command = new(
            "serve", "Answers many requests at once with ONNX Runtime and with GanGpu in turns, and compares them.")
            { presets, requests, atOnce };
        command.SetAction(parsed => Run(
            Split(parsed.GetValue(presets)!), parsed.GetValue(requests), parsed.GetValue(atOnce)));
        return command;
    }

    private static async Task Run(string[] presets, int requests, int atOnce)
    {
        Header();
        Write($"{requests} requests for a sample, {atOnce} at once, in {Rounds} rounds; ratios above 1 where GanGpu " +
            "answers more.");
        Write($"");
        Write($"| preset | who | requests a second | over ONNX Runtime | p50 ms | p99 ms |");
        Write($"|--------|-----|------------------:|------------------:|-------:|-------:|");
        foreach (string preset in presets)
        {
            DirectoryInfo folder = Directory.CreateTempSubdirectory("gangpu-serve-");
            try
            {
                string checkpoint = Path.Combine(folder.FullName, "checkpoint.safetensors"),
                    network = Path.Combine(folder.FullName, "generator.onnx");
                float[][] latents = Prepare(preset, checkpoint, network);
                await Compare(preset, checkpoint, network, latents, requests, atOnce).ConfigureAwait(false);
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }

        Footer();
    }

    private static float[][] Prepare(string preset, string checkpoint, string network)
    {
        using Device device = Device.Open("cpu");
        using GanTrainer trainer = new(
            device, Preset.Named(preset), DataSource.Open(DataSource.Digits), new() { BatchSize = 8 });
        trainer.Save(checkpoint);
        OnnxExport.OnnxFile.WriteGenerator(checkpoint, network);
        return [.. Enumerable.Range(0, 64).Select(seed => trainer.Generator.Latents(1, (ulong)seed))];
    }

    private static async Task Compare(
        string preset, string checkpoint, string network, float[][] latents, int requests, int atOnce)
    {
        using SessionOptions options = new() { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        using InferenceSession session = new(network, options);
        using Microsoft.ML.OnnxRuntime.RunOptions run = new();
        using Device device = Device.Open("cpu");
        using Generator shared = Generator.Load(device, checkpoint);
        using GeneratorPool pool = new(new GeneratorPoolOptions { Path = checkpoint, Device = "cpu" });
        (string Name, Func<int, Task> Answer)[] contenders =
        [
            ("ONNX Runtime, a session for all", seed =>
            {
                using OrtValue input = OrtValue.CreateTensorValueFromMemory(latents[seed], [1, latents[seed].Length]);
                using IDisposableReadOnlyCollection<OrtValue> results =
                    session.Run(run, ["latent"], [input], session.OutputNames);
                _ = results[0].GetTensorDataAsSpan<float>().ToArray();
                return Task.CompletedTask;
            }),
            ("GanGpu, a generator for all", seed =>
            {
                shared.Sample(1, (ulong)seed);
                return Task.CompletedTask;
            }),
            ("GanGpu, a pool", seed => pool.SampleAsync(1, (ulong)seed)),
        ];
        List<double>[] latencies = [.. contenders.Select(_ => new List<double>())];
        double[] seconds = new double[contenders.Length];
        // The first round warms all of them up.
        for (int round = 0; round <= Rounds; round++)
        {
            for (int i = 0; i < contenders.Length; i++)
            {
                (double taken, double[] each) =
                    await Serve(contenders[i].Answer, requests / Rounds, atOnce).ConfigureAwait(false);
                if (round == 0)
                    continue;
                seconds[i] += taken;
                latencies[i].AddRange(each);
            }
        }

        for (int i = 0; i < contenders.Length; i++)
        {
            latencies[i].Sort();
            Write($"| {preset} | {contenders[i].Name} | {latencies[i].Count / seconds[i]:F0} | " +
                $"{latencies[i].Count / seconds[i] / (latencies[0].Count / seconds[0]):F2} | " +
                $"{latencies[i][latencies[i].Count / 2]:F2} | {latencies[i][latencies[i].Count * 99 / 100]:F2} |");
        }
    }

    /// <summary>Seconds that all requests took, and milliseconds of each.</summary>
    private static async Task<(double Seconds, double[] Each)> Serve(Func<int, Task> answer, int requests, int atOnce)
    {
        double[] each = new double[requests];
        int asked = -1;
        long began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref asked) is int request && request < requests)
            {
                long start = Stopwatch.GetTimestamp();
                await answer(request % 64).ConfigureAwait(false);
                each[request] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
        }))).ConfigureAwait(false);
        return (Stopwatch.GetElapsedTime(began).TotalSeconds, each);
    }
}
