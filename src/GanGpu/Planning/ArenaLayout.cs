using GanGpu.Backends;
using GanGpu.Graph;

namespace GanGpu.Planning;

/// <summary>
/// Gives each intermediate tensor a place in one arena, such that two that are needed at the same time never overlap.
/// The largest are placed first, each at the lowest offset that is free for its whole life.
/// </summary>
internal static class ArenaLayout
{
    /// <summary>A block of the arena: a tensor, or a stack together with the two tensors written into it.</summary>
    private sealed record Block(Tensor Tensor, int FirstUse, int LastUse);

    public static (Dictionary<Tensor, int> Offsets, int Length) Place(IReadOnlyList<Launch> launches, IReadOnlyList<Tensor> results, IReadOnlySet<Tensor> kept)
    {
        Dictionary<Tensor, (Tensor Stack, int Offset)> parts = StackedParts(launches, kept);
        Dictionary<Tensor, int> offsets = [];
        List<(Block Block, int Offset)> placed = [];
        int length = 0;
        foreach (Block block in Lives(launches, results, kept, parts).Values.OrderByDescending(block => block.Tensor.Shape.Length).ThenBy(block => block.FirstUse))
        {
            int offset = 0, size = Aligned(block.Tensor.Shape.Length);
            foreach ((Block other, int start) in placed
                .Where(other => other.Block.FirstUse <= block.LastUse && block.FirstUse <= other.Block.LastUse)
                .OrderBy(other => other.Offset))
            {
                if (offset + size <= start)
                    break;
                offset = Math.Max(offset, start + Aligned(other.Tensor.Shape.Length));
            }

            placed.Add((block, offset));
            offsets.Add(block.Tensor, offset);
            length = Math.Max(length, checked(offset + size));
        }

        foreach ((Tensor part, (Tensor stack, int offset)) in parts)
            offsets.Add(part, offsets[stack] + offset);
        return (offsets, length);
    }

    private static int Aligned(int length) => checked(length + Slice<float>.Alignment - 1) / Slice<float>.Alignment * Slice<float>.Alignment;

    private static Dictionary<Tensor, (Tensor Stack, int Offset)> StackedParts(IReadOnlyList<Launch> launches, IReadOnlySet<Tensor> kept)
    {
        Dictionary<Tensor, (Tensor Stack, int Offset)> parts = [];
        foreach (StackRows stack in launches.OfType<StackRows>())
        {
            int offset = 0;
            foreach (Tensor part in stack.Inputs)
            {
                // Its rows must be written into the stack by the launch that computes them, and by that one alone.
                if (part.Producer is null or StackRows || kept.Contains(part) || !parts.TryAdd(part, (stack.Output, offset)))
                    throw new NotSupportedException($"{part} can't be stacked in place: it has a place already.");
                offset += part.Shape.Length;
            }
        }

        return parts;
    }

    private static Dictionary<Tensor, Block> Lives(
        IReadOnlyList<Launch> launches, IReadOnlyList<Tensor> results, IReadOnlySet<Tensor> kept, Dictionary<Tensor, (Tensor Stack, int Offset)> parts)
    {
        Dictionary<Tensor, Block> lives = [];
        for (int i = 0; i < launches.Count; i++)
        {
            foreach (Tensor tensor in launches[i].Inputs.Concat(launches[i].Outputs))
                Use(tensor, i);
        }

        foreach (Tensor result in results)
            Use(result, launches.Count);
        return lives;

        void Use(Tensor tensor, int time)
        {
            Tensor owner = parts.TryGetValue(tensor, out (Tensor Stack, int Offset) part) ? part.Stack : tensor;
            if (kept.Contains(owner))
                return;
            if (owner.Producer is null)
                throw new ArgumentException($"The input {owner} has no place: a parameter or an input of a plan must be given one.");
            lives[owner] = lives.TryGetValue(owner, out Block? life) ? life with { LastUse = time } : new Block(owner, time, time);
        }
    }
}
