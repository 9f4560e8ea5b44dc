using System.Globalization;
using GanGpu.TorchPeer;
using GanGpu.Training;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace GanGpu.ParityTests;

/// <summary>The variational autoencoder of PyTorch's examples, trained by TorchSharp and by this library.</summary>
[Collection(ParityDevices.Collection)]
public sealed class AutoencoderTests
{
    private const int Steps = 10;

    private static readonly DataSet Data = DataSource.Open(DataSource.Digits);

    public static TheoryData<string, int> Cases
    {
        get
        {
            TheoryData<string, int> cases = [];
            foreach (string device in ParityDevices.All)
            {
                cases.Add(device, 7);
                cases.Add(device, 128);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Ten_steps_agree_in_losses_and_every_gradient(string device, int batch)
    {
        set_num_threads(1);
        VaePreset preset = new();
        TrainingOptions options = preset.Recipe with { BatchSize = batch, Seed = 3 };
        using GanTrainer trainer = new(ParityDevices.Open(device), preset, Data, options);
        using TrainerInputs inputs = new(Data, options, preset.LatentSize);
        using DisposeScope scope = NewDisposeScope();
        TrainedNetwork encoder = trainer.Trainer.Networks[1], decoder = trainer.Trainer.Networks[0];
        Layer[] encoding = Layers(encoder), decoding = Layers(decoder);
        AdamOptions adam = (AdamOptions)options.GeneratorOptimizer;
        using optim.Optimizer optimizer = optim.Adam(
            encoding.Concat(decoding).SelectMany(layer => new[] { layer.Weight, layer.Bias }),
            adam.LearningRate, adam.Beta1, adam.Beta2, adam.Epsilon);
        for (int step = 1; step <= Steps; step++)
        {
            using DisposeScope stepScope = NewDisposeScope();
            Tensor real = inputs.Real(step), latent = inputs.GeneratorLatent(step);
            (double Reconstruction, double Kl) expected;
            using (new NoCollection())
                expected = Backward(real, latent);
            trainer.Replay();
            trainer.Trainer.Wait();
            double[] metrics = encoder.Ring!.Means(step - 1, step);
            AssertClose(expected.Reconstruction, metrics[0], step, "reconstruction");
            AssertClose(expected.Kl, metrics[1], step, "KL divergence");
            AssertGradients(encoding, encoder, step);
            AssertGradients(decoding, decoder, step);
            using NoCollection quiet = new();
            optimizer.step();
        }

        (double Reconstruction, double Kl) Backward(Tensor real, Tensor latent)
        {
            Tensor hidden = relu(encoding[0].Forward(real)), mean = encoding[1].Forward(hidden),
                logVariance = encoding[2].Forward(hidden);
            Tensor z = mean + ((0.5f * logVariance).exp() * latent);
            Tensor logits = decoding[1].Forward(relu(decoding[0].Forward(z)));
            Tensor reconstruction =
                binary_cross_entropy_with_logits(logits, (real + 1f) / 2f, reduction: nn.Reduction.Sum) / batch;
            Tensor kl = -0.5f * (1f + logVariance - mean.square() - logVariance.exp()).sum() / batch;
            optimizer.zero_grad();
            (reconstruction + kl).backward();
            return (reconstruction.ToDouble(), kl.ToDouble());
        }
    }

    private static void AssertClose(double expected, double actual, int step, string what) => Assert.True(
        Math.Abs(actual - expected) <= 1e-5 * Math.Max(1, Math.Abs(expected)),
        string.Create(CultureInfo.InvariantCulture,
            $"Step {step}: the {what} is {actual:R}, TorchSharp's is {expected:R}."));

    private static void AssertGradients(Layer[] layers, TrainedNetwork network, int step)
    {
        float[][] ours = TrainerMetrics.Gradients(network.Weights, network.Optimizer);
        Tensor[] theirs = [.. layers.SelectMany(layer => new[] { layer.Weight.grad!.t(), layer.Bias.grad! })];
        Assert.Equal(theirs.Length, ours.Length);
        for (int p = 0; p < ours.Length; p++)
        {
            float[] expected = theirs[p].contiguous().data<float>().ToArray();
            double largest = expected.Max(Math.Abs);
            Assert.NotEqual(0, largest);
            for (int i = 0; i < expected.Length; i++)
            {
                if (!(Math.Abs(ours[p][i] - expected[i]) <= 1e-6 + (1e-5 * Math.Abs(expected[i])) + (2e-5 * largest)))
                    Assert.Fail(string.Create(CultureInfo.InvariantCulture,
                        $"Step {step}: gradient {i} of {network.Weights.Parameters.All[p].Tensor} of the " +
                        $"{network.Role.Name} is {ours[p][i]:R}, TorchSharp's is {expected[i]:R}, of {largest:R}."));
            }
        }
    }

    /// <summary>TorchSharp's leaves with the weights that the trainer begins with, in the network's order.</summary>
    private static Layer[] Layers(TrainedNetwork network)
    {
        float[] values = new float[network.Weights.Values.Length];
        network.Weights.Values.CopyTo(values);
        return [.. network.Weights.Parameters.All.Chunk(2).Select(pair =>
            new Layer(new(Matrix(pair[0]).t().contiguous()), new(Matrix(pair[1]).flatten())))];

        Tensor Matrix(Networks.Parameter parameter)
        {
            Networks.Shape shape = parameter.Tensor.Shape;
            return tensor(values.AsSpan(parameter.Offset, shape.Length).ToArray(), shape.Rows, shape.Columns);
        }
    }

    private sealed record Layer(TorchSharp.Modules.Parameter Weight, TorchSharp.Modules.Parameter Bias)
    {
        public Tensor Forward(Tensor input) => linear(input, Weight, Bias);
    }
}
