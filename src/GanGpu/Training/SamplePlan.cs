using GanGpu.Backends;
using GanGpu.Kernels.Launching;
using GanGpu.Networks;
using GanGpu.Planning;

namespace GanGpu.Training;

/// <summary>
/// The plan that draws some samples. Latent vectors and labels lie in its arena, behind the intermediate results.
/// </summary>
internal sealed class SamplePlan
{
    private readonly Plan plan;
    private readonly Tensor latent, samples;
    private readonly Tensor? labels;
    private readonly int latentOffset, labelsOffset;

    /// <param name="preset">The networks.</param>
    /// <param name="sample">The size of a sample.</param>
    /// <param name="parameters">The generator's.</param>
    /// <param name="rows">Samples that it draws, at least 1.</param>
    public SamplePlan(Preset preset, SampleFormat sample, Parameters parameters, int rows)
    {
        bool training = parameters.Training;
        parameters.Training = false;
        (latent, labels, samples) = preset.Draw(sample, parameters, rows);
        parameters.Training = training;
        HashSet<Tensor> given =
            [.. parameters.All.Concat(parameters.States).Select(parameter => parameter.Tensor), latent];
        if (labels is not null)
            given.Add(labels);
        plan = Planner.Build([samples], given);
        Rows = rows;
        latentOffset = plan.ArenaLength;
        labelsOffset = checked(latentOffset + Aligned(latent.Shape.Length));
        ArenaLength = checked(labelsOffset + (labels is null ? 0 : Aligned(labels.Shape.Length)));
    }

    /// <summary>Samples that it draws.</summary>
    public int Rows { get; }

    /// <summary>Floats that it needs.</summary>
    public int ArenaLength { get; }

    /// <summary>Binds it to a device.</summary>
    /// <param name="backend">The device.</param>
    /// <param name="arena">At least <see cref="ArenaLength"/> floats, which nothing else uses while samples are
    /// drawn.</param>
    /// <param name="weights">The generator's weights.</param>
    /// <param name="step">A counter that nothing in the plan reads.</param>
    /// <param name="fullRows">Samples of a full block, with which it shares the kernels.</param>
    public SampleBlock Bind(IBackend backend, DeviceBuffer<float> arena, WeightArena weights, Slice<uint> step,
        int fullRows)
    {
        Slice<float> latents = new(arena, latentOffset, latent.Shape.Length), classes = default;
        Dictionary<Tensor, Slice<float>> slices = new(weights.Slices) { [latent] = latents };
        if (labels is not null)
            slices.Add(labels, classes = new Slice<float>(arena, labelsOffset, labels.Shape.Length));
        backend.RowsFactor = fullRows / Rows;
        try
        {
            return new(Rows, latents, classes, plan.Offsets[samples], plan.Bind(backend, arena, slices, step));
        }
        finally
        {
            backend.RowsFactor = 1;
        }
    }

    private static int Aligned(int length) =>
        checked(length + Slice<float>.Alignment - 1) / Slice<float>.Alignment * Slice<float>.Alignment;
}
