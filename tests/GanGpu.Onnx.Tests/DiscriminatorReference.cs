using GanGpu.Graph;
using GanGpu.Kernels.Launching;
using GanGpu.Networks;
using GanGpu.Objectives.Gan;
using GanGpu.Planning;
using GanGpu.Training;

namespace GanGpu.Onnx.Tests;

/// <summary>What a checkpoint's discriminator says of samples, by GanGpu's own kernels.</summary>
internal sealed record DiscriminatorReference(float[] Logits, float[]? Classes)
{
    public static DiscriminatorReference Of(
        Device device, string path, float[] samples, long[] classes, Preset? own = null)
    {
        Checkpoint checkpoint = Checkpoint.Open(path, own);
        GanPreset preset = (GanPreset)checkpoint.Preset;
        Tensor input = new("samples", new Shape(classes.Length, checkpoint.Sample.Length)),
            labels = new("labels", new Shape(classes.Length, 1));
        Parameters parameters = new() { Training = false };
        DiscriminatorOutput judgement = DiscriminatorPass.Read(preset.Discriminator(checkpoint.Sample)(
            parameters, input, preset.ClassUse == ClassUse.Condition
                ? new OneHot(labels, preset.Classes).Output : null), preset.ClassUse, preset.Classes);
        using WeightArena weights = new(device.Backend, parameters);
        checkpoint.Get("discriminator", weights);

        using DeviceBuffer<float> given = device.Backend.Allocate<float>(samples.Length),
            numbers = device.Backend.Allocate<float>(classes.Length);
        given.CopyFrom(samples);
        numbers.CopyFrom([.. classes.Select(label => (float)label)]);
        Dictionary<Tensor, Slice<float>> slices = new(weights.Slices) { [input] = given.All, [labels] = numbers.All };
        Plan plan = Planner.Build(judgement.Classes is null ? [judgement.Logits]
            : [judgement.Logits, judgement.Classes], slices.Keys.ToHashSet());
        using DeviceBuffer<float> arena = device.Backend.Allocate<float>(plan.ArenaLength);
        using DeviceBuffer<uint> step = device.Backend.Allocate<uint>(1);
        foreach (Action launch in plan.Bind(device.Backend, arena, slices, step.All))
            launch();
        return new(Copy(judgement.Logits), judgement.Classes is null ? null : Copy(judgement.Classes));

        float[] Copy(Tensor tensor)
        {
            float[] values = new float[tensor.Shape.Length];
            arena.CopyTo(values, plan.Offsets[tensor]);
            return values;
        }
    }
}
