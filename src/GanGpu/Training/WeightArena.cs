using GanGpu.Backends;
using GanGpu.Graph;
using GanGpu.Networks;

namespace GanGpu.Training;

/// <summary>The parameters of one network in device memory: one buffer, each tensor at its place.</summary>
internal sealed class WeightArena : IDisposable
{
    public WeightArena(IBackend backend, Parameters parameters)
    {
        Parameters = parameters;
        Values = backend.Allocate<float>(parameters.ArenaLength);
        Places = PlacesIn(Values, parameters.All.Select(parameter => parameter.Tensor));
    }

    public Parameters Parameters { get; }

    public DeviceBuffer<float> Values { get; }

    public IReadOnlyDictionary<Tensor, Slice<float>> Places { get; }

    /// <summary>The same places in a twin of the arena, for tensors that belong to the parameters in order: their gradients.</summary>
    public Dictionary<Tensor, Slice<float>> PlacesIn(DeviceBuffer<float> twin, IEnumerable<Tensor> tensors) =>
        tensors.Zip(Parameters.All).ToDictionary(pair => pair.First, pair => new Slice<float>(twin, pair.Second.Offset, pair.Second.Tensor.Shape.Length));

    public void Dispose() => Values.Dispose();
}
