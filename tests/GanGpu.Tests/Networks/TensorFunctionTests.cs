using GanGpu.Networks;
using GanGpu.Tests.Support;
using GanGpu.Tests.Training;

namespace GanGpu.Tests.Networks;

/// <summary>Functions over tensors and networks, their gradients, and what they say if they can't be.</summary>
public sealed class TensorFunctionTests : IDisposable
{
    private readonly Device device = Device.Open("cpu");
    private readonly DataSet data = GanTrainerTests.Bytes(60, 4, 3);

    public void Dispose() => device.Dispose();

    /// <summary>A latent vector is found by its sample in a few lines: gradients go through the whole network.</summary>
    [Fact]
    public void The_latent_vector_of_a_sample_is_found()
    {
        using GanTrainer trainer = new(device, Preset.Mlp with { LatentSize = 4 }, data, new() { BatchSize = 20 });
        trainer.Replay(5);
        Generator generator = trainer.Generator;
        float[] wanted = generator.Sample(1, seed: 9).Values.ToArray();

        Tensor z = Tensor.Input("z", 1, generator.LatentSize), photo = Tensor.Input("photo", 1, generator.Format.Length);
        Tensor error = (generator.Apply(z) - photo).Square().Sum();
        using TensorFunction function = new(device, [z, photo], [error, Tensor.Gradient(error, z)]);
        float[] found = new float[generator.LatentSize];
        float first = 0f, last = 0f;
        for (int i = 0; i < 300; i++)
        {
            float[][] results = function.Run(found, wanted);
            (first, last) = (i == 0 ? results[0][0] : first, results[0][0]);
            for (int j = 0; j < found.Length; j++)
                found[j] -= 0.5f * results[1][j];
        }

        Assert.True(last < 1e-3f * first, $"The error went from {first} to {last}.");
        Assert.Equal(generator.Latents(1, seed: 9), found, (a, b) => Math.Abs(a - b) < 0.05f);
    }

    [Fact]
    public void It_follows_the_training_and_ends_with_it()
    {
        GanTrainer trainer = new(device, Preset.Mlp, data, new() { BatchSize = 20 });
        Tensor z = Tensor.Input("z", 2, trainer.Generator.LatentSize);
        using TensorFunction function = new(device, [z], [trainer.Generator.Apply(z)]);
        float[] latents = trainer.Generator.Latents(2, seed: 3);
        float[] before = function.Run(latents)[0];
        Assert.Equal(trainer.Generator.Sample(2, seed: 3).Values.ToArray(), before, Near);
        trainer.Replay(3);
        float[] after = function.Run(latents)[0];
        Assert.NotEqual(before, after);
        Assert.Equal(trainer.Generator.Sample(2, seed: 3).Values.ToArray(), after, Near);
        trainer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => function.Run(latents));
        function.Dispose();
        function.Dispose();
        Assert.Throws<ObjectDisposedException>(() => function.Run());
        Assert.Equal(0, device.LiveBuffers);
    }

    [Fact]
    public void Saliency_is_the_gradient_of_a_score()
    {
        using GanTrainer trainer = new(device, Preset.Mlp, data, new() { BatchSize = 20 });
        trainer.Replay(3);
        Tensor x = Tensor.Input("x", 1, data.SampleSize), score = trainer.Discriminator.Apply(x);
        using TensorFunction function = new(device, [x], [score, Tensor.Gradient(score, x)]);
        float[] sample = data.Samples(0, 1).Values.ToArray();
        float[][] results = function.Run(sample);
        Assert.Equal(trainer.Discriminator.Judge(data.Samples(0, 1))[0], results[0][0], 1e-4f);
        // Along the gradient the score rises by its square.
        float[] moved = [.. sample.Zip(results[1], (value, slope) => value + (0.01f * slope))];
        Assert.Equal(0.01 * results[1].Sum(slope => (double)slope * slope), function.Run(moved)[0][0] - results[0][0], 1e-2);
    }

    /// <summary>Views of inputs, inputs themselves, and one result twice.</summary>
    [Fact]
    public void Anything_may_be_an_output()
    {
        Tensor a = Tensor.Input("a", 2, 3), b = Tensor.Input("b", 1, 3);
        Tensor view = a.SliceRows(1, 1), sum = view + b;
        using TensorFunction function = new(device, [a, b], [a, view, sum, sum, a.Reshape(3, 2), Tensor.Constant(1, 2, 7f)]);
        float[][] results = function.Run([1, 2, 3, 4, 5, 6], [10, 20, 30]);
        Assert.Equal([1, 2, 3, 4, 5, 6], results[0]);
        Assert.Equal([4, 5, 6], results[1]);
        Assert.Equal([14, 25, 36], results[2]);
        Assert.Equal([14, 25, 36], results[3]);
        Assert.Equal([1, 2, 3, 4, 5, 6], results[4]);
        Assert.Equal([7, 7], results[5]);
        function.Set(b, [1, 1, 1]);
        function.Run();
        float[] third = new float[3];
        function.Get(sum, third);
        Assert.Equal([5, 6, 7], third);
    }

    [Fact]
    public void What_can_t_be_computed_is_told()
    {
        Tensor a = Tensor.Input("a", 1, 2), b = Tensor.Input("b", 1, 2);
        Assert.Contains(
            "depends on b 1x2, which is neither",
            Assert.Throws<ArgumentException>(() => new TensorFunction(device, [a], [a + b])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new TensorFunction(device, [a], []));
        Assert.Throws<ArgumentNullException>(() => new TensorFunction(device, [null!], [a]));
        Assert.Throws<ArgumentNullException>(() => new TensorFunction(device, [a], [null!]));
        Assert.Contains(
            "given twice", Assert.Throws<ArgumentException>(() => new TensorFunction(device, [a, a], [a])).Message,
            StringComparison.Ordinal);
        using TensorFunction function = new(device, [a], [a + a]);
        Assert.Equal("a 1x2 has 2 values, not 3.", Assert.Throws<ArgumentException>(() => function.Run([1, 2, 3])).Message);
        Assert.Throws<ArgumentException>(() => function.Run([1, 2], [1, 2]));
        Assert.Throws<ArgumentException>(() => function.Set(b, [1, 2]));
        Assert.Throws<ArgumentException>(() => function.Get(b, new float[2]));
        using Device other = Device.Open("cpu", new() { Threads = 1 });
        using GanTrainer trainer = new(other, Preset.Mlp, data, new() { BatchSize = 20 });
        Tensor z = Tensor.Input("z", 1, trainer.Generator.LatentSize);
        Assert.Contains(
            "on another device",
            Assert.Throws<ArgumentException>(() => new TensorFunction(device, [z], [trainer.Generator.Apply(z)])).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => trainer.Generator.Apply(a));
    }

    [Fact]
    public void Computing_allocates_nothing()
    {
        Tensor a = Tensor.Input("a", 8, 8);
        using TensorFunction function = new(device, [a], [a.MatMul(a).Activate(Activation.Tanh)]);
        float[] values = Samples.Floats(64, 1), results = new float[64];
        Tensor output = function.Outputs[0];
        for (int i = 0; i < 20; i++)
            Once();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            Once();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Once()
        {
            function.Set(a, values);
            function.Run();
            function.Get(output, results);
        }
    }

    private static bool Near(float a, float b) => Math.Abs(a - b) < 1e-5f;
}
