using GanGpu.Kernels.Gemm;
using GanGpu.Kernels.Launching;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanGpu.Benchmarks.Kernels;

/// <summary>What a dense layer does, forward and backward, in the sizes of the article's GAN at batch 64.</summary>
internal static class DenseKernels
{
    private static readonly (int Rows, int Inputs, int Outputs)[] Layers =
        [(64, 256, 784), (128, 784, 256), (128, 256, 128), (64, 128, 1)];

    public static IEnumerable<(string, Func<Operands, KernelPair>)> All()
    {
        foreach ((int rows, int inputs, int outputs) in Layers)
        {
            string size = $"{rows}x{outputs}x{inputs}";
            yield return ($"layer and leaky ReLU {size}", operands => Forward(operands, rows, inputs, outputs));
            yield return ($"weight and bias gradient {size}", operands =>
                WeightGradient(operands, rows, inputs, outputs));
            yield return ($"input gradient {size}", operands => InputGradient(operands, rows, inputs, outputs));
        }
    }

    private static KernelPair Forward(Operands operands, int rows, int inputs, int outputs)
    {
        (Slice<float> x, Tensor tx) = operands.Input(rows, inputs);
        (Slice<float> weights, Tensor tw) = operands.Input(inputs, outputs);
        (Slice<float> bias, Tensor tb) = operands.Input(outputs);
        Slice<float> y = operands.Output(rows * outputs);
        // As its Linear keeps them.
        Tensor stored = operands.Own(tw.t().contiguous());
        Action ours = operands.Backend.Bind(
            new GemmLaunch(
                new(rows, outputs, inputs), x, weights, y,
                new GemmEpilogue { Bias = bias, Activation = Activation.LeakyRelu() }));
        return KernelPair.Of(
            operands, ours, [y], () => [functional.leaky_relu(functional.linear(tx, stored, tb), 0.2, inplace: true)]);
    }

    private static KernelPair WeightGradient(Operands operands, int rows, int inputs, int outputs)
    {
        (Slice<float> x, Tensor tx) = operands.Input(rows, inputs);
        (Slice<float> dy, Tensor tdy) = operands.Input(rows, outputs);
        Slice<float> dw = operands.Output(inputs * outputs), db = operands.Output(outputs);
        Tensor turned = operands.Own(tx.t());
        Action ours = operands.Backend.Bind(
            new GemmLaunch(
                new(inputs, outputs, rows, TransposeA: true), x, dy, dw, new GemmEpilogue { ColumnSums = db }));
        return KernelPair.Of(operands, ours, [dw, db], () => [turned.mm(tdy), tdy.sum([0L])]);
    }

    /// <summary>Through the layer, and through the leaky ReLU before it.</summary>
    private static KernelPair InputGradient(Operands operands, int rows, int inputs, int outputs)
    {
        (Slice<float> dy, Tensor tdy) = operands.Input(rows, outputs);
        (Slice<float> weights, Tensor tw) = operands.Input(inputs, outputs);
        (_, Tensor before) = operands.Input(rows, inputs);
        Tensor x = operands.Own(before.requires_grad_(true)), activated = operands.Own(functional.leaky_relu(x, 0.2)),
            stored = operands.Own(tw.t().contiguous());
        using Tensor values = activated.detach();
        Slice<float> output = operands.Upload(values.data<float>().ToArray()), dx = operands.Output(rows * inputs);
        Action ours = operands.Backend.Bind(new GemmLaunch(
            new(rows, inputs, outputs, TransposeB: true), dy, weights, dx, new GemmEpilogue
            {
                Output = output,
                Activation = Activation.LeakyRelu(),
            }));
        return KernelPair.Of(operands, ours, [dx], () =>
        {
            using Tensor gradient = tdy.mm(stored);
            return [.. autograd.grad([activated], [x], [gradient], retain_graph: true)];
        });
    }
}
