using System.Diagnostics;
using System.Text.Json;
using GanGpu.Tests.Cli;
using GanGpu.Tests.Support;

namespace GanGpu.Onnx.Tests;

/// <summary>gangpu-onnx, and what gangpu says without it.</summary>
public sealed class GangpuOnnxTests : IClassFixture<GangpuOnnxTests.TrainedRuns>
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private readonly Workplace place;

    public GangpuOnnxTests(TrainedRuns runs) => place = runs.Place;

    /// <summary>Runs of a few steps on images and on points, and networks beside them.</summary>
    public sealed class TrainedRuns : IDisposable
    {
        public TrainedRuns()
        {
            foreach ((string data, string run) in new[] { (Place.DataFile, "run"), ("ring", "points") })
                Gangpu.Run(
                    Place, "train", "--data", data, "--device", "cpu", "--steps", "5", "--batch", "16", "--out", run,
                    "--quiet").Succeeded();
            // Means of the rows of a picture, and a projection on as many features as Inception has.
            Random random = new(1);
            Write("rows.onnx", new Model().Input("images", Model.Float, Model.Any, 1, 28, 28)
                .Output("features", Model.Float, Model.Any, 28)
                .Node("ReduceMean", ["images"], "rows", ("axes", [3], true))
                    .Node("Flatten", ["rows"], "features", ("axis", [1], false)));
            Write("wide.onnx",
                Model.Projection(
                    3, 8, 8,
                    [.. Enumerable.Range(0, 192 * 2048).Select(_ => (float)random.NextDouble() - 0.5f)], 2048));
        }

        internal Workplace Place { get; } = new();

        public void Dispose() => Place.Dispose();

        private void Write(string name, Model model) => File.WriteAllBytes(Place.At(name), model.ToArray());
    }

    [Fact]
    public void Images_are_measured_in_the_features_of_a_file()
    {
        string[] lines = Evaluate("--features", "rows.onnx", "--feature-range", "0..1").Succeeded().OutputLines;
        Assert.Contains(
            lines, line =>
            line.TrimStart().StartsWith("Fréchet distance (rows.onnx's features)", StringComparison.Ordinal));
        Assert.Contains(
            lines, line => line.TrimStart().StartsWith("precision (rows.onnx's features)", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("FID", StringComparison.Ordinal));

        // A range twice as wide is a space twice as large, and squared distances are four times as large.
        double unit = Distance("0..1"), signed = Distance("-1..1"), bytes = Distance("0..255");
        Assert.Equal(4 * unit, signed, 1e-4 * signed);
        Assert.Equal(255 * 255 * unit, bytes, 1e-4 * bytes);
        Assert.Equal(unit / 0.25, Distance("0..1", "--feature-std", "0.5", "--feature-mean", "0.5"), 1e-4 * signed);

        double Distance(string range, params string[] more)
        {
            JsonElement frechet = JsonDocument.Parse(
                Evaluate(["--json", "--features", "rows.onnx", "--feature-range", range, .. more]).Succeeded().Output)
                .RootElement.GetProperty("evaluation").GetProperty("frechet");
            Assert.Equal(
                ("rows.onnx's features", "Fréchet distance"),
                (frechet.GetProperty("space").GetString(), frechet.GetProperty("name").GetString()));
            Assert.Equal(28, frechet.GetProperty("dimension").GetInt32());
            return frechet.GetProperty("distance").GetDouble();
        }
    }

    [Fact]
    public void It_is_FID_where_the_user_says_so_and_the_report_says_that()
    {
        string[] lines = Evaluate("--features", "wide.onnx", "--feature-range", "0..1", "--feature-name", "inception")
            .Succeeded().OutputLines;
        Assert.Contains(
            lines, line => line.TrimStart().StartsWith("FID (wide.onnx's features)", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("It is called FID on your word", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("says little: 2048 dimensions", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.TrimStart().StartsWith("Fréchet", StringComparison.Ordinal));
        lines = Evaluate("--features", "wide.onnx", "--feature-range", "0..1", "--feature-name", "mine").Succeeded()
            .OutputLines;
        Assert.Contains(
            lines, line => line.TrimStart().StartsWith("Fréchet distance (mine's features)", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("FID", StringComparison.Ordinal));
    }

    /// <summary>As they stand in the READMEs, with the run and a network of as many features as FID's.</summary>
    [Fact]
    public void Every_command_of_a_document_runs()
    {
        const string Name = "gangpu-onnx ";
        string[] commands =
            [.. Document.All.SelectMany(document =>
                document.InlineCode.Concat(document.Blocks.SelectMany(block => block.Commands)))
            .Where(command => command.StartsWith(Name + "evaluate ", StringComparison.Ordinal)
                && command.Contains("--features", StringComparison.Ordinal))
            .Distinct()];
        Assert.True(commands.Length > 1, "Few commands were found.");
        Assert.All(commands, command => Run(
            [.. command[Name.Length..].Split(' ').Select(word => word is "RUN" or "runs/minimax" ? "run"
                : word.EndsWith(".onnx", StringComparison.Ordinal) ? "wide.onnx" : word),
                "--device", "cpu", "--samples", "50"]).Succeeded());
    }

    [Fact]
    public void Every_option_of_a_network_that_a_document_names_is_there()
    {
        string[] options =
            [.. Document.All.SelectMany(document => document.InlineCode).Select(code => code.Split(' ')[0])
            .Where(code => code.StartsWith("--feature", StringComparison.Ordinal)).Distinct()];
        Assert.True(options.Length > 1, "Few options were found.");
        string help = Run("evaluate", "--help").Succeeded().Output;
        Assert.All(options, option => Assert.Contains($"{option} <", help, StringComparison.Ordinal));
    }

    [Fact]
    public void Neither_the_library_nor_gangpu_brings_ONNX_Runtime()
    {
        Assert.DoesNotContain(typeof(GanGpu.Evaluation).Assembly.GetReferencedAssemblies(), name =>
            name.Name!.Contains("Onnx", StringComparison.Ordinal));
        foreach ((string program, bool brings) in new[] { ("GanGpu.Cli", false), ("GanGpu.Onnx.Cli", true) })
            Assert.Equal(
                brings, File.ReadAllText(Path.Combine(AppContext.BaseDirectory, program + ".deps.json"))
                .Contains("OnnxRuntime", StringComparison.Ordinal));
    }

    /// <summary>
    /// ONNX Runtime would keep a device's identifier in the cache folder, and report its use over the network.
    /// </summary>
    [Fact]
    public void Nothing_is_left_in_the_home_of_the_user()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("ORT_DISABLE_TELEMETRY") is null
            or "1", "Whoever runs the tests wants it otherwise.");
        Dictionary<string, string> environment = new()
        {
            ["HOME"] = place.At("home"),
            ["XDG_CACHE_HOME"] = place.At("home/cache"),
        };
        Directory.CreateDirectory(place.At("home"));
        Run(environment, "evaluate", "run", "--device", "cpu", "--samples", "30", "--features", "rows.onnx",
            "--feature-range", "0..1").Succeeded();
        // Its folder is cache/Microsoft/DeveloperTools/.onnxruntime; OpenCL drivers have theirs there too.
        Assert.DoesNotContain(place.Entries("home"), entry => entry.Contains("Microsoft", StringComparison.Ordinal)
            || entry.Contains("onnx", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--features needs", false, "--features", "rows.onnx")]
    [InlineData("--feature-range", true, "--features", "rows.onnx")]
    [InlineData("missing.onnx", true, "--features", "missing.onnx", "--feature-range", "0..1")]
    [InlineData("no ONNX network", true, "--features", "run/settings.json", "--feature-range", "0..1")]
    [InlineData("(--feature-output)", true, "--features", "rows.onnx", "--feature-range", "0..1",
        "--feature-output", "x")]
    [InlineData("(--feature-size)", true, "--features", "rows.onnx", "--feature-range", "0..1", "--feature-size", "29")]
    [InlineData("--feature-mean must be a number, or three", true, "--features", "wide.onnx", "--feature-range", "0..1",
        "--feature-mean", "1,2")]
    [InlineData("(--feature-name)", true, "--features", "rows.onnx", "--feature-range", "0..1", "--feature-name",
        "inception")]
    [InlineData(
        "two numbers with a point, such as -0.5..0.5 or 0..255, not '1'", true, "--features", "rows.onnx",
        "--feature-range", "1")]
    [InlineData("two different numbers", true, "--features", "rows.onnx", "--feature-range", "1..1")]
    [InlineData("three such as", true, "--features", "rows.onnx", "--feature-range", "0..1", "--feature-std", "1,b")]
    [InlineData("nchw or nhwc", true, "--features", "rows.onnx", "--feature-range", "0..1", "--feature-layout", "chw")]
    [InlineData(
        "299 or 299x299", true, "--features", "rows.onnx", "--feature-range", "0..1", "--feature-size", "2x3x4")]
    [InlineData("there is none; name one with --features", true, "--feature-range", "0..1")]
    [InlineData("--features is empty", true, "--features", "")]
    [InlineData("'ring' has points", true, "--features", "rows.onnx", "--feature-range", "0..1", "--data", "ring")]
    public void Bad_input_is_refused(string sentence, bool withOnnx, params string[] arguments)
    {
        string[] before = place.Entries();
        string[] command = ["evaluate", arguments.Contains("ring") ? "points"
            : "run", "--device", "cpu", "--samples", "50", .. arguments];
        Result result = withOnnx ? Run(command) : Gangpu.Run(place, command);
        Assert.Contains(sentence, result.FailedWith(2), StringComparison.Ordinal);
        Assert.Equal(before, place.Entries());
    }

    private Result Evaluate(params string[] arguments) =>
        Run(["evaluate", "run", "--device", "cpu", "--samples", "50", .. arguments]);

    private Result Run(params string[] arguments) => Run(new Dictionary<string, string>(), arguments);

    private Result Run(Dictionary<string, string> environment, params string[] arguments)
    {
        using Process process = Gangpu.Start(
            place, environment, ["dotnet", Path.Combine(AppContext.BaseDirectory, "GanGpu.Onnx.Cli.dll"), .. arguments],
            direct: true);
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"gangpu-onnx did not end within {Limit}.");
        }

        return new Result(process.ExitCode, output.Result, errors.Result);
    }
}
