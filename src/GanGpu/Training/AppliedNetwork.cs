using GanGpu.Backends;
using GanGpu.Graph;
using GanGpu.Kernels.Launching;
using GanGpu.Networks;

namespace GanGpu.Training;

/// <summary>A network whose weights are on a device, to be applied in a <see cref="TensorFunction"/>.</summary>
/// <param name="weights">Its weights.</param>
/// <param name="use">What ends before they are freed.</param>
internal sealed class AppliedNetwork(WeightArena weights, DeviceUse use)
{
    // The tensors of a training are those of weights that it changes; these may be those of their average.
    private readonly Parameters parameters = new() { Training = false };

    /// <summary>Applies the network outside of training.</summary>
    /// <param name="describe">The network.</param>
    /// <returns>Its result, and what it exposed.</returns>
    public (Tensor Result, IReadOnlyDictionary<string, Tensor> Exposed) Apply(Func<Parameters, Tensor> describe)
    {
        use.ThrowIfEnded();
        lock (parameters)
        {
            Tensor result = describe(parameters);
            PutHome(parameters.All, weights.Parameters.All, weights.Values);
            PutHome(parameters.States, weights.Parameters.States, weights.States);
            return (result, new Dictionary<string, Tensor>(parameters.Exposed));
        }
    }

    /// <exception cref="ArgumentException">The conditions are not what the network takes.</exception>
    public static void CheckConditions(string network, Tensor input, Tensor? conditions, int classes)
    {
        if (classes == 0 && conditions is not null)
            throw new ArgumentException($"The {network} knows no classes, so it takes no conditions.");
        if (classes > 0 && conditions?.Shape != new Shape(input.Rows, classes))
            throw new ArgumentException(
                $"The {network} takes conditions of {input.Rows}x{classes}, the shares of the classes, not " +
                $"{conditions?.ToString() ?? "none"}.");
    }

    private void PutHome(IReadOnlyList<Parameter> here, IReadOnlyList<Parameter> there, DeviceBuffer<float> buffer)
    {
        foreach (Parameter parameter in here.Where(parameter => parameter.Tensor.Home is null))
        {
            Parameter same = there.Single(other => other.Tensor.Name == parameter.Tensor.Name);
            parameter.Tensor.Home = new TensorHome(
                new Slice<float>(buffer, same.Offset, same.Tensor.Shape.Length), use);
        }
    }
}
