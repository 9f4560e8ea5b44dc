using GanGpu.Backends;
using GanGpu.Graph;
using GanGpu.Kernels;

namespace GanGpu.Networks;

/// <summary>
/// The trainable tensors of one network, by name. A network function asks for them each time it is applied: the first time
/// makes them, every later one gets the same, so that applying a network twice shares its weights.
/// All of them lie in one arena, each at a multiple of 256 bytes, in the order in which they were made.
/// </summary>
public sealed class Parameters
{
    private readonly List<Parameter> all = [];
    private readonly Dictionary<string, Parameter> byName = [];

    internal IReadOnlyList<Parameter> All => all;

    /// <summary>Floats of the arena, gaps between tensors included.</summary>
    internal int ArenaLength { get; private set; }

    /// <summary>Number of trainable values.</summary>
    public int Count => all.Sum(parameter => parameter.Tensor.Shape.Length);

    /// <summary>The parameter of that name, made if there is none yet.</summary>
    /// <param name="name">Unique within the network, such as "dense1.weight".</param>
    /// <param name="shape">Rows × columns.</param>
    /// <param name="initializer">How it starts.</param>
    /// <exception cref="ArgumentException">It exists with another shape or another initializer.</exception>
    public Tensor Get(string name, Shape shape, Initializer initializer)
    {
        if (byName.TryGetValue(name, out Parameter? parameter))
        {
            return parameter.Tensor.Shape == shape && parameter.Initializer == initializer
                ? parameter.Tensor
                : throw new ArgumentException($"The parameter {parameter.Tensor} is asked for again as {shape} with {initializer}; the first time it was {parameter.Initializer}.");
        }

        parameter = new Parameter(new Tensor(name, shape), initializer, ArenaLength);
        all.Add(parameter);
        byName.Add(name, parameter);
        ArenaLength = checked(ArenaLength + ((shape.Length + Slice<float>.Alignment - 1) / Slice<float>.Alignment * Slice<float>.Alignment));
        return parameter.Tensor;
    }

    /// <summary>The initial values of the whole arena.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="network">Tells the networks of a run apart: 0, 1, …</param>
    internal float[] InitialValues(ulong seed, uint network)
    {
        float[] arena = new float[ArenaLength];
        for (int i = 0; i < all.Count; i++)
        {
            uint stream = RandomStreams.FirstInitialWeight + (network << 12) + (uint)i;
            all[i].Initializer.Fill(arena.AsSpan(all[i].Offset, all[i].Tensor.Shape.Length), all[i].Tensor.Shape, seed, stream);
        }

        return arena;
    }
}

/// <summary>One trainable tensor and its place in the arena, in floats.</summary>
internal sealed record Parameter(Tensor Tensor, Initializer Initializer, int Offset);
