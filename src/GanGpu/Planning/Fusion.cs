using GanGpu.Graph;
using GanGpu.Networks;

namespace GanGpu.Planning;

/// <summary>
/// Fuses to a matrix product the operations on its result that come before any other reader: product → bias →
/// activation, product → activation gradient, and to a weight gradient Xᵀ·dY the bias gradient, the column sums of the
/// same dY.
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

        // The fused launch takes the position of the later operation: all its operands are computed by then.
        Launch? Join(Operation operation)
        {
            switch (operation)
            {
                case MatMul product:
                    return new FusedMatMul(product.Gemm, product.A, product.B, product.Output, new());

                case Convolution convolution:
                    return Fused(ConvolutionPass.Forward, convolution.ConvolutionShape, operation);

                case ConvolutionInputGradient gradient:
                    return Fused(ConvolutionPass.InputGradient, gradient.ConvolutionShape, operation);

                case ConvolutionWeightGradient gradient:
                    return Fused(ConvolutionPass.WeightGradient, gradient.ConvolutionShape, operation);

                case AddBias add when TakeProduct(add.Inputs[0]) is { } product:
                    return product.With(add.Output, new() { Bias = add.Inputs[1] });

                case Activate activate when TakeProduct(activate.Inputs[0], withBias: true) is { } product:
                    return product.With(
                        activate.Output, new() { Bias = product.Bias, Activation = activate.Activation });

                case ActivationGradient gradient when TakeProduct(gradient.Inputs[0]) is { } product:
                    return product.With(
                        gradient.Output,
                        new() { ActivationOutput = gradient.Inputs[1], Activation = gradient.Activation });

                default:
                    return null;
            }
        }

        FusedProduct? TakeProduct(Tensor tensor, bool withBias = false)
        {
            if (readers[tensor] != 1 || results.Contains(tensor))
                return null;
            int index =
                launches.FindLastIndex(launch => launch is FusedProduct { HasRows: true } product && product.C == tensor
                && (withBias ? product.Bias is not null && product.Activation == default : product.IsPlain));
            if (index < 0)
                return null;
            FusedProduct found = (FusedProduct)launches[index];
            launches.RemoveAt(index);
            return found;
        }

        static FusedConvolution Fused(
            ConvolutionPass pass, Kernels.Convolution.ConvolutionShape shape, Operation operation) =>
            new(pass, shape, operation.Inputs[0], operation.Inputs[1], operation.Output, new());
    }

    private static void JoinColumnSums(List<Launch> launches)
    {
        foreach (ColumnSums sums in launches.OfType<ColumnSums>().ToList())
        {
            int product = launches.FindIndex(launch => launch is FusedProduct { IsPlain: true } weights
                && weights.SummedGradient == sums.Inputs[0]);
            int firstReader = launches.FindIndex(launch => launch.Inputs.Contains(sums.Output));
            if (product < 0 || (firstReader >= 0 && firstReader <= product))
                continue;
            FusedProduct weightGradient = (FusedProduct)launches[product];
            launches[product] = weightGradient.With(weightGradient.C, new() { ColumnSums = sums.Output });
            launches.Remove(sums);
        }
    }
}
