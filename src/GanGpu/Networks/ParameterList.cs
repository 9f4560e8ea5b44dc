using GanGpu.Kernels.Launching;

namespace GanGpu.Networks;

/// <summary>Tensors by name, and the arena that they lie in, each at a multiple of 256 bytes.</summary>
internal sealed class ParameterList
{
    private readonly List<Parameter> all = [];
    private readonly Dictionary<string, Parameter> byName = [];
    private int? trainedLength;

    public IReadOnlyList<Parameter> All => all;

    /// <summary>Floats of the arena, gaps between tensors included.</summary>
    public int ArenaLength { get; private set; }

    /// <summary>Floats of the arena's first part, which has all that is trained; all of it unless told.</summary>
    public int TrainedLength => trainedLength ?? ArenaLength;

    public Tensor? Find(string name) => byName.GetValueOrDefault(name)?.Tensor;

    public Tensor Get(string name, Shape shape, Initializer initializer)
    {
        if (byName.TryGetValue(name, out Parameter? parameter))
        {
            return parameter.Tensor.Shape == shape && parameter.Initializer == initializer
                ? parameter.Tensor
                : throw new ArgumentException(
                    $"The parameter {parameter.Tensor} is asked for again as {shape} with {initializer}; the first " +
                    $"time it was {parameter.Initializer}.");
        }

        parameter = new Parameter(new Tensor(name, shape), initializer, ArenaLength);
        all.Add(parameter);
        byName.Add(name, parameter);
        ArenaLength = checked(ArenaLength + Slice<float>.Aligned(shape.Length));
        return parameter.Tensor;
    }

    /// <summary>
    /// Lays the tensors that are trained at the beginning of the arena and all others behind them, each part in the
    /// order in which they were made, so that an optimizer may sweep over the first part alone.
    /// </summary>
    public void LayOut(Func<Parameter, bool> isTrained)
    {
        int offset = 0;
        Place(trained: true);
        trainedLength = offset;
        Place(trained: false);

        void Place(bool trained)
        {
            for (int i = 0; i < all.Count; i++)
            {
                if (isTrained(all[i]) != trained)
                    continue;
                byName[all[i].Tensor.Name] = all[i] = all[i] with { Offset = offset };
                offset += Slice<float>.Aligned(all[i].Tensor.Shape.Length);
            }
        }
    }

    /// <summary>
    /// The initial values of the whole arena; each tensor has a stream of its own, from the first one on.
    /// </summary>
    public float[] InitialValues(ulong seed, uint firstStream)
    {
        float[] arena = new float[ArenaLength];
        for (int i = 0; i < all.Count; i++)
            all[i].Initializer.Fill(
                arena.AsSpan(all[i].Offset, all[i].Tensor.Shape.Length), all[i].Tensor.Shape, seed,
                firstStream + (uint)i);
        return arena;
    }
}
