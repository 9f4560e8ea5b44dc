namespace GanGpu.PyTorch;

/// <summary>Finds sums of two ways from one step, and makes a module of each.</summary>
internal sealed class TorchResiduals
{
    private readonly Dictionary<TorchNode, int> uses = [];
    private readonly Dictionary<TorchNode, TorchNode> made = [], origins = [];

    private TorchResiduals()
    {
    }

    /// <summary>The same result with such modules.</summary>
    public static TorchNode In(TorchNode result)
    {
        TorchResiduals residuals = new();
        residuals.Count(result);
        return residuals.With(result);
    }

    private void Count(TorchNode node)
    {
        uses[node] = uses.GetValueOrDefault(node) + 1;
        if (uses[node] > 1)
            return;
        foreach (TorchNode before in node.Inputs)
            Count(before);
    }

    private TorchNode With(TorchNode node)
    {
        if (made.TryGetValue(node, out TorchNode? known))
            return known;
        TorchNode[] inputs = [.. node.Inputs.Select(With)];
        TorchNode result = node is { Module: null, Code: TorchNode.Sum } && inputs[0] != inputs[1]
            && Residual(inputs[0], inputs[1]) is { } residual ? residual
            : inputs.SequenceEqual(node.Inputs) ? node : node.Of(inputs);
        origins[result] = node;
        return made[node] = result;
    }

    /// <summary>
    /// The shorter way is the shortcut. Null where they begin at different steps, or something else reads what is on
    /// them.
    /// </summary>
    private TorchNode? Residual(TorchNode a, TorchNode b)
    {
        HashSet<TorchNode> behind = [.. Behind(a)];
        if (Behind(b).FirstOrDefault(behind.Contains) is not { } fork)
            return null;
        if (Behind(a).TakeWhile(node => node != fork).Concat(Behind(b).TakeWhile(node => node != fork))
            .Any(node => uses[origins[node]] > 1))
            return null;
        List<TorchModule> first = TorchAssembly.Chain(a, fork)!, second = TorchAssembly.Chain(b, fork)!;
        return fork.Through(first.Count >= second.Count
            ? TorchModule.Residual(first, second) : TorchModule.Residual(second, first));
    }

    private static IEnumerable<TorchNode> Behind(TorchNode? node)
    {
        for (; node is not null; node = node.Module is null ? null : node.Inputs[0])
            yield return node;
    }
}
