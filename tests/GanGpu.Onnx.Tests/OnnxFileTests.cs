using GanGpu.Networks;
using GanGpu.OnnxExport;
using GanGpu.Tests.Support;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace GanGpu.Onnx.Tests;

/// <summary>ONNX Runtime gives the numbers that GanGpu gives, of every preset.</summary>
public sealed class OnnxFileTests : IDisposable
{
    private const float Tolerance = 1e-5f;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gangpu-onnx-");

    public static TheoryData<string, int, int, int> Presets =>
        new(Preset.Names.Where(name => name != "toy-2d").SelectMany(name => new[]
    {
        (name, 12, 12, 1),
        // Odd sides, which grow and are cut off, and several channels.
        (name, 9, 14, 3),
    }).Append(("toy-2d", 1, 2, 1)).Append(("sngan-conditional", 12, 12, 3)).Append(("dcgan", 28, 28, 1)));

    /// <summary>Those that have a discriminator.</summary>
    public static TheoryData<string, int, int, int> Gans =>
        new(Presets.Select(row => row.Data).Where(row => row.Item1 != "vae"));

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Presets))]
    public void A_generator_draws_the_same_samples(string preset, int height, int width, int channels)
    {
        using Device device = Device.Open("cpu");
        string checkpoint = Train(device, preset, height, width, channels, packing: 1), file = At("generator.onnx");
        OnnxFile.WriteGenerator(checkpoint, file);

        using Generator generator = Generator.Load(device, checkpoint);
        using InferenceSession session = new(file);
        // Two batches of different sizes: the batch is open.
        foreach (int count in new[] { 1, 7 })
        {
            float[] latents = generator.Latents(count, 5);
            List<NamedOnnxValue> inputs = [
                NamedOnnxValue.CreateFromTensor(
                    "latent", new DenseTensor<float>(latents, [count, generator.LatentSize]))];
            if (generator.Classes > 0)
                inputs.Add(
                    NamedOnnxValue.CreateFromTensor(
                        "class",
                        new DenseTensor<long>(
                            Enumerable.Range(0, count).Select(i => (long)(i % generator.Classes)).ToArray(), [count])));
            Assert.Equal(inputs.Select(input => input.Name), session.InputMetadata.Keys);
            using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = session.Run(inputs);
            Tensor<float> images = results.Single().AsTensor<float>();
            Assert.Equal(preset == "toy-2d" ? [count, 2]
                : [count, channels, height, width], images.Dimensions.ToArray());
            AssertClose(
                ChannelsFirst(generator.Generate(latents).Values.ToArray(), height * width, channels),
                images.ToArray());
        }
    }

    [Fact]
    public void Streams_hold_what_files_hold()
    {
        using Device device = Device.Open("cpu");
        string checkpoint = Train(device, "dcgan", 12, 12, 1, packing: 1);
        OnnxFile.WriteGenerator(checkpoint, At("generator.onnx"));
        OnnxFile.WriteDiscriminator(checkpoint, At("discriminator.onnx"));
        using FileStream trained = File.OpenRead(checkpoint);
        using MemoryStream generator = new(), discriminator = new();
        OnnxFile.WriteGenerator(trained, generator);
        Assert.Equal(trained.Length, trained.Position);
        trained.Position = 0;
        OnnxFile.WriteDiscriminator(trained, discriminator);
        Assert.Equal(File.ReadAllBytes(At("generator.onnx")), generator.ToArray());
        Assert.Equal(File.ReadAllBytes(At("discriminator.onnx")), discriminator.ToArray());
        Assert.StartsWith("The stream", Assert.Throws<InvalidInputException>(
            () => OnnxFile.WriteGenerator(trained, new MemoryStream())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Gans))]
    public void A_discriminator_gives_the_same_logits(string preset, int height, int width, int channels)
    {
        using Device device = Device.Open("cpu");
        string checkpoint = Train(device, preset, height, width, channels, packing: 1), file = At("discriminator.onnx");
        OnnxFile.WriteDiscriminator(checkpoint, file);
        const int Count = 5;
        float[] samples = [.. Enumerable.Range(0, Count * height * width * channels).Select(i => MathF.Sin(i * 0.7f))];
        long[] classes = [0, 2, 1, 1, 0];
        DiscriminatorReference reference = DiscriminatorReference.Of(device, checkpoint, samples, classes);

        using InferenceSession session = new(file);
        List<NamedOnnxValue> inputs = preset == "toy-2d"
            ? [NamedOnnxValue.CreateFromTensor("vector", new DenseTensor<float>(samples, [Count, 2]))]
            : [NamedOnnxValue.CreateFromTensor(
                "image",
                new DenseTensor<float>(
                    ChannelsFirst(samples, height * width, channels), [Count, channels, height, width]))];
        if (session.InputMetadata.ContainsKey("class"))
            inputs.Add(NamedOnnxValue.CreateFromTensor("class", new DenseTensor<long>(classes, [Count])));
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = session.Run(inputs);
        AssertClose(reference.Logits, results.Single(result => result.Name == "logits").AsTensor<float>().ToArray());
        Assert.Equal(reference.Classes is not null, results.Any(result => result.Name == "class_logits"));
        if (reference.Classes is { } expected)
            AssertClose(expected, results.Single(result => result.Name == "class_logits").AsTensor<float>().ToArray());
    }

    [Fact]
    public void A_discriminator_of_packs_takes_all_their_channels()
    {
        using Device device = Device.Open("cpu");
        OnnxFile.WriteDiscriminator(Train(device, "dcgan", 12, 12, 1, packing: 2), At("pairs.onnx"));
        using InferenceSession session = new(At("pairs.onnx"));
        Assert.Equal([-1, 2, 12, 12], session.InputMetadata["image"].Dimensions);
    }

    [Fact]
    public void The_file_says_what_it_is()
    {
        using Device device = Device.Open("cpu");
        OnnxFile.WriteGenerator(Train(device, "mlp", 12, 12, 1, packing: 1), At("mlp.onnx"));
        using InferenceSession session = new(At("mlp.onnx"));
        Assert.Equal("GanGpu", session.ModelMetadata.ProducerName);
        Assert.Equal(("3", "12x12x1", "-1..1", "normal"), (Of("step"), Of("sample"), Of("value_range"), Of("latent")));
        Assert.Contains("\"name\":\"mlp\"", Of("preset"), StringComparison.Ordinal);

        string Of(string key) => session.ModelMetadata.CustomMetadataMap[key];
    }

    [Fact]
    public void Networks_of_a_program_are_written_once_they_are_given_again()
    {
        using Device device = Device.Open("cpu");
        byte[] bytes = new byte[60 * 36];
        new Random(3).NextBytes(bytes);
        Own own = new();
        using GanTrainer trainer = new(
            device, own, DataSet.FromBytes("noise", bytes, 60, 6, 6, 1), own.Recipe with { BatchSize = 6 });
        trainer.Replay(3);
        trainer.Save(At("own"));
        Assert.Contains(
            "Own", Assert.Throws<InvalidInputException>(() => OnnxFile.WriteGenerator(At("own"), At("g.onnx"))).Message,
            StringComparison.Ordinal);
        Assert.False(File.Exists(At("g.onnx")));

        OnnxFile.WriteGenerator(At("own"), At("g.onnx"), own);
        OnnxFile.WriteDiscriminator(At("own"), At("d.onnx"), own);
        using InferenceSession generator = new(At("g.onnx")), discriminator = new(At("d.onnx"));
        float[] latents = trainer.Generator.Latents(4, 5),
            drawn = trainer.Generator.Generate(latents).Values.ToArray(),
            samples = Result(generator, ("latent", new DenseTensor<float>(latents, [4, own.LatentSize])));
        AssertClose(drawn, samples);
        float[] logits = Result(discriminator, ("image", new DenseTensor<float>(samples, [4, 1, 6, 6])));
        Assert.Equal(4, logits.Length);
        Assert.Contains("Own", generator.ModelMetadata.CustomMetadataMap["preset"], StringComparison.Ordinal);

        static float[] Result(InferenceSession session, (string Name, DenseTensor<float> Value) input)
        {
            using var results = session.Run([NamedOnnxValue.CreateFromTensor(input.Name, input.Value)]);
            return [.. results[0].AsEnumerable<float>()];
        }
    }

    /// <summary>Attention over pixels, gates, quotients, sums and slices: what a program writes of operations.</summary>
    [Fact]
    public void Operations_of_a_program_s_own_networks_are_written()
    {
        using Device device = Device.Open("cpu");
        byte[] bytes = new byte[60 * 36];
        new Random(3).NextBytes(bytes);
        GanPreset own = GanPreset.Create("operations", 5, OwnOperations.Generator, OwnOperations.Discriminator);
        using GanTrainer trainer = new(
            device, own, DataSet.FromBytes("noise", bytes, 60, 6, 6, 1), new() { BatchSize = 6 });
        trainer.Replay(3);
        trainer.Save(At("own"));
        OnnxFile.WriteGenerator(At("own"), At("g.onnx"), own);
        OnnxFile.WriteDiscriminator(At("own"), At("d.onnx"), own);
        using InferenceSession generator = new(At("g.onnx")), discriminator = new(At("d.onnx"));
        foreach (int count in new[] { 2, 7 })
        {
            float[] latents = trainer.Generator.Latents(count, 5),
                drawn = trainer.Generator.Generate(latents).Values.ToArray();
            using var samples = generator.Run(
                [NamedOnnxValue.CreateFromTensor("latent", new DenseTensor<float>(latents, [count, 5]))]);
            AssertClose(drawn, [.. samples[0].AsEnumerable<float>()]);
            using var logits = discriminator.Run(
                [NamedOnnxValue.CreateFromTensor("image", new DenseTensor<float>(drawn, [count, 1, 6, 6]))]);
            AssertClose(
                trainer.Discriminator.Judge(new SampleBatch(trainer.Format, count, drawn)),
                [.. logits[0].AsEnumerable<float>()]);
        }
    }

    [Fact]
    public void What_is_no_checkpoint_leaves_no_file()
    {
        File.WriteAllText(At("no.safetensors"), "nothing");
        Assert.Throws<InvalidInputException>(() => OnnxFile.WriteGenerator(At("no.safetensors"), At("no.onnx")));
        Assert.Throws<InvalidInputException>(() => OnnxFile.WriteGenerator(At("absent"), At("no.onnx")));
        Assert.Equal(["no.safetensors"], folder.GetFiles().Select(file => file.Name));
    }

    private string At(string name) => Path.Combine(folder.FullName, name);

    private string Train(Device device, string name, int height, int width, int channels, int packing)
    {
        Preset preset = name == "sngan-conditional"
            ? (SnganPreset)SmallPreset.Named("sngan") with { Conditional = true } : SmallPreset.Named(name);
        byte[] bytes = new byte[60 * height * width * channels];
        new Random(3).NextBytes(bytes);
        DataSet data = name == "toy-2d" ? DataSource.Open("ring")
            : DataSet.FromBytes(
                "noise", bytes, 60, height, width, channels,
                (byte[])[.. Enumerable.Range(0, 60).Select(i => (byte)(i % 3))]);
        using GanTrainer trainer = new(device, preset, data, preset.Recipe with { BatchSize = 6, Packing = packing });
        trainer.Replay(3);
        trainer.Save(At("checkpoint"));
        return At("checkpoint");
    }

    private static float[] ChannelsFirst(float[] samples, int pixels, int channels)
    {
        float[] result = new float[samples.Length];
        for (int i = 0; i < samples.Length; i++)
        {
            int sample = i / (pixels * channels), pixel = i / channels % pixels, channel = i % channels;
            result[(((sample * channels) + channel) * pixels) + pixel] = samples[i];
        }

        return result;
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.True(expected.Distinct().Count() > 1, "All numbers are alike: they would show nothing.");
        for (int i = 0; i < expected.Length; i++)
            Assert.True(
                Math.Abs(expected[i] - actual[i]) <= Tolerance * Math.Max(1f, Math.Abs(expected[i])),
                FormattableString.Invariant($"Number {i} is {actual[i]}, not {expected[i]}."));
    }

    private sealed record Own : GanPreset
    {
        public override int LatentSize { get; init; } = 5;

        public override Network Generator(SampleFormat sample) => (parameters, latent, _) => latent
            .Dense(parameters, "g1", 9, Activation.Relu, Initializer.HeNormal, Initializer.Zeros)
            .Dense(parameters, "g2", sample.Length, Activation.Tanh, Initializer.GlorotUniform, Initializer.Zeros);

        public override Network Discriminator(SampleFormat sample) => (parameters, samples, _) => samples
            .Dense(parameters, "d", 1, Activation.Identity, Initializer.GlorotUniform, null);
    }
}
