namespace GanGpu.Graph;

/// <summary>
/// Which tensors share memory, and where they lie in it: each <see cref="PlacedOperation"/> joins the blocks of its
/// tensors. A tensor that none of them names is a block of its own.
/// </summary>
internal sealed class MemoryBlocks
{
    private readonly IReadOnlySet<Tensor> kept;
    private readonly Dictionary<Tensor, Block> blocks = [];
    private readonly List<Launch> copies = [];

    /// <param name="launches">In order; copies are put in where a tensor is needed in two places.</param>
    /// <param name="kept">Tensors whose place is given from outside.</param>
    public MemoryBlocks(List<Launch> launches, IReadOnlySet<Tensor> kept)
    {
        this.kept = kept;
        for (int i = 0; i < launches.Count; i++)
        {
            if (launches[i] is not PlacedOperation placed)
                continue;
            placed.Place(this);
            launches.InsertRange(i, copies);
            i += copies.Count;
            copies.Clear();
        }
    }

    /// <summary>The block that a tensor is part of.</summary>
    public Block Of(Tensor tensor)
    {
        if (!blocks.TryGetValue(tensor, out Block? block))
            blocks.Add(tensor, block = new Block(tensor));
        return block;
    }

    /// <summary>A tensor that is read where another one lies, from an offset on.</summary>
    public void View(Tensor view, Tensor of, int offset) =>
        Join(Of(view), Of(of), Of(of).Offsets[of] + offset - Of(view).Offsets[view]);

    /// <summary>
    /// A tensor that is to be written where a part of another one lies; copied there if it has another place already.
    /// </summary>
    public void Part(Tensor part, Tensor of, int offset)
    {
        if (!IsFree(part, of))
        {
            Scale copy = new(part, 1f);
            copies.Add(copy);
            part = copy.Output;
        }

        View(part, of, offset);
    }

    private bool IsFree(Tensor part, Tensor of)
    {
        Block block = Of(part);
        return block.Length == part.Shape.Length && block != Of(of)
            && !block.Offsets.Keys.Any(tensor => kept.Contains(tensor) || tensor.Producer is null);
    }

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
