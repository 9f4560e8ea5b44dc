using GanGpu.Backends;
using GanGpu.Graph;
using GanGpu.Kernels.Launching;
using GanGpu.Networks;
using GanGpu.Planning;
using GanGpu.Training;

namespace GanGpu.OnnxExport.Graphs;

/// <summary>
/// The numbers of all tensors that depend on no sample: weights, and what is computed of weights alone, such as the
/// factor of a batch norm in drawing samples, or a weight with its spectral norm.
/// </summary>
internal sealed class FoldedConstants
{
    private readonly Dictionary<Tensor, float[]> values = [];
    private readonly Dictionary<Tensor, string> names = [];

    /// <param name="backend">Where they are computed.</param>
    /// <param name="weights">The network's.</param>
    /// <param name="operations">The network, in order.</param>
    /// <param name="given">What is no constant: samples, classes.</param>
    public FoldedConstants(
        IBackend backend, WeightArena weights, IReadOnlyList<Operation> operations, IReadOnlySet<Tensor> given)
    {
        foreach (
            Tensor parameter in weights.Parameters.All.Concat(weights.Parameters.States)
            .Select(parameter => parameter.Tensor))
            names.Add(parameter, parameter.Name);
        HashSet<Operation> folded = [.. operations.Where(IsConstant)];
        Tensor[] results = [.. operations.Where(operation => !folded.Contains(operation))
            .SelectMany(operation => operation.Inputs)
                .Where(input => input.Producer is { } producer && folded.Contains(producer)).Distinct()];
        if (results.Length > 0)
            Compute(backend, weights, results);
        foreach ((Tensor tensor, Slice<float> place) in weights.Slices)
            values[tensor] = Copied(place);

        bool IsConstant(Operation operation)
        {
            if (operation.Inputs.Any(given.Contains) || !operation.Inputs.All(names.ContainsKey))
                return false;
            foreach (Tensor output in operation.Outputs)
                names.Add(output, operation.Inputs.Count > 0 ? $"{names[operation.Inputs[0]]}.folded"
                    : operation.GetType().Name);
            return true;
        }
    }

    /// <summary>Whether its numbers are known: it is a parameter, or something that is not folded needs it.</summary>
    public bool Contains(Tensor tensor) => values.ContainsKey(tensor);

    /// <summary>Whether it depends on no sample.</summary>
    public bool IsFolded(Tensor tensor) => names.ContainsKey(tensor);

    /// <summary>In the order of rows and columns.</summary>
    public float[] this[Tensor tensor] => values[tensor];

    /// <summary>That of the parameter, or of the parameter that it is computed of.</summary>
    public string NameOf(Tensor tensor) => names[tensor];

    private void Compute(IBackend backend, WeightArena weights, Tensor[] results)
    {
        Plan plan = Planner.Build(results, weights.Slices.Keys.ToHashSet());
        using DeviceBuffer<float> arena = backend.Allocate<float>(Math.Max(1, plan.ArenaLength));
        using DeviceBuffer<uint> step = backend.Allocate<uint>(1);
        using DeviceTurn turn = backend.Turn(weights);
        foreach (Action launch in plan.Bind(backend, arena, weights.Slices, step.All))
            launch();
        foreach (Tensor result in results.Where(result => !weights.Slices.ContainsKey(result)))
            values[result] = Copied(new Slice<float>(arena, plan.Offsets[result], result.Shape.Length));
    }

    private static float[] Copied(Slice<float> place)
    {
        float[] copy = new float[place.Length];
        place.Buffer.CopyTo(copy, place.Offset);
        return copy;
    }
}
