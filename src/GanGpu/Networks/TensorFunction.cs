using System.Diagnostics;
using GanGpu.Backends;
using GanGpu.Graph;
using GanGpu.Kernels.Launching;
using GanGpu.Planning;

namespace GanGpu.Networks;

/// <summary>
/// A function over tensors, planned once for a device and computed as often as it is asked for: of inputs that a program
/// gives, and of networks that are applied in it (<see cref="Generator.Apply"/>, <see cref="Discriminator.Apply"/>),
/// with the weights that they have at that moment. With <see cref="Tensor.Gradient"/> it finds the latent vector of an
/// image, what a discriminator looks at, or any other gradient.
/// </summary>
/// <remarks>
/// Disposal is safe at any moment and from any thread, as is that of the networks: what is computed ends with
/// <see cref="ObjectDisposedException"/>. <see cref="Run(float[][])"/> may be called from several threads;
/// <see cref="Set"/>, <see cref="Run()"/> and <see cref="Get"/> belong together, so use them from one at a time.
/// </remarks>
[DebuggerDisplay("{inputs.Length} inputs, {outputs.Length} outputs, {launches.Length} launches")]
public sealed class TensorFunction : IDisposable, IAsyncDisposable
{
    private readonly DeviceUse use;
    private readonly Tensor[] inputs, outputs;
    private readonly DeviceUse[] networks;
    private readonly Dictionary<Tensor, Slice<float>> places = [], computed = [];
    private readonly DeviceBuffer<float> arena, given;
    private readonly DeviceBuffer<uint> step;
    private readonly Action[] launches;

    /// <summary>Plans a function.</summary>
    /// <param name="device">Where it is computed; stays the caller's.</param>
    /// <param name="inputs">What is given to it, made by <see cref="Tensor.Input"/>.</param>
    /// <param name="outputs">What it computes, at least one tensor.</param>
    /// <exception cref="ArgumentException">It depends on a tensor that is neither an input nor a weight of an applied
    /// network, or of one on another device, an input is given twice, or there is no output.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The device has not enough memory.</exception>
    /// <exception cref="ObjectDisposedException">The device was disposed.</exception>
    public TensorFunction(Device device, IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> outputs)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(outputs);
        if (outputs.Count == 0)
            throw new ArgumentException("A function computes at least one tensor.", nameof(outputs));
        foreach (Tensor tensor in inputs.Concat(outputs))
            ArgumentNullException.ThrowIfNull(tensor);
        this.inputs = [.. inputs];
        this.outputs = [.. outputs];
        // A result of its own for each output, whatever else the tensor is: a view, an input, a weight.
        Tensor[] results = [.. outputs.Select(output => new Scale(output, 1f).Output)];
        IBackend backend = device.Backend;
        Tensor[] leaves = [.. Leaves(results)];
        networks = NetworksOf(leaves, backend);
        use = new DeviceUse(backend, this);
        using DeviceTurn turn = backend.Turn(this);
        try
        {
            int length = this.inputs.Sum(input => Slice<float>.Aligned(input.Shape.Length)), at = 0;
            given = backend.Allocate<float>(Math.Max(1, length));
            foreach (Tensor input in this.inputs)
            {
                if (!places.TryAdd(input, new Slice<float>(given, at, input.Shape.Length)))
                    throw new ArgumentException($"{input} is given twice.", nameof(inputs));
                at += Slice<float>.Aligned(input.Shape.Length);
            }

            foreach (Tensor weight in leaves.Where(leaf => leaf.Home is not null))
                places.Add(weight, weight.Home!.Place);
            Plan plan = Planner.Build(results, places.Keys.ToHashSet());
            arena = backend.Allocate<float>(Math.Max(1, plan.ArenaLength));
            step = backend.Allocate<uint>(1);
            launches = plan.Bind(backend, arena, places, step.All);
            foreach ((Tensor output, Tensor result) in this.outputs.Zip(results))
                computed[output] = new Slice<float>(arena, plan.Offsets[result], result.Shape.Length);
        }
        catch
        {
            Free();
            throw;
        }
    }

    /// <summary>What is given to it, in order.</summary>
    public IReadOnlyList<Tensor> Inputs => inputs;

    /// <summary>What it computes, in order.</summary>
    public IReadOnlyList<Tensor> Outputs => outputs;

    /// <summary>Computes it.</summary>
    /// <param name="inputs">The values of each input, row after row, in the order in which the inputs were
    /// named.</param>
    /// <returns>The values of each output, row after row.</returns>
    /// <exception cref="ArgumentException">There are more or fewer inputs, or one has more or fewer values.</exception>
    /// <exception cref="ObjectDisposedException">The function, a network in it or the device was disposed.</exception>
    public float[][] Run(params float[][] inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Length != this.inputs.Length)
            throw new ArgumentException($"The function takes {this.inputs.Length} inputs, not {inputs.Length}.");
        using DeviceTurn turn = Turn();
        foreach ((Tensor input, float[] values) in this.inputs.Zip(inputs))
            Set(input, values);
        Run();
        float[][] results = [.. outputs.Select(output => new float[output.Shape.Length])];
        foreach ((Tensor output, float[] values) in outputs.Zip(results))
            Get(output, values);
        return results;
    }

    /// <summary>Gives an input its values, which it keeps until others are given.</summary>
    /// <param name="input">One of the inputs.</param>
    /// <param name="values">Rows × columns values, row after row.</param>
    /// <exception cref="ArgumentException">It is no input, or has more or fewer values.</exception>
    /// <exception cref="ObjectDisposedException">The function or the device was disposed.</exception>
    public void Set(Tensor input, ReadOnlySpan<float> values)
    {
        if (Array.IndexOf(inputs, input) < 0)
            throw new ArgumentException($"{input} is no input of the function.", nameof(input));
        Check(input, values.Length);
        using DeviceTurn turn = Turn();
        given.CopyFrom(values, places[input].Offset);
    }

    /// <summary>Computes the outputs of the inputs as they are.</summary>
    /// <exception cref="ObjectDisposedException">The function, a network in it or the device was disposed.</exception>
    public void Run()
    {
        using DeviceTurn turn = Turn();
        foreach (DeviceUse network in networks)
            network.ThrowIfEnded();
        foreach (Action launch in launches)
            launch();
    }

    /// <summary>Copies an output as it was computed last.</summary>
    /// <param name="output">One of the outputs.</param>
    /// <param name="values">Receives rows × columns values, row after row.</param>
    /// <exception cref="ArgumentException">It is no output, or has more or fewer values.</exception>
    /// <exception cref="ObjectDisposedException">The function or the device was disposed.</exception>
    public void Get(Tensor output, Span<float> values)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (!computed.TryGetValue(output, out Slice<float> place))
            throw new ArgumentException($"{output} is no output of the function.", nameof(output));
        Check(output, values.Length);
        using DeviceTurn turn = Turn();
        arena.CopyTo(values, place.Offset);
    }

    /// <summary>Waits for what is being computed, and frees the device memory.</summary>
    public void Dispose() => use.End(Free);

    /// <summary>As <see cref="Dispose"/>, without blocking the caller's thread.</summary>
    public ValueTask DisposeAsync() => use.EndAsync(Free);

    private DeviceTurn Turn() => use.Turn();

    private void Free()
    {
        given?.Dispose();
        arena?.Dispose();
        step?.Dispose();
    }

    private static void Check(Tensor tensor, int length)
    {
        if (length != tensor.Shape.Length)
            throw new ArgumentException($"{tensor} has {tensor.Shape.Length} values, not {length}.");
    }

    /// <summary>What ends before the weights do.</summary>
    private DeviceUse[] NetworksOf(Tensor[] leaves, IBackend backend)
    {
        foreach (Tensor leaf in leaves)
        {
            if (leaf.Home is { } home && !home.Use.IsOn(backend))
                throw new ArgumentException(
                    $"The weight {leaf} is on another device; apply networks of one device in a function.");
            if (leaf.Home is null && !inputs.Contains(leaf))
                throw new ArgumentException(
                    $"The function depends on {leaf}, which is neither one of its inputs nor a weight of a network " +
                    "that is on a device.");
        }

        return [.. leaves.Select(leaf => leaf.Home?.Use).OfType<DeviceUse>().Distinct()];
    }

    /// <summary>The tensors that no operation makes.</summary>
    private static IEnumerable<Tensor> Leaves(Tensor[] results) => TopologicalOrder.Of(results)
        .SelectMany(operation => operation.Inputs).Where(tensor => tensor.Producer is null).Distinct();
}
