using GanGpu.Backends;
using GanGpu.Kernels.Launching;
using GanGpu.Networks;
using GanGpu.Planning;

namespace GanGpu.Training;

/// <summary>
/// The plan that draws some samples. Latent vectors and classes lie in its arena, behind the intermediate results.
/// </summary>
internal sealed class SamplePlan
{
    private readonly Plan plan;
    private readonly Tensor latent, samples;
    private readonly Tensor? classes;
    private readonly int latentOffset, classesOffset;

    /// <param name="preset">The networks.</param>
    /// <param name="sample">The size of a sample.</param>
    /// <param name="parameters">The generator's.</param>
    /// <param name="rows">Samples that it draws, at least 1.</param>
    /// <param name="weighted">Whether it is given a weight of each class for each sample, rather than a class.</param>
    public SamplePlan(Preset preset, SampleFormat sample, Parameters parameters, int rows, bool weighted = false)
    {
        // Threads that draw at once describe the network at once.
        lock (parameters)
        {
            bool training = parameters.Training;
            parameters.Training = false;
            (latent, classes, samples) = preset.Draw(sample, parameters, rows, weighted);
            parameters.Training = training;
        }

        HashSet<Tensor> given =
            [.. parameters.All.Concat(parameters.States).Select(parameter => parameter.Tensor), latent];
        if (classes is not null)
            given.Add(classes);
        plan = Planner.Build([samples], given);
        Rows = rows;
        latentOffset = plan.ArenaLength;
        classesOffset = checked(latentOffset + Slice<float>.Aligned(latent.Shape.Length));
        ArenaLength = checked(classesOffset + (classes is null ? 0 : Slice<float>.Aligned(classes.Shape.Length)));
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
        Slice<float> latents = new(arena, latentOffset, latent.Shape.Length), given = default;
        Dictionary<Tensor, Slice<float>> slices = new(weights.Slices) { [latent] = latents };
        if (classes is not null)
            slices.Add(classes, given = new Slice<float>(arena, classesOffset, classes.Shape.Length));
        backend.RowsFactor = fullRows / Rows;
        try
        {
            return new(Rows, latents, given, plan.Offsets[samples], plan.Bind(backend, arena, slices, step));
        }
        finally
        {
            backend.RowsFactor = 1;
        }
    }
}
