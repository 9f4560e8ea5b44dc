using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using GanGpu.Objectives;
using GanGpu.Presets;
using GanGpu.Runs;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Serialization;

/// <summary>What is compiled of JSON, held against what reflection finds out of the same types.</summary>
public sealed class LibraryJsonTests
{
    private static readonly JsonSerializerOptions OfCheckpoints =
        new() { Converters = { new JsonStringEnumConverter() } };

    private static readonly JsonSerializerOptions OfRuns = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    public static TheoryData<string> Presets => [.. Preset.Names];

    [Theory]
    [MemberData(nameof(Presets))]
    public void Files_are_as_reflection_writes_them(string name)
    {
        Preset preset = Preset.Named(name) with { LatentSize = 7, Classes = 3 };
        string text = JsonSerializer.Serialize(preset, CheckpointJson.Named.Preset);
        Assert.Equal(JsonSerializer.Serialize(preset, OfCheckpoints), text);
        Assert.Equal(preset, CheckpointJson.ReadPreset(CheckpointJson.Parse(Utf8(text))));
        foreach (TrainingOptions options in new[] { preset.Recipe, Unusual })
        {
            text = JsonSerializer.Serialize(options, CheckpointJson.Named.TrainingOptions);
            Assert.Equal(JsonSerializer.Serialize(options, OfCheckpoints), text);
            Assert.Equal(options, CheckpointJson.ReadOptions(CheckpointJson.Parse(Utf8(text))));
        }
    }

    [Theory]
    [MemberData(nameof(Presets))]
    public void A_run_s_settings_are_as_reflection_writes_them(string name)
    {
        RunSettings settings = new()
        {
            Preset = Preset.Named(name) with { Classes = 3 },
            Options = Unusual,
            Data = "digits",
            DataCount = 100,
            Images = new() { Height = 20 },
            Sample = SampleFormat.OfImages(28, 28, 1),
            SampleEvery = 10,
            Best = "frechet",
            Sessions = [
                new RunSession {
                    DeviceAsked = "auto", Device = "cpu", DeviceDescription = "é", Precision = (MatrixPrecision)1,
                    Environment = RunEnvironment.Current(), FromStep = 0, ToStep = 10 }],
        };
        Assert.Equal(JsonSerializer.Serialize(settings, OfRuns), settings.ToJson());
        Assert.Equal(settings.ToJson(), RunJson.Runs.ReadSettings(Utf8(settings.ToJson())).ToJson());
    }

    [Fact]
    public void Figures_that_are_no_numbers_are_texts_and_come_back()
    {
        TrainingReport report = GanReport.Of(
            7, 0.5, float.NaN, float.NegativeInfinity, 0.25f, 1, 10, TimeSpan.FromSeconds(2))
            .With(Metric.Penalty, 0.5f).With(Metric.ClassLoss, 1).With(Metric.RealClassAccuracy, 0.5f)
            with
        {
            Diagnosis = Diagnosis.ModeCollapse,
            Quality = new("frechet", 3.5),
        };
        Assert.Equal(
            """
            {"step":7,"epoch":0.5,"steps_per_second":10,"elapsed_seconds":2,"diagnosis":"mode-collapse",
            "quality_measure":"frechet","quality":3.5,"d_loss":"NaN","g_loss":"-Infinity","d_real_accuracy":0.25,
            "d_fake_accuracy":1,"d_penalty":0.5,"d_class_loss":1,"d_real_class_accuracy":0.5}
            """.ReplaceLineEndings(""),
            report.ToJson());
    }

    [Fact]
    public void What_follows_from_a_preset_is_not_written_and_is_read_of_earlier_files()
    {
        foreach (string name in Preset.Names)
        {
            JsonObject written = JsonSerializer.SerializeToNode(Preset.Named(name), CheckpointJson.Named.Preset)!.AsObject();
            Assert.DoesNotContain("Recipe", written.Select(member => member.Key));
            Assert.DoesNotContain("ClassUse", written.Select(member => member.Key));
            written["Recipe"] = new JsonObject { ["BatchSize"] = 7 };
            written["ClassUse"] = "None";
            Assert.Equal(Preset.Named(name), CheckpointJson.ReadPreset(written));
        }
    }

    [Fact]
    public void What_a_file_leaves_out_is_as_by_default()
    {
        foreach (string name in Preset.Names)
            Assert.Equal(Preset.Named(name), CheckpointJson.ReadPreset(CheckpointJson.Parse(Utf8($$"""{"name":"{{name}}"}"""))));
        Assert.Equal(
            new MlpPreset { LatentSize = 5 },
            CheckpointJson.ReadPreset(CheckpointJson.Parse("""{"LatentSize":5,"name":"mlp"}"""u8)));
        Assert.Equal(new TrainingOptions(), CheckpointJson.ReadOptions(CheckpointJson.Parse("{}"u8)));
        Assert.Equal(
            new TrainingOptions { Penalty = new() { R1 = 2 } },
            CheckpointJson.ReadOptions(CheckpointJson.Parse("""{"Penalty":{"R1":2}}"""u8)));
        Assert.Equal(
            new TrainingOptions { DiscriminatorOptimizer = new SgdOptions() },
            CheckpointJson.ReadOptions(CheckpointJson.Parse("""{"DiscriminatorOptimizer":{"kind":"sgd"}}"""u8)));
    }

    private static TrainingOptions Unusual => new()
    {
        BatchSize = 3,
        Seed = ulong.MaxValue,
        Latent = NoiseDistribution.Uniform,
        Loss = AdversarialLossKind.RelativisticPairing,
        Penalty = new() { R1 = 0.1, R2 = 1e-30, Interval = 16 },
        Packing = 3,
        Augmentation = Augmentation.Color | Augmentation.Cutout,
        GeneratorOptimizer = new RmsPropOptions { Average = new(0.5, 0.25), Decay = new(1, 2) },
        DiscriminatorOptimizer = new SgdOptions(0.1, 0.9, true) { WeightLimit = 0.01, GradientNormLimit = 5 },
        HorizontalFlip = true,
        ReportEvery = 7,
    };

    private static byte[] Utf8(string text) => System.Text.Encoding.UTF8.GetBytes(text);
}
