using System.Text.Json.Nodes;
using GanGpu.Tests.Data;
using GanGpu.Tests.Support;
using GanGpu.Training;

namespace GanGpu.Tests.Checkpoints;

/// <summary>
/// Checkpoints that say something else than their trainer wrote, without checksums. Each is taken or gets one sentence.
/// What a file may cost is measured in allocated bytes and in the thread's own time on a processor, which no other work
/// of the machine changes.
/// </summary>
public sealed class HostileCheckpointTests : IDisposable
{
    private const int LongestSentence = 500;

    private const long MostMemory = 64L << 20;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private static readonly string[] Values =
        ["null", "-1", "0", "2147483647", "1e300", "-1e-300", "\"text\"", "[]", "[1]", "{}", "true"];

    private readonly TempFolder folder = new();

    private readonly Device device = Device.Open("cpu", new() { Threads = 1 });

    private DataSet? dataSet;

    public static TheoryData<string> Presets => [.. Preset.Names];

    public void Dispose()
    {
        device.Dispose();
        folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Presets))]
    public void Whatever_stands_in_the_settings_is_taken_or_gets_one_sentence(string name)
    {
        EditedCheckpoint checkpoint = Saved(name);
        int taken = 0, refused = 0;
        // The options are the same record for all presets.
        foreach (string part in name == "mlp" ? ["preset", "sample", "options"] : new[] { "preset", "sample" })
        {
            // Of the recipe nothing is read.
            foreach (string[] path in Paths(checkpoint.Settings(part), []).Where(path => path[0] != "Recipe"))
            {
                foreach (string? value in Values.Append(null))
                    Count(Read(checkpoint.With(part, Changed(checkpoint.Settings(part), path, value))));
            }
        }

        (int leastRefused, int leastTaken) = name == "mlp" ? (200, 50) : (20, 0);
        Assert.True(refused > leastRefused
            && taken > leastTaken, $"{refused} were refused, {taken} taken: the changes show nothing.");
        Assert.Equal(0, device.LiveBuffers);

        void Count(string? sentence)
        {
            if (sentence is null)
                taken++;
            else
                refused++;
        }
    }

    [Theory]
    [InlineData("mlp", "sample", "{}")]
    [InlineData("mlp", "sample", "null")]
    [InlineData("mlp", "sample", """{"Height":-1,"Width":8,"Channels":1,"Length":-8}""")]
    [InlineData("mlp", "sample", """{"Height":40000,"Width":40000,"Channels":1}""")]
    [InlineData("mlp", "sample", """{"Height":2147483647,"Width":2147483647,"Channels":2147483647}""")]
    [InlineData("dcgan", "sample", """{"Height":1073741824,"Width":1,"Channels":1}""")]
    [InlineData("mlp", "preset", "null")]
    [InlineData("mlp", "preset", "[]")]
    [InlineData("mlp", "preset", """{"name":"mlp","LatentSize":0}""")]
    [InlineData("mlp", "preset", """{"name":"mlp","Leak":-0.2}""")]
    [InlineData("mlp", "preset", """{"name":"mlp","KernelInitializer":{"Kind":77,"Scale":0}}""")]
    [InlineData("mlp", "preset", """{"name":"mlp","name":"dcgan"}""")]
    [InlineData("mlp", "preset", """{"name":"own","Type":"Mine","LatentSize":16}""")]
    [InlineData("mlp", "preset", """{"LatentSize":16}""")]
    [InlineData("dcgan", "preset", """{"name":"dcgan","BaseChannels":0}""")]
    [InlineData("dcgan", "preset", """{"name":"dcgan","BaseChannels":2147483647}""")]
    [InlineData("toy-2d", "preset", """{"name":"toy-2d","HiddenLayers":3000000,"Units":1}""")]
    [InlineData("toy-2d", "preset", """{"name":"toy-2d","HiddenLayers":1000,"Units":1048576}""")]
    [InlineData("cgan", "preset", """{"name":"cgan","BaseUnits":4}""")]
    [InlineData("cgan", "preset", """{"name":"cgan","BaseUnits":4,"Classes":2000000000}""")]
    [InlineData("sgan", "preset", """{"name":"sgan","BaseUnits":4,"Classes":9}""")]
    [InlineData("mlp", "options", "null")]
    [InlineData("mlp", "options", """{"Penalty":null}""")]
    [InlineData("mlp", "options", """{"GeneratorOptimizer":null}""")]
    [InlineData("mlp", "options", """{"GeneratorOptimizer":{"kind":"newton"}}""")]
    [InlineData("mlp", "options", """{"Latent":"Cauchy"}""")]
    [InlineData("mlp", "options", """{"BatchSize":2147483647}""")]
    [InlineData("mlp", "data_count", "-1")]
    [InlineData("mlp", "data_count", "99999999999999999999")]
    [InlineData("mlp", "step", "-1")]
    [InlineData("mlp", "step", "9223372036854775807")]
    [InlineData("mlp", "format", "gangpu-checkpoint-\u001b[2J")]
    public void A_checkpoint_of_impossible_settings_is_refused(string preset, string part, string text) =>
        Assert.NotNull(Read(Saved(preset).With(part, text)));

    [Theory]
    [InlineData("preset")]
    [InlineData("options")]
    [InlineData("sample")]
    [InlineData("data_count")]
    [InlineData("step")]
    [InlineData("format")]
    public void A_text_of_a_megabyte_is_not_repeated(string part)
    {
        EditedCheckpoint checkpoint = Saved("mlp");
        string name = new('x', 1 << 20);
        foreach (
            string text in new[] {
                name, $"\"{name}\"", $"{{\"{name}\":1}}", $"{{\"name\":\"{name}\"}}",
                $"{{\"name\":\"mlp\",\"{name}\":1}}", $"{{\"name\":\"own\",\"Type\":\"{name}\",\"LatentSize\":1}}" })
            Assert.NotNull(Read(checkpoint.With(part, text)));
    }

    [Fact]
    public void Of_many_missing_tensors_the_first_are_named_and_the_others_counted()
    {
        string sentence = Read(Saved("toy-2d").With("preset", """{"name":"toy-2d","HiddenLayers":1000,"Units":4}"""))!;
        Assert.Matches("'generator.dense3.weight' of 4x4 is missing; .* … and 3,98[0-9] more", sentence);
    }

    [Fact]
    public void A_preset_that_a_program_makes_is_held_against_the_same_ranges()
    {
        DataSet data = DataOf("mlp");
        foreach (Preset preset in new Preset[]
        {
            new MlpPreset { LatentSize = 0 }, new MlpPreset { GeneratorUnits = default },
                new MlpPreset { Leak = float.NaN }, new DcganPreset { BaseChannels = 0 },
            new Toy2dPreset { HiddenLayers = -1 }, new WganPreset { BaseUnits = int.MaxValue },
            new AcganPreset { DiscriminatorClassWeight = -1 },
        })
        {
            string sentence = Assert.Throws<InvalidInputException>(
                () => new GanTrainer(device, preset, data, new() { BatchSize = 4 })).Message;
            Assert.Contains(preset.GetType().Name, sentence, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_checkpoint_with_any_bit_of_its_header_changed_or_cut_anywhere_is_taken_or_gets_one_sentence()
    {
        byte[] whole = Saved("toy-2d").With("data_count", "16");
        int header = whole.Length - (int)new FileInfo(folder.At("saved")).Length + (1 << 12);
        for (int bit = 0; bit < 8 * Math.Min(whole.Length, Math.Max(header, 1 << 12)); bit += 11)
        {
            byte[] file = (byte[])whole.Clone();
            file[bit / 8] ^= (byte)(1 << (bit % 8));
            Read(file);
        }

        for (int length = 0; length < whole.Length; length += 1 + (whole.Length / 300))
            Assert.NotNull(Read(whole[..length]));
    }

    /// <summary>What is said of a file; null where it is taken, by all that reads checkpoints.</summary>
    private string? Read(byte[] file)
    {
        string path = folder.At("hostile");
        File.WriteAllBytes(path, file);
        string? loading = Sentence(() => Generator.Load(device, path).Dispose());
        string? resuming = Sentence(() => GanTrainer.Resume(device, dataSet!, path).Dispose());
        Sentence(() => Checkpoint.Read(path));
        return loading ?? resuming;

        string? Sentence(Action read)
        {
            long memory = GC.GetAllocatedBytesForCurrentThread();
            TimeSpan begin = ThreadTime.Now;
            try
            {
                read();
                return null;
            }
            catch (InvalidInputException e)
            {
                Assert.InRange(e.Message.Length, 20, LongestSentence + path.Length);
                Assert.DoesNotContain(e.Message, char.IsControl);
                return e.Message;
            }
            finally
            {
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - memory, 0, MostMemory);
                Assert.InRange(ThreadTime.Now - begin, TimeSpan.Zero, Longest);
            }
        }
    }

    private EditedCheckpoint Saved(string name)
    {
        dataSet = DataOf(name);
        TrainingOptions options = Preset.Named(name).Recipe with { BatchSize = 4, Seed = 3 };
        using (GanTrainer trainer = new(device, Small(name), dataSet, options))
            trainer.Save(folder.At("saved"));
        return new EditedCheckpoint(folder.At("saved"));
    }

    private static DataSet DataOf(string name) => name == "toy-2d"
        ? DataSet.FromValues("points", (float[])[.. Enumerable.Range(0, 32).Select(i => i / 32f)], 16, 2)
        : DataSet.FromBytes(
            "grey", (byte[])[.. Enumerable.Range(0, 16 * 64).Select(i => (byte)i)], 16, 8, 8, 1,
            (byte[])[.. Enumerable.Range(0, 16).Select(i => (byte)(i % 3))]);

    private static Preset Small(string name) => Preset.Named(name) switch
    {
        MlpPreset mlp => mlp with { LatentSize = 16, GeneratorUnits = new(4, 4), DiscriminatorUnits = new(4, 4) },
        DcganPreset dcgan => dcgan with { BaseChannels = 2 },
        WganGpPreset wgan => wgan with { BaseChannels = 2 },
        SnganPreset sngan => sngan with { BaseChannels = 2, Conditional = true },
        R3ganPreset r3gan => r3gan with { BaseChannels = 2 },
        AcganPreset acgan => acgan with { BaseChannels = 1 },
        CganPreset cgan => cgan with { BaseUnits = 4 },
        SganPreset sgan => sgan with { BaseUnits = 4 },
        WganPreset wgan => wgan with { BaseUnits = 4 },
        Toy2dPreset toy => toy with { Units = 4, HiddenLayers = 2 },
        Preset other => other,
    };

    private static IEnumerable<string[]> Paths(JsonObject settings, string[] above)
    {
        foreach ((string name, JsonNode? value) in settings)
        {
            string[] path = [.. above, name];
            yield return path;
            if (value is JsonObject inner)
            {
                foreach (string[] further in Paths(inner, path))
                    yield return further;
            }
        }
    }

    private static string Changed(JsonObject settings, string[] path, string? value)
    {
        JsonObject place = path[..^1].Aggregate(settings, (part, name) => part[name]!.AsObject());
        if (value is null)
            place.Remove(path[^1]);
        else
            place[path[^1]] = JsonNode.Parse(value);
        return settings.ToJsonString();
    }
}
