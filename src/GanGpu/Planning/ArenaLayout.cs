using GanGpu.Graph;
using GanGpu.Kernels.Launching;
using GanGpu.Networks;

namespace GanGpu.Planning;

/// <summary>
/// Places each intermediate tensor in one arena, so that two tensors that are needed at the same time never overlap.
/// The largest are placed first, each at the lowest offset that is free for its whole life.
/// </summary>
internal static class ArenaLayout
{
    private sealed record Life(MemoryBlocks.Block Block, int FirstUse, int LastUse);

    /// <param name="launches">The launches in order; copies are inserted if a tensor is needed in two places.</param>
    /// <param name="results">Tensors that must still be in memory at the end.</param>
    /// <param name="external">External tensors, whose memory is not in the arena.</param>
    /// <returns>The offset of each tensor in the arena, the arena's length, and the tensors that are parts of external
    /// ones, with their offsets.</returns>
    public static (
        Dictionary<Tensor, int> Offsets, int Length, Dictionary<Tensor, (Tensor External, int Offset)> Views) Place(
        List<Launch> launches, IReadOnlyList<Tensor> results, IReadOnlySet<Tensor> external)
    {
        MemoryBlocks blocks = new(launches, external);
        Dictionary<Tensor, int> offsets = [];
        Dictionary<Tensor, (Tensor External, int Offset)> views = [];
        List<(Life Life, int Offset)> placed = [];
        int length = 0;
        foreach (
            Life life in Lives(launches, results, blocks).OrderByDescending(life => life.Block.Length)
            .ThenBy(life => life.FirstUse))
        {
            if (ExternalOf(life.Block, external) is { } owner)
            {
                foreach ((Tensor tensor, int at) in life.Block.Offsets.Where(entry => entry.Key != owner))
                    views.Add(tensor, (owner, at - life.Block.Offsets[owner]));
                continue;
            }

            int offset = 0, size = Slice<float>.Aligned(life.Block.Length);
            foreach ((Life other, int start) in placed
                .Where(other => other.Life.FirstUse <= life.LastUse && life.FirstUse <= other.Life.LastUse)
                .OrderBy(other => other.Offset))
            {
                if (offset + size <= start)
                    break;
                offset = Math.Max(offset, start + Slice<float>.Aligned(other.Block.Length));
            }

            placed.Add((life, offset));
            foreach ((Tensor tensor, int at) in life.Block.Offsets)
                offsets.Add(tensor, offset + at);
            length = Math.Max(length, checked(offset + size));
        }

        return (offsets, length, views);
    }

    /// <summary>The block's external tensor; null if the block is in the arena.</summary>
    private static Tensor? ExternalOf(MemoryBlocks.Block block, IReadOnlySet<Tensor> external)
    {
        Tensor[] owners = [.. block.Offsets.Keys.Where(external.Contains)];
        if (owners.Length > 1)
            throw new NotSupportedException(
                $"{owners[0]} and {owners[1]} are given places apart, but are parts of the same memory.");
        if (owners.Length == 0 && block.Offsets.Keys.FirstOrDefault(tensor => tensor.Producer is null) is { } input)
            throw new ArgumentException(
                $"The input {input} has no place: a parameter or an input of a plan must be given one.");
        if (owners.Length == 1 && owners[0].Shape.Length < block.Length)
            throw new NotSupportedException($"{owners[0]} is given a place, but is only a part of {block.First}.");
        return owners.SingleOrDefault();
    }

    private static Dictionary<MemoryBlocks.Block, Life>.ValueCollection Lives(
        List<Launch> launches, IReadOnlyList<Tensor> results, MemoryBlocks blocks)
    {
        Dictionary<MemoryBlocks.Block, Life> lives = [];
        for (int i = 0; i < launches.Count; i++)
        {
            foreach (Tensor tensor in launches[i].Inputs.Concat(launches[i].Outputs))
                Use(tensor, i);
        }

        foreach (Tensor result in results)
            Use(result, launches.Count);
        return lives.Values;

        void Use(Tensor tensor, int time)
        {
            MemoryBlocks.Block block = blocks.Of(tensor);
            lives[block] = lives.TryGetValue(block, out Life? life) ? life with { LastUse = time }
                : new Life(block, time, time);
        }
    }
}
