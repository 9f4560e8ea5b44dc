using GanGpu.Graph;

namespace GanGpu.Planning;

/// <summary>
/// Joins to a matrix product what is done with its result before anyone else reads it: product → bias → activation,
/// product → activation gradient, and to a weight gradient Xᵀ·dY the bias gradient, the column sums of the same dY.
/// </summary>
internal static class Fusion
{
    public static List<Launch> Apply(IReadOnlyList<Operation> operations, IReadOnlySet<Tensor> results)
    {
        Dictionary<Tensor, int> readers = [];
        foreach (Tensor input in operations.SelectMany(operation => operation.Inputs))
            readers[input] = readers.GetValueOrDefault(input) + 1;

        List<Launch> launches = [];
        foreach (Operation operation in operations)
            launches.Add(Join(operation) ?? operation);
        JoinColumnSums(launches);
        return launches;

        // The joined launch takes the later operation's place, where everything that it reads has been computed.
        Launch? Join(Operation operation)
        {
            switch (operation)
            {
                case MatMul product:
                    return new FusedMatMul(product.Gemm, product.A, product.B, product.Output);

                case AddBias add when TakeProduct(add.Inputs[0]) is { } product:
                    return product.With(add.Output, bias: add.Inputs[1]);

                case Activate activate when TakeProduct(activate.Inputs[0], withBias: true) is { } product:
                    return product.With(activate.Output, bias: product.Bias, activation: activate.Activation);

                case ActivationGradient gradient when TakeProduct(gradient.Inputs[0]) is { } product:
                    return product.With(gradient.Output, activationOutput: gradient.Inputs[1], activation: gradient.Activation);

                default:
                    return null;
            }
        }

        FusedMatMul? TakeProduct(Tensor tensor, bool withBias = false)
        {
            if (readers[tensor] != 1 || results.Contains(tensor))
                return null;
            int index = launches.FindLastIndex(launch => launch is FusedMatMul product && product.C == tensor
                && (withBias ? product.Bias is not null && product.Activation == default : product.IsPlain));
            if (index < 0)
                return null;
            FusedMatMul found = (FusedMatMul)launches[index];
            launches.RemoveAt(index);
            return found;
        }
    }

    private static void JoinColumnSums(List<Launch> launches)
    {
        foreach (ColumnSums sums in launches.OfType<ColumnSums>().ToList())
        {
            int product = launches.FindIndex(launch => launch is FusedMatMul { IsPlain: true, Gemm: { TransposeA: true, TransposeB: false } } weights
                && weights.B == sums.Inputs[0]);
            int firstReader = launches.FindIndex(launch => launch.Inputs.Contains(sums.Output));
            if (product < 0 || (firstReader >= 0 && firstReader <= product))
                continue;
            FusedMatMul weightGradient = (FusedMatMul)launches[product];
            launches[product] = weightGradient.With(weightGradient.C, columnSums: sums.Output);
            launches.Remove(sums);
        }
    }
}
