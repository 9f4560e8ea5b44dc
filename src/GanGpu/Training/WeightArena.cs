using GanGpu.Backends;
using GanGpu.Kernels.Launching;
using GanGpu.Networks;

namespace GanGpu.Training;

/// <summary>
/// The parameters and states of one network in device memory: one buffer for the parameters and one for the states,
/// with a slice for each tensor.
/// </summary>
internal sealed class WeightArena : IDisposable
{
    private readonly bool ownsStates;

    /// <param name="backend">The device.</param>
    /// <param name="parameters">The network's.</param>
    /// <param name="statesOf">Whose states it shares; null for states of its own.</param>
    public WeightArena(IBackend backend, Parameters parameters, WeightArena? statesOf = null)
    {
        ownsStates = statesOf is null;
        Parameters = parameters;
        Values = backend.Allocate<float>(parameters.ArenaLength);
        // A buffer can't be empty, and few networks have states.
        States = statesOf?.States ?? backend.Allocate<float>(Math.Max(1, parameters.StateLength));
        Dictionary<Tensor, Slice<float>> slices = [];
        foreach (Parameter parameter in parameters.All)
            slices.Add(parameter.Tensor, SliceOf(parameter, Values));
        foreach (Parameter state in parameters.States)
            slices.Add(state.Tensor, SliceOf(state, States));
        Slices = slices;
    }

    public Parameters Parameters { get; }

    public DeviceBuffer<float> Values { get; }

    /// <summary>What the network keeps but does not train.</summary>
    public DeviceBuffer<float> States { get; }

    public IReadOnlyDictionary<Tensor, Slice<float>> Slices { get; }

    /// <summary>Sets weights and states to their initial values.</summary>
    public void Initialize(ulong seed, uint network)
    {
        Values.CopyFrom(Parameters.InitialValues(seed, network));
        if (Parameters.StateLength > 0)
            States.CopyFrom(Parameters.InitialStates(seed, network));
    }

    /// <summary>A copy of weights and states on the same device.</summary>
    /// <param name="backend">The device.</param>
    public WeightArena Copy(IBackend backend)
    {
        WeightArena copy = new(backend, Parameters);
        try
        {
            foreach ((DeviceBuffer<float> from, DeviceBuffer<float> to) in new[] {
                (Values, copy.Values), (States, copy.States) })
            {
                float[] values = new float[from.Length];
                from.CopyTo(values);
                to.CopyFrom(values);
            }

            return copy;
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The same slices in a twin of the arena, for the gradients of those parameters that are trained, in order.
    /// </summary>
    public Dictionary<Tensor, Slice<float>> SlicesIn(DeviceBuffer<float> twin, IEnumerable<Tensor> gradients) =>
        gradients.Zip(Parameters.Trained).ToDictionary(pair => pair.First, pair => SliceOf(pair.Second, twin));

    public void Dispose()
    {
        Values.Dispose();
        if (ownsStates)
            States.Dispose();
    }

    private static Slice<float> SliceOf(Parameter parameter, DeviceBuffer<float> arena) =>
        new(arena, parameter.Offset, parameter.Tensor.Shape.Length);
}
