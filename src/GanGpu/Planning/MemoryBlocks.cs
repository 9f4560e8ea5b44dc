using GanGpu.Graph;

namespace GanGpu.Planning;

/// <summary>
/// Which tensors share memory, and where they lie in it: each <see cref="PlacedOperation"/> joins the blocks of its tensors.
/// A tensor that none of them names is a block of its own.
/// </summary>
internal sealed class MemoryBlocks
{
    private readonly IReadOnlySet<Tensor> kept;
    private readonly Dictionary<Tensor, Block> blocks = [];

    /// <param name="launches">In order.</param>
    /// <param name="kept">Tensors whose place is given from outside.</param>
    public MemoryBlocks(IEnumerable<Launch> launches, IReadOnlySet<Tensor> kept)
    {
        this.kept = kept;
        foreach (PlacedOperation placed in launches.OfType<PlacedOperation>())
            placed.Place(this);
    }

    /// <summary>The block that a tensor is part of.</summary>
    public Block Of(Tensor tensor)
    {
        if (!blocks.TryGetValue(tensor, out Block? block))
            blocks.Add(tensor, block = new Block(tensor));
        return block;
    }

    /// <summary>A tensor that is read where another one lies, from an offset on.</summary>
    public void View(Tensor view, Tensor of, int offset) => Join(Of(view), Of(of), Of(of).Offsets[of] + offset - Of(view).Offsets[view]);

    /// <summary>A tensor that is to be written where a part of another one lies: it must have no other place.</summary>
    public void Part(Tensor part, Tensor of, int offset)
    {
        Block block = Of(part);
        bool whole = block.Offsets[part] == 0 && block.Length == part.Shape.Length;
        // Its values must be written there by the launch that computes them, and by that one alone.
        if (!whole || block == Of(of) || block.Offsets.Keys.Any(tensor => kept.Contains(tensor) || IsInput(tensor)))
            throw new NotSupportedException($"{part} can't be stacked in place: it has a place already.");
        View(part, of, offset);
    }

    private static bool IsInput(Tensor tensor) => tensor.Producer is null;

    private void Join(Block block, Block into, int offset)
    {
        foreach ((Tensor tensor, int at) in block.Offsets)
        {
            into.Offsets.Add(tensor, at + offset);
            blocks[tensor] = into;
        }
    }

    /// <summary>Memory that tensors share; the first one has all of it.</summary>
    internal sealed class Block(Tensor first)
    {
        /// <summary>Where each of its tensors begins, in floats.</summary>
        public Dictionary<Tensor, int> Offsets { get; } = new() { [first] = 0 };

        /// <summary>Floats of all of it.</summary>
        public int Length => first.Shape.Length;

        public Tensor First => first;
    }
}
