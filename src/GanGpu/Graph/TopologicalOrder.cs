using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>The operations that some tensors depend on, each after the operations whose outputs it reads.</summary>
internal static class TopologicalOrder
{
    public static List<Operation> Of(IEnumerable<Tensor> results)
    {
        List<Operation> order = [];
        HashSet<Operation> seen = [];
        // An explicit stack: a deep network must not overflow the thread's stack.
        Stack<(Operation Operation, int NextInput)> open = [];
        foreach (Tensor result in results)
        {
            Visit(result);
            while (open.TryPop(out (Operation Operation, int NextInput) top))
            {
                if (top.NextInput == top.Operation.Inputs.Count)
                {
                    order.Add(top.Operation);
                    continue;
                }

                open.Push((top.Operation, top.NextInput + 1));
                Visit(top.Operation.Inputs[top.NextInput]);
            }
        }

        return order;

        void Visit(Tensor tensor)
        {
            if (tensor.Producer is { } producer && seen.Add(producer))
                open.Push((producer, 0));
        }
    }
}
