using System.Text;
using GanGpu.Checkpoints;
using GanGpu.Tests.Training;

namespace GanGpu.Tests.Checkpoints;

public sealed class CheckpointTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gangpu-").FullName;

    private static MlpPreset Small => Preset.Mlp with
    {
        LatentSize = 8,
        GeneratorUnits = new(16, 24),
        DiscriminatorUnits = new(24, 16),
        Leak = 0.1f,
    };

    private string File => Path.Combine(folder, "checkpoint.safetensors");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Resuming_continues_bit_for_bit()
    {
        using Device device = Device.Open("cpu");
        TrainingOptions options = new()
        {
            BatchSize = 10,
            Seed = 4,
            Loss = AdversarialLossKind.Minimax,
            HorizontalFlip = true,
            GeneratorOptimizer = new AdamOptions(1e-3, 0.5),
        };
        using GanTrainer through = new(device, Small, GanTrainerTests.Bytes(95, 3, 3), options);
        for (int i = 0; i < 40; i++)
            through.Replay();

        using (GanTrainer half = new(device, Small, GanTrainerTests.Bytes(95, 3, 3), options))
        {
            for (int i = 0; i < 20; i++)
                half.Replay();
            half.Save(File);
        }

        using GanTrainer resumed = GanTrainer.Resume(device, GanTrainerTests.Bytes(95, 3, 3), File);
        Assert.Equal(20, resumed.Step);
        Assert.Equal(options, resumed.Options);
        Assert.Equal(Small, resumed.Preset);
        for (int i = 0; i < 20; i++)
            resumed.Replay();
        Assert.Equal(GanTrainerTests.Saved(through), GanTrainerTests.Saved(resumed));
    }

    [Fact]
    public void A_checkpoint_from_before_there_was_mirroring_goes_on_without()
    {
        using Device device = Device.Open("cpu");
        using (GanTrainer trainer = Trained(device))
            trainer.Save(File);
        SafeTensors file = SafeTensors.Read(File);
        string options = file.Metadata["options"];
        file.Metadata["options"] = options.Replace("\"HorizontalFlip\":false,", "", StringComparison.Ordinal);
        Assert.NotEqual(options, file.Metadata["options"]);
        using (FileStream stream = System.IO.File.Create(File))
            file.Write(stream);
        using GanTrainer resumed = GanTrainer.Resume(device, GanTrainerTests.Bytes(95, 3, 3), File);
        Assert.False(resumed.Options.HorizontalFlip);
    }

    [Fact]
    public void A_loaded_generator_draws_what_the_trained_one_draws()
    {
        using Device device = Device.Open("cpu");
        using GanTrainer trainer = Trained(device);
        trainer.Save(File);
        using (Generator loaded = Generator.Load(device, File))
            Assert.Equal(
                trainer.Generator.Sample(70, seed: 3).Values.ToArray(), loaded.Sample(70, seed: 3).Values.ToArray());
    }

    [Fact]
    public void Another_data_set_is_refused()
    {
        using Device device = Device.Open("cpu");
        using (GanTrainer trainer = Trained(device))
            trainer.Save(File);
        string message = Assert.Throws<InvalidInputException>(
            () => GanTrainer.Resume(device, GanTrainerTests.Bytes(96, 3, 3), File)).Message;
        Assert.Contains("95 samples of 3x3x1", message, StringComparison.Ordinal);
        Assert.Contains("96", message, StringComparison.Ordinal);
        Assert.Equal(0, device.LiveBuffers);
    }

    [Fact]
    public void A_file_that_was_cut_is_refused_wherever_it_was_cut()
    {
        using Device device = Device.Open("cpu");
        using (GanTrainer trainer = Trained(device))
            trainer.Save(File);
        byte[] whole = System.IO.File.ReadAllBytes(File);
        IEnumerable<int> cuts = Enumerable.Range(0, 100).Select(percent => whole.Length * percent / 100)
            .Concat(Enumerable.Range(0, 64)).Append(whole.Length - 1);
        foreach (int length in cuts)
        {
            System.IO.File.WriteAllBytes(File, whole[..length]);
            Assert.Contains(
                File, Assert.Throws<InvalidInputException>(() => Generator.Load(device, File)).Message,
                StringComparison.Ordinal);
        }

        System.IO.File.WriteAllBytes(File, [.. whole, 0]);
        Assert.Throws<InvalidInputException>(() => Generator.Load(device, File));
        Assert.Equal(0, device.LiveBuffers);
    }

    [Theory]
    [InlineData("{\"a\":{\"dtype\":\"F64\",\"shape\":[1,1],\"data_offsets\":[0,8]}}", 8, "F64")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "no matrix")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,4]}}", 4, "does not fit its shape")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1,1],\"data_offsets\":[4,8]}}", 8, "hole")]
    [InlineData(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1,1],\"data_offsets\":[0,4]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[1,1],\"data_offsets\":[0,4]}}", 4, "overlap")]
    [InlineData(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1,1],\"data_offsets\":[0,4]},"
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[1,1],\"data_offsets\":[4,8]}}", 8, "a")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[65536,65536],\"data_offsets\":[0,4]}}", 4, "")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1,1],\"data_offsets\":[0,4]}}", 5, "the tensors end")]
    [InlineData("[1]", 0, "begin with {")]
    [InlineData("{\"a\":", 0, "")]
    public void A_hostile_header_is_refused(string header, int dataBytes, string text)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        System.IO.File.WriteAllBytes(
            File, [.. BitConverter.GetBytes((ulong)json.Length), .. json, .. new byte[dataBytes]]);
        Assert.Contains(text, Assert.Throws<InvalidInputException>(() => SafeTensors.Read(File)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_of_other_bytes_than_text_or_with_no_end_of_brackets_is_refused()
    {
        string deep = "{\"a\":" + string.Concat(Enumerable.Repeat("[", 10_000))
            + string.Concat(Enumerable.Repeat("]", 10_000)) + "}";
        Refused(Encoding.UTF8.GetBytes(deep));
        Assert.Contains("UTF-8", Refused([.. "{\"a"u8, 0xC3, 0x28, .. "\":1}"u8]), StringComparison.Ordinal);
        Refused("{\"__metadata__\":{\"a\":1}}"u8.ToArray());
        Refused("{\"__metadata__\":[]}"u8.ToArray());

        string Refused(byte[] json)
        {
            System.IO.File.WriteAllBytes(File, [.. BitConverter.GetBytes((ulong)json.Length), .. json]);
            return Assert.Throws<InvalidInputException>(() => SafeTensors.Read(File)).Message;
        }
    }

    [Fact]
    public void A_claim_of_much_data_takes_no_memory()
    {
        const string Header = "{\"a\":{\"dtype\":\"F32\",\"shape\":[23000,23000],\"data_offsets\":[0,2116000000]}}";
        System.IO.File.WriteAllBytes(
            File, [.. BitConverter.GetBytes((ulong)Header.Length), .. Encoding.UTF8.GetBytes(Header), 0, 0, 0, 0]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidInputException>(() => SafeTensors.Read(File));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(7UL)]
    [InlineData(1UL << 63)]
    [InlineData(100_000_001UL)]
    public void A_hostile_header_length_is_refused(ulong length)
    {
        System.IO.File.WriteAllBytes(File, [.. BitConverter.GetBytes(length), .. "{}"u8]);
        Assert.Throws<InvalidInputException>(() => SafeTensors.Read(File));
    }

    [Fact]
    public void A_file_of_another_program_is_refused_by_its_format()
    {
        SafeTensors file = new();
        file.Add("weight", new GanGpu.Networks.Shape(1, 2), [1f, 2f]);
        using (FileStream stream = System.IO.File.Create(File))
            file.Write(stream);
        Assert.True(SafeTensors.Read(File).TryGet("weight", out _, out ReadOnlySpan<float> values));
        Assert.Equal([1f, 2f], values.ToArray());
        using Device device = Device.Open("cpu");
        Assert.Contains(
            "no checkpoint", Assert.Throws<InvalidInputException>(() => Generator.Load(device, File)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "can't be read", Assert.Throws<InvalidInputException>(() => Generator.Load(device, File + "-missing"))
            .Message, StringComparison.Ordinal);
    }

    private static GanTrainer Trained(Device device)
    {
        GanTrainer trainer = new(device, Small, GanTrainerTests.Bytes(95, 3, 3), new() { BatchSize = 10 });
        for (int i = 0; i < 5; i++)
            trainer.Replay();
        return trainer;
    }
}
