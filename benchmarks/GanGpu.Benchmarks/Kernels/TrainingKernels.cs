using GanGpu.Kernels.Batch;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Losses;
using GanGpu.Kernels.Optimizers;
using GanGpu.Kernels.Random;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanGpu.Benchmarks.Kernels;

/// <summary>
/// What is left of a training step: loss, optimizer, noise and the batch, in the sizes of the article's GAN at batch
/// 64.
/// </summary>
internal static class TrainingKernels
{
    private const int Batch = 64, Latent = 100, SampleSize = 784, Images = 10_000;

    private const ulong Seed = 42;

    public static IEnumerable<(string, Func<Operands, KernelPair>)> All() =>
    [
        ("sigmoid cross-entropy and gradient", CrossEntropy),
        ("Adam, generator's arena", Adam),
        ("normal noise", operands => Noise(operands, NoiseDistribution.Normal, y => y.normal_())),
        ("uniform noise", operands => Noise(operands, NoiseDistribution.Uniform, y => y.uniform_(-1, 1))),
        ("shuffled batch", ShuffledBatch),
    ];

    private static KernelPair CrossEntropy(Operands operands)
    {
        (Slice<float> logits, Tensor theirs) = operands.Input(2 * Batch);
        theirs.requires_grad_(true);
        Tensor targets = operands.Own(cat([ones(Batch), zeros(Batch)]));
        Slice<float> gradient = operands.Output(2 * Batch), metrics = operands.Output(4);
        // The mean over both halves.
        BinaryTargets halves = new(Batch, 1f, 0f, FirstWeight: 0.5f, SecondWeight: 0.5f);
        return KernelPair.Of(
            operands,
            operands.Backend.Bind(
                new LogitLossLaunch(LogitLossKind.SigmoidCrossEntropy, halves, logits, gradient, metrics)),
            [gradient], () =>
        {
            using Tensor loss = functional.binary_cross_entropy_with_logits(theirs, targets);
            return [.. autograd.grad([loss], [theirs])];
        });
    }

    private static KernelPair Adam(Operands operands)
    {
        long[][] shapes = [[256, Latent], [256], [SampleSize, 256], [SampleSize]];
        int length = shapes.Sum(shape => (int)shape.Aggregate((a, b) => a * b));
        (Slice<float> parameters, Tensor start) = operands.Input(length);
        (Slice<float> gradients, Tensor gradient) = operands.Input(length);
        AdamOptions options = new();
        List<Parameter> theirs = [];
        int offset = 0;
        foreach (long[] shape in shapes)
        {
            long size = shape.Aggregate((a, b) => a * b);
            Parameter parameter = new(start.narrow(0, offset, size).reshape(shape).clone());
            parameter.grad = gradient.narrow(0, offset, size).reshape(shape).clone();
            operands.Own(parameter);
            theirs.Add(parameter);
            offset += (int)size;
        }

        TorchSharp.torch.optim.Optimizer optimizer =
            optim.Adam(theirs, options.LearningRate, options.Beta1, options.Beta2, options.Epsilon);
        Slice<float> coefficients = operands.Output(2);
        Action advance = operands.Backend.Bind(new AdvanceStepLaunch(
            new(options, operands.Upload(1u), operands.Upload((float)options.LearningRate), coefficients,
                operands.Output(1)), operands.Upload(0f)));
        Action adam = operands.Backend.Bind(new AdamLaunch(
            options, coefficients, parameters, gradients, operands.Upload(new float[length]),
            operands.Upload(new float[length])));
        Action ours = advance + adam;
        Func<Tensor[]> step = () =>
        {
            optimizer.step();
            return [];
        };
        return new(ours, step, () =>
        {
            ours();
            operands.Backend.Synchronize();
            step();
            using Tensor updated = cat([.. theirs.Select(parameter => parameter.detach().flatten())]);
            KernelPair.Same(Operands.Download(parameters), updated);
        });
    }

    private static KernelPair Noise(Operands operands, NoiseDistribution distribution, Func<Tensor, Tensor> fill)
    {
        Slice<float> y = operands.Output(Batch * Latent);
        Tensor theirs = operands.Own(empty(Batch * Latent));
        Action ours = operands.Backend.Bind(new NoiseLaunch(distribution, Seed, 1, operands.Upload(1u), y));
        // In place: it returns the tensor it was given, which is not to be disposed.
        Func<Tensor[]> filled = () =>
        {
            fill(theirs);
            return [];
        };
        return new(ours, filled, () =>
        {
            ours();
            operands.Backend.Synchronize();
            filled();
            double tolerance = 6 / Math.Sqrt(Batch * Latent), deviation = distribution == NoiseDistribution.Normal ? 1
                : Math.Sqrt(1 / 3.0);
            foreach (float[] numbers in new[] { Operands.Download(y), theirs.data<float>().ToArray() })
            {
                double mean = numbers.Average(), spread = Math.Sqrt(numbers.Average(x => (x - mean) * (x - mean)));
                if (!(Math.Abs(mean) < tolerance && Math.Abs(spread - deviation) < tolerance))
                    throw new InvalidOperationException(
                        FormattableString.Invariant(
                            $"Noise of mean {mean} and standard deviation {spread} is not {distribution}."));
            }
        });
    }

    /// <summary>libtorch takes the images as finished floats and is told which, which suits it best.</summary>
    private static KernelPair ShuffledBatch(Operands operands)
    {
        byte[] pixels =
            [.. RandomValues.Uniform(Images * SampleSize, seed: 3).Select(value => (byte)(127.5f * (value + 1)))];
        DataOrder order = new(Images, Batch, Seed);
        Slice<float> y = operands.Output(Batch * SampleSize);
        Tensor images =
            operands.Own(tensor(pixels.Select(pixel => (pixel - 127.5f) / 127.5f).ToArray(), Images, SampleSize));
        Tensor rows =
            operands.Own(tensor(Enumerable.Range(0, Batch).Select(row => (long)order.ImageAt(1, row)).ToArray()));
        Action ours =
            operands.Backend.Bind(new BatchLaunch(order, SampleSize, operands.Upload(1u), operands.Upload(pixels), y));
        return KernelPair.Of(operands, ours, [y], () => [images.index_select(0, rows)]);
    }
}
