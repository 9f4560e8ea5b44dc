using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>
/// Finds which tensors share memory, and their offsets in it: each <see cref="PlacedOperation"/> joins the blocks of
/// its tensors. A tensor that no such operation uses is a block of its own.
/// </summary>
internal sealed class MemoryBlocks
{
    private readonly IReadOnlySet<Tensor> external;
    private readonly Dictionary<Tensor, Block> blocks = [];
    private readonly List<Launch> copies = [];

    /// <param name="launches">The launches in order; copies are inserted if a tensor is needed in two places.</param>
    /// <param name="external">External tensors, whose memory is not in the arena.</param>
    public MemoryBlocks(List<Launch> launches, IReadOnlySet<Tensor> external)
    {
        this.external = external;
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

    /// <summary>Makes a tensor a view of another one from an offset on.</summary>
    public void View(Tensor view, Tensor of, int offset) =>
        Join(Of(view), Of(of), Of(of).Offsets[of] + offset - Of(view).Offsets[view]);

    /// <summary>
    /// Makes a tensor, which is still to be written, a part of another one; if it already has another place, it is
    /// copied there.
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
            && !block.Offsets.Keys.Any(tensor => external.Contains(tensor) || tensor.Producer is null);
    }

    private void Join(Block block, Block into, int offset)
    {
        foreach ((Tensor tensor, int at) in block.Offsets)
        {
            into.Offsets.Add(tensor, at + offset);
            blocks[tensor] = into;
        }
    }

    /// <summary>Memory that tensors share; the first tensor covers all of it.</summary>
    internal sealed class Block(Tensor first)
    {
        /// <summary>Offset of each of its tensors, in floats.</summary>
        public Dictionary<Tensor, int> Offsets { get; } = new() { [first] = 0 };

        /// <summary>Floats of the block.</summary>
        public int Length => first.Shape.Length;

        public Tensor First => first;
    }
}
