using System.Globalization;
using System.Runtime.InteropServices;
using GanGpu.Backends;
using GanGpu.Data;
using GanGpu.Graph;
using GanGpu.Kernels.Batch;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Numerics;
using GanGpu.Kernels.Optimizers;
using GanGpu.Planning;
using GanGpu.Training;

namespace GanGpu.Measures;

/// <summary>
/// Trains a classifier: for each class the sigmoid cross-entropy of its logit, one class against the others, whose
/// gradient is σ(logit) − target; Adam. A step is planned once and replayed, as a GAN's is.
/// </summary>
internal static class ClassifierTraining
{
    /// <param name="backend">Where to train.</param>
    /// <param name="data">Images with labels.</param>
    /// <param name="classes">Classes, more than the greatest label.</param>
    /// <param name="network">The network.</param>
    /// <param name="weights">Receives what was trained; it has the network's parameters.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellation">Ends it between epochs.</param>
    public static void Run(
        IBackend backend, DataSet data, int classes, ClassifierNetwork network, WeightArena weights,
        ClassifierOptions options, CancellationToken cancellation)
    {
        DataOrder order = new(data.Count, Math.Min(options.BatchSize, data.Count), options.Seed);
        weights.Initialize(options.Seed, network: 0);
        Tensor images = new("images", new Shape(order.BatchSize, data.SampleSize)),
            targets = new("targets", new Shape(order.BatchSize, classes));
        (_, Tensor logits) = network(weights.Parameters, images);
        Tensor error = new Activate(logits, Activation.Sigmoid).Output - targets;
        // What a step's end keeps; nobody asks for it, for what counts is how many images are told right.
        Tensor figures = new ColumnSums(error * error).Output;
        Tensor[] gradients = Gradients.Of(
            [(logits, 1f / order.BatchSize * error)],
            [.. weights.Parameters.All.Select(parameter => parameter.Tensor)]);

        using OptimizerState optimizer = new(backend, weights, new AdamOptions(options.LearningRate, Beta1: 0.9));
        using FigureRing ring = new(backend, classes);
        Dictionary<Tensor, Slice<float>> kept = weights.PlacesIn(optimizer.Gradients, gradients);
        foreach ((Tensor tensor, Slice<float> place) in weights.Places)
            kept.Add(tensor, place);
        using DeviceBuffer<float> imageBatch = backend.Allocate<float>(images.Shape.Length),
            targetBatch = backend.Allocate<float>(targets.Shape.Length);
        kept.Add(images, imageBatch.All);
        kept.Add(targets, targetBatch.All);
        Plan plan = Planner.Build([figures, .. gradients.Reverse()], kept.Keys.ToHashSet(), figures);

        if ((long)data.Count * classes * sizeof(float) > Array.MaxLength)
            throw new InvalidInputException(
                string.Create(CultureInfo.InvariantCulture,
                    $"'{data.Name}' has {data.Count:N0} samples of {classes} classes, too many for a classifier to " +
                    $"be trained on."));
        using DeviceBuffer<byte> pixels = backend.Allocate<byte>(data.Pixels.Length),
            classOf = backend.Allocate<byte>(checked(data.Count * classes * sizeof(float)));
        pixels.CopyFrom(data.Pixels.Span);
        classOf.CopyFrom(MemoryMarshal.AsBytes(OneHot(data.Labels.Span, classes).AsSpan()));
        using DeviceBuffer<float> arena = backend.Allocate<float>(Math.Max(1, plan.ArenaLength));
        using IReplay step = Bind();
        for (int epoch = 0; epoch < options.Epochs; epoch++)
        {
            cancellation.ThrowIfCancellationRequested();
            optimizer.LearningRate.CopyFrom(
                [(float)(options.LearningRate * (options.Epochs - epoch) / options.Epochs)]);
            for (int i = 0; i < order.StepsPerEpoch; i++)
            {
                using DeviceTurn turn = backend.Turn(weights);
                step.Issue();
            }

            backend.Synchronize();
        }

        IReplay Bind()
        {
            using DeviceTurn turn = backend.Turn(weights);
            return backend.Sequence(
            [
                backend.Bind(new BatchLaunch(order, data.SampleSize, optimizer.Step.All, pixels.All, imageBatch.All)),
                backend.Bind(new BatchValuesLaunch(order, classes, optimizer.Step.All, classOf.All, targetBatch.All)),
                .. plan.Bind(backend, arena, kept, optimizer.Step.All, clock: optimizer.Clock(ring.Values.All)),
                .. optimizer.BindUpdate().Select(launch => launch.Issue),
            ]);
        }
    }

    private static float[] OneHot(ReadOnlySpan<byte> labels, int classes)
    {
        float[] targets = new float[labels.Length * classes];
        for (int i = 0; i < labels.Length; i++)
            targets[(i * classes) + labels[i]] = 1;
        return targets;
    }
}
