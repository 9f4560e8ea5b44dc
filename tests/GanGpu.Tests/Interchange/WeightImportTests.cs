using System.Runtime.InteropServices;
using GanGpu.Checkpoints;
using GanGpu.Onnx.Tests;
using GanGpu.PyTorch;
using GanGpu.Tests.Data;
using GanGpu.Tests.Support;
using GanGpu.Training;

namespace GanGpu.Tests.Interchange;

public sealed class WeightImportTests : IDisposable
{
    private static readonly SampleFormat Small = SampleFormat.OfImages(12, 12, 1);

    private readonly TempFolder folder = new();
    private readonly Device device = Device.Open("cpu");

    public static TheoryData<string, int, int, int> Cases =>
        new(TrainedCheckpoint.Cases.Select(
            one => (one.Name, one.Sample.Height, one.Sample.Width, one.Sample.Channels)));

    public void Dispose()
    {
        device.Dispose();
        folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_was_exported_comes_back_to_the_bit(string name, int height, int width, int channels)
    {
        SampleFormat sample = SampleFormat.OfImages(height, width, channels);
        TrainedCheckpoint.Write(device, At("checkpoint"), name, sample);
        TorchWeights.WriteGenerator(At("checkpoint"), At("g"));
        bool judges = TrainedCheckpoint.PresetOf(name) is GanPreset;
        if (judges)
            TorchWeights.WriteDiscriminator(At("checkpoint"), At("d"));
        ImportedWeights imported =
            WeightImport.Import(At("g"), At("imported"), new() { Discriminator = judges ? At("d") : null });
        Preset preset = TrainedCheckpoint.PresetOf(name) with { Classes = imported.Preset.Classes };
        // The data has decided.
        Assert.Equal(preset is QuickPreset quick ? quick with { Conditional = sample.Modality != SampleFormat.Points }
            : preset, imported.Preset);
        Assert.Equal((sample, WeightLayout.PyTorch), (imported.Sample, imported.Layout));

        using (Generator trained = Generator.Load(device, At("checkpoint")),
            loaded = Generator.Load(device, At("imported")))
        {
            Assert.Equal(trained.LatentDistribution, loaded.LatentDistribution);
            Assert.Equal(trained.Sample(20, 3).Values.ToArray(), loaded.Sample(20, 3).Values.ToArray());
        }

        // Spectrally normalised weights have been divided by their norm, and are so again, by one of nearly 1.
        bool spectral = name.StartsWith("sngan", StringComparison.Ordinal);
        AssertSameTensors("generator.");
        if (judges)
            AssertSameDiscriminator();

        // And what is exported again is the same, but for the steps of the training, which are not known any more.
        TorchWeights.WriteGenerator(At("imported"), At("again"));
        Assert.Equal(
            TensorBytes.Read(At("g")).Tensors.Where(tensor => tensor.Type == "F32")
                .Select(tensor => (tensor.Name, Convert.ToHexString(tensor.Bytes))),
            TensorBytes.Read(At("again")).Tensors.Where(tensor => tensor.Type == "F32")
                .Select(tensor => (tensor.Name, Convert.ToHexString(tensor.Bytes))));

        void AssertSameDiscriminator()
        {
            if (!spectral)
                AssertSameTensors("discriminator.");
            float[] samples = [.. Enumerable.Range(0, 4 * sample.Length).Select(i => MathF.Sin(i * 0.3f))];
            long[] classes = [2, 0, 1, 1];
            float[] before = DiscriminatorReference.Of(device, At("checkpoint"), samples, classes).Logits,
                after = DiscriminatorReference.Of(device, At("imported"), samples, classes).Logits;
            if (spectral)
                Assert.All(before.Zip(after), pair => Assert.InRange(pair.Second / pair.First, 0.5f, 2f));
            else
                Assert.Equal(before, after);
        }
    }

    [Fact]
    public void Spectrally_normalised_weights_are_of_norm_one_after_an_import()
    {
        TrainedCheckpoint.Write(device, At("checkpoint"), "sngan", Small);
        TorchWeights.WriteGenerator(At("checkpoint"), At("g"));
        TorchWeights.WriteDiscriminator(At("checkpoint"), At("d0"));
        for (int i = 0; i < 2; i++)
        {
            WeightImport.Import(At("g"), At("imported"), new() { Discriminator = At($"d{i}") });
            TorchWeights.WriteDiscriminator(At("imported"), At($"d{i + 1}"));
        }

        // The first import has found the norms; divided by them, the second finds 1 and changes nothing.
        foreach (
            (TensorBytes once, TensorBytes twice) in TensorBytes.Read(At("d1"))
            .Tensors.Zip(TensorBytes.Read(At("d2")).Tensors))
            Assert.All(once.Values.Zip(twice.Values), pair => Assert.InRange(pair.Second - pair.First, -1e-6f, 1e-6f));
        // A layer that has one output has one singular value, its length.
        TensorBytes logit = TensorBytes.Read(At("d1")).Tensors[^1];
        Assert.Equal(1, Math.Sqrt(logit.Values.Sum(value => (double)value * value)), 1e-6);
        Assert.Equal([1, 4], logit.Shape);
    }

    [Theory]
    [InlineData("mlp")]
    [InlineData("dcgan")]
    public void Discriminators_of_packed_samples_come_back_too(string name)
    {
        TrainedCheckpoint.Write(device, At("checkpoint"), name, SampleFormat.OfImages(9, 14, 3), packing: 3);
        TorchWeights.WriteGenerator(At("checkpoint"), At("g"));
        TorchWeights.WriteDiscriminator(At("checkpoint"), At("d"));
        WeightImport.Import(At("g"), At("imported"), new() { Discriminator = At("d") });
        AssertSameTensors("discriminator.");
        long[] first = TensorBytes.Read(At("d"))
            .Tensors.First(tensor => tensor.Name.EndsWith("0.weight", StringComparison.Ordinal)
                || tensor.Name == "1.weight").Shape;
        Assert.Equal(9, name == "mlp" ? first[1] / (9 * 14) : first[1]);
    }

    [Theory]
    [InlineData("mlp")]
    [InlineData("dcgan")]
    [InlineData("wgan-gp")]
    [InlineData("acgan")]
    [InlineData("r3gan")]
    public void Kerass_layouts_give_the_same_samples(string name)
    {
        TrainedCheckpoint.Write(device, At("checkpoint"), name, Small);
        WriteAsKeras(name, At("keras"));
        ImportedWeights imported = WeightImport.Import(
            At("keras"), At("imported"),
            new()
            {
                Preset = TrainedCheckpoint.PresetOf(name) with { Classes = name == "acgan" ? 3 : 0 },
                Sample = Small
            });
        Assert.Equal(WeightLayout.Keras, imported.Layout);
        using Generator trained = Generator.Load(device, At("checkpoint")),
            loaded = Generator.Load(device, At("imported"));
        Assert.Equal(trained.Sample(20, 3).Values.ToArray(), loaded.Sample(20, 3).Values.ToArray());
    }

    [Fact]
    public void Names_may_have_a_prefix_and_the_file_need_not_say_what_it_is()
    {
        TrainedCheckpoint.Write(device, At("checkpoint"), "dcgan", SampleFormat.OfImages(64, 64, 3));
        TorchWeights.WriteGenerator(At("checkpoint"), At("g"));
        // As PyTorch's example saves its generator, whose network is a member "main"; and without the counts, which old
        // files lack.
        File.WriteAllBytes(
            At("main"),
            TensorBytes.File(
                TensorBytes.Read(At("g")).Tensors.Where(tensor => tensor.Type == "F32")
                .Select(tensor => tensor with { Name = "main." + tensor.Name })));
        WeightImportOptions options = new()
        {
            Preset = TrainedCheckpoint.PresetOf("dcgan"),
            Sample = SampleFormat.OfImages(64, 64, 3),
            Latent = NoiseDistribution.Uniform,
        };
        WeightImport.Import(At("main"), At("imported"), options);
        Assert.Equal(NoiseDistribution.Uniform, Checkpoint.Read(At("imported")).Options.Latent);
        WeightImport.Import(At("main"), At("imported"), options with { Latent = null });
        using Generator trained = Generator.Load(device, At("checkpoint")),
            loaded = Generator.Load(device, At("imported"));
        Assert.Equal(trained.Sample(20, 3).Values.ToArray(), loaded.Sample(20, 3).Values.ToArray());

        Assert.Contains(
            "say which preset", Refusal(At("main"), options with { Preset = null }), StringComparison.Ordinal);
        Assert.Contains("how large its samples are", Refusal(At("main"), options with { Sample = null }),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Other_floating_point_types_are_converted()
    {
        TensorBytes[] tensors = ExportedMlp();
        foreach ((string type, Func<float, byte[]> bytes, float tolerance) in new (string, Func<float, byte[]>, float)[]
        {
            ("F64", value => BitConverter.GetBytes((double)value), 0f),
            ("F16", value => BitConverter.GetBytes((Half)value), 1e-3f),
            ("BF16", value => BitConverter.GetBytes((ushort)(BitConverter.SingleToUInt32Bits(value) >> 16)), 8e-3f),
        })
        {
            File.WriteAllBytes(
                At("typed"),
                TensorBytes.File(
                    tensors.Select(
                        tensor => tensor with { Type = type, Bytes = [.. tensor.Values.SelectMany(bytes)] })));
            WeightImport.Import(At("typed"), At("imported"), Mlp);
            TorchWeights.WriteGenerator(At("imported"), At("again"));
            foreach ((TensorBytes before, TensorBytes after) in tensors.Zip(TensorBytes.Read(At("again")).Tensors))
                Assert.All(
                    before.Values.Zip(after.Values), pair =>
                    Assert.InRange(
                        pair.Second - pair.First, -tolerance * Math.Abs(pair.First) - tolerance * 1e-4f,
                        tolerance * Math.Abs(pair.First) + tolerance * 1e-4f));
        }
    }

    [Fact]
    public void All_that_does_not_fit_is_listed_at_once()
    {
        TensorBytes[] tensors = ExportedMlp();
        TensorBytes[] wrong =
        [
            .. tensors.Where(tensor => tensor.Name != "2.bias").Select(tensor => tensor.Name switch
            {
                "0.weight" => tensor with { Shape = [100, 16] },
                "4.bias" => tensor with { Type = "I32" },
                _ => tensor,
            }),
            TensorBytes.Of("6.weight", [2, 3], new float[6]),
        ];
        File.WriteAllBytes(At("wrong"), TensorBytes.File(wrong));
        string message = Refusal(At("wrong"), Mlp);
        Assert.Contains(
            "'0.weight' is [100, 16], not [16, 100]; '2.bias' [16] is missing; '4.bias' is of type I32, not F32, " +
            "F16, BF16 or F64; '6.weight' [2, 3] is too many.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_that_are_no_numbers_are_refused()
    {
        TensorBytes[] tensors = ExportedMlp();
        float[] values = tensors[2].Values;
        values[5] = float.NaN;
        tensors[2] = TensorBytes.Of(tensors[2].Name, tensors[2].Shape, values);
        File.WriteAllBytes(At("nan"), TensorBytes.File(tensors));
        Assert.Contains(
            "'2.weight' F32 [16, 16] that are no finite numbers", Refusal(At("nan"), Mlp), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_can_run_code_are_refused_by_name_and_what_is_no_generator_too()
    {
        TrainedCheckpoint.Write(device, At("checkpoint"), "mlp", Small);
        TorchWeights.WriteGenerator(At("checkpoint"), At("g"));
        TorchWeights.WriteDiscriminator(At("checkpoint"), At("d"));
        // A pickle that would run a command if it were opened, alone and in a zip archive as torch.save writes them.
        byte[] pickle = [0x80, 0x02, .. "cposix\nsystem\nX\x0f\0\0\0touch /tmp/pwned\x85R."u8];
        File.WriteAllBytes(At("model.pkl"), pickle);
        File.WriteAllBytes(At("model.pt"), [.. "PK\u0003\u0004"u8, .. pickle]);
        File.WriteAllBytes(At("old.pth"), "(lp0\n."u8.ToArray());
        File.WriteAllBytes(At("model.h5"), [0x89, .. "HDF\r\n\u001a\n"u8, 0, 0, 0, 0]);
        Assert.All(
            ["model.pkl", "model.pt", "old.pth"], file =>
            Assert.Contains(
                "may run any code and is never opened; only safetensors files are read. Convert it with PyTorch: " +
                "safetensors.torch.save_file(", Refusal(At(file)), StringComparison.Ordinal));
        Assert.Contains("a Python pickle,", Refusal(At("model.pkl")), StringComparison.Ordinal);
        Assert.Contains("a zip archive", Refusal(At("model.pt")), StringComparison.Ordinal);
        Assert.Contains("is an HDF5 file", Refusal(At("model.h5")), StringComparison.Ordinal);
        Assert.Contains("checkpoint of GanGpu already", Refusal(At("checkpoint")), StringComparison.Ordinal);
        Assert.Contains("holds a discriminator", Refusal(At("d")), StringComparison.Ordinal);
        Assert.Contains(
            "holds a generator", Refusal(At("g"), new() { Discriminator = At("g") }), StringComparison.Ordinal);
        Assert.Contains("is not there", Refusal(At("absent")), StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_files_give_an_error_and_no_checkpoint()
    {
        TensorBytes[] tensors = ExportedMlp();
        byte[] file = File.ReadAllBytes(At("g"));
        int header = 8 + BitConverter.ToInt32(file);
        // Cut at each byte of the header, and at each hundredth of the rest.
        for (int length = 0; length < file.Length; length += length < header ? 1 : file.Length / 100)
        {
            File.WriteAllBytes(At("cut"), file[..length]);
            Refusal(At("cut"));
        }

        // A header that is another one by chance may still be right; but nothing else than an error or a checkpoint
        // comes of it.
        Random random = new(5);
        for (int i = 0; i < 1500; i++)
        {
            byte[] flipped = [.. file];
            flipped[random.Next(header)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(At("flipped"), flipped);
            try
            {
                WeightImport.Import(At("flipped"), At("imported"));
            }
            catch (InvalidInputException)
            {
            }
        }

        File.Delete(At("imported"));
        const string One = "\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]";
        string[] headers =
        [
            "[]", "{\"a\":{" + One + "},\"a\":{" + One + "}}", "{\"a\":{" + One + ",\"more\":1}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,4]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}",
            "{\"a\":{\"dtype\":\"X\",\"shape\":[1],\"data_offsets\":[0,4]}}", "{\"a\":{" + One + "},\"b\":{" + One
                + "}}", "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[1,5]}}",
            "{\"__metadata__\":{\"a\":1},\"a\":{" + One + "}}", "{\"a\":" + string.Concat(Enumerable.Repeat("[", 100)),
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
        ];
        foreach (string text in headers)
        {
            File.WriteAllBytes(At("hostile"), TensorBytes.File(text, new byte[4]));
            Assert.Contains("is no usable safetensors file", Refusal(At("hostile"), Mlp), StringComparison.Ordinal);
        }

        File.WriteAllBytes(
            At("hostile"), TensorBytes.File("{\"__metadata__\":{\"a\":1},\"a\":{" + One + "}}", new byte[4]));
        Assert.Contains("its metadata 'a' is no text", Refusal(At("hostile"), Mlp), StringComparison.Ordinal);

        // A preset in the file that would make networks without end.
        foreach (
            string preset in new[] {
                "{\"name\":\"toy-2d\",\"HiddenLayers\":2000000000}", "{\"name\":\"dcgan\",\"BaseChannels\":2000000000}",
                "{\"name\":\"mlp\",\"LatentSize\":-1}", "{\"name\":\"none\"}", "{" })
        {
            File.WriteAllBytes(
                At("hostile"),
                TensorBytes.File(
                    tensors, ("gangpu.preset", preset),
                    ("gangpu.sample", "{\"Height\":64,\"Width\":64,\"Channels\":3}")));
            Refusal(At("hostile"));
        }

        Assert.False(File.Exists(At("imported")));
    }

    [Fact]
    public void A_file_of_very_many_tensors_is_refused_at_once_with_a_short_message()
    {
        Time(1_000);
        (TimeSpan few, long fewBytes) = Time(10_000);
        (TimeSpan many, long manyBytes) = Time(100_000);
        // Ten times as many take ten times as long; where each is compared with every other, a hundred times.
        Assert.InRange(many / few, 0, 40);
        Assert.InRange((double)manyBytes / fewBytes, 0, 15);

        (TimeSpan, long) Time(int count)
        {
            string entries = string.Join(
                ',', Enumerable.Range(0, count)
                .Select(i =>
                    FormattableString.Invariant(
                        $"\"t{i}\\n\":{{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}")));
            File.WriteAllBytes(At("many"), TensorBytes.File("{" + entries + "}", []));
            string message = "";
            long before = GC.GetAllocatedBytesForCurrentThread();
            TimeSpan time = ThreadTime.Of(() => message = Refusal(At("many"), Mlp));
            long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.Matches(@"'t[0-9]+\?' \[0\] is too many … and [0-9,]+ more", message);
            Assert.InRange(message.Length, 100, 600);
            return (time, bytes);
        }
    }

    [Fact]
    public void Imported_weights_are_not_trained_further()
    {
        ExportedMlp();
        WeightImport.Import(At("g"), At("imported"));
        Assert.Contains(
            "imported without a discriminator",
            Assert.Throws<InvalidInputException>(() => TorchWeights.WriteDiscriminator(At("imported"), At("refused")))
            .Message, StringComparison.Ordinal);
        string message = Assert.Throws<InvalidInputException>(
            () => GanTrainer.Resume(device, DataSource.Open("digits"), At("imported"))).Message;
        Assert.Contains("can't be resumed", message, StringComparison.Ordinal);
    }

    private static WeightImportOptions Mlp => new() { Preset = TrainedCheckpoint.PresetOf("mlp"), Sample = Small };

    private string At(string name) => folder.At(name);

    private TensorBytes[] ExportedMlp()
    {
        TrainedCheckpoint.Write(device, At("checkpoint"), "mlp", Small);
        TorchWeights.WriteGenerator(At("checkpoint"), At("g"));
        return [.. TensorBytes.Read(At("g")).Tensors];
    }

    private string Refusal(string path, WeightImportOptions? options = null)
    {
        string message =
            Assert.ThrowsAny<InvalidInputException>(() => WeightImport.Import(path, At("refused"), options)).Message;
        Assert.False(File.Exists(At("refused")));
        return message;
    }

    /// <summary>
    /// The tensors of both checkpoints' networks, of the generator those that samples are drawn with.
    /// </summary>
    private void AssertSameTensors(string network)
    {
        Dictionary<string, float[]> trained = SafeTensors.Read(At("checkpoint"))
            .Tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.Values);
        (string Name, float[] Values)[] imported = [
            .. SafeTensors.Read(At("imported"))
            .Tensors.Where(tensor => tensor.Name.StartsWith(network, StringComparison.Ordinal))];
        Assert.NotEmpty(imported);
        foreach ((string name, float[] values) in imported)
        {
            float[] before = trained.GetValueOrDefault(network == "generator." ? name + ".average" : name)
                ?? trained[name];
            Assert.Equal(
                MemoryMarshal.AsBytes<float>(before).ToArray(), MemoryMarshal.AsBytes<float>(values).ToArray());
        }
    }

    /// <summary>
    /// The checkpoint's generator as Keras would store it: dense kernels [inputs, outputs], convolutions' [height,
    /// width, inputs, outputs], those of transposed convolutions [height, width, outputs, inputs], under numbers as a
    /// program has them that made other models before.
    /// </summary>
    private void WriteAsKeras(string name, string path)
    {
        Dictionary<string, int> numbers = [];
        Dictionary<string, string> layers = [];
        List<TensorBytes> tensors = [];
        Dictionary<string, float[]> values = SafeTensors.Read(At("checkpoint"))
            .Tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.Values);
        (_, IReadOnlyList<TensorBytes> stored) = TensorBytes.Read(At("checkpoint"));
        foreach (
            TensorBytes tensor in stored.Where(
                tensor => tensor.Name.StartsWith("generator.", StringComparison.Ordinal)))
        {
            bool state = tensor.Name.EndsWith(".state", StringComparison.Ordinal),
                averaged = tensor.Name.EndsWith(".average", StringComparison.Ordinal);
            string plain = tensor.Name["generator.".Length..].Replace(".state", "", StringComparison.Ordinal)
                .Replace(".average", "", StringComparison.Ordinal);
            if (plain.Contains(".adam", StringComparison.Ordinal)
                || (!state && !averaged && values.ContainsKey(tensor.Name + ".average")))
                continue;
            string layer = plain[..plain.LastIndexOf('.')], what = plain[(layer.Length + 1)..];
            string last = layer.Split('.')[^1];
            bool norm = last.StartsWith("norm", StringComparison.Ordinal),
                transposed = last.StartsWith("deconv", StringComparison.Ordinal)
                || (last == "image" && name is "dcgan" or "wgan-gp");
            bool dense = last.StartsWith("dense", StringComparison.Ordinal)
                || last is "project" or "basis", embedding = last == "classes";
            string type = norm ? "batch_normalization" : embedding ? "embedding" : dense ? "dense" : transposed
                ? "conv2d_transpose" : "conv2d";
            if (!layers.TryGetValue(layer, out string? keras))
                layers.Add(layer, keras = $"generator/{type}_{numbers[type] = numbers.GetValueOrDefault(type, 3) + 1}");
            int kernel = name switch { "dcgan" => 4, "wgan-gp" => 5, "acgan" => 3, _ => last == "conv2" ? 3 : 1 };
            long rows = tensor.Shape[0], columns = tensor.Shape[1];
            (string tail, long[] shape) = (norm, what) switch
            {
                (true, "weight") => ("gamma", new[] { columns }),
                (true, "bias") => ("beta", [columns]),
                (true, "running_mean") => ("moving_mean", [columns]),
                (true, _) => ("moving_variance", [columns]),
                (_, "bias") => ("bias", [columns]),
                _ when embedding => ("embeddings", [rows, columns]),
                _ when dense => ("kernel", [rows, columns]),
                _ => ("kernel", [kernel, kernel, rows / (kernel * kernel), columns]),
            };
            tensors.Add(tensor with { Name = $"{keras}/{tail}:0", Shape = shape });
        }

        File.WriteAllBytes(path, TensorBytes.File(tensors));
    }
}
