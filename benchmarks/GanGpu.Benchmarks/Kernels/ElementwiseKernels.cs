using GanGpu.Kernels.Elementwise;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Reduction;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanGpu.Benchmarks.Kernels;

/// <summary>Operations by the element and by the column, on a batch of 64 images of 784 pixels.</summary>
internal static class ElementwiseKernels
{
    private const int Rows = 64, Columns = 784, Length = Rows * Columns;

    public static IEnumerable<(string, Func<Operands, KernelPair>)> All()
    {
        foreach ((string name, Activation activation, Func<Tensor, Tensor> theirs) in Activations())
        {
            yield return (name, operands => Activate(operands, activation, theirs));
            yield return ($"{name} gradient", operands => ActivationGradient(operands, activation, theirs));
        }

        yield return (
            "add", operands =>
            Binary(operands, (a, b, y) => operands.Backend.Bind(new AddLaunch(a, b, y)), (a, b) => a.add(b)));
        yield return (
            "multiply", operands =>
            Binary(operands, (a, b, y) => operands.Backend.Bind(new MultiplyLaunch(a, b, y)), (a, b) => a.mul(b)));
        yield return ("scale", Scale);
        yield return ("add bias", AddBias);
        yield return ("broadcast rows", BroadcastRows);
        yield return ("column sums", ColumnSums);
    }

    private static IEnumerable<(string, Activation, Func<Tensor, Tensor>)> Activations() =>
    [
        ("leaky ReLU", Activation.LeakyRelu(), x => functional.leaky_relu(x, 0.2)),
        ("tanh", Activation.Tanh, x => x.tanh()),
        ("sigmoid", Activation.Sigmoid, x => x.sigmoid()),
    ];

    private static KernelPair Activate(Operands operands, Activation activation, Func<Tensor, Tensor> theirs)
    {
        (Slice<float> x, Tensor tx) = operands.Input(Rows, Columns);
        Slice<float> y = operands.Output(Length);
        return KernelPair.Of(operands, operands.Backend.Bind(new ActivateLaunch(activation, x, y)), [y], () =>
            [theirs(tx)]);
    }

    private static KernelPair ActivationGradient(Operands operands, Activation activation, Func<Tensor, Tensor> theirs)
    {
        (_, Tensor before) = operands.Input(Rows, Columns);
        (Slice<float> dy, Tensor tdy) = operands.Input(Rows, Columns);
        Tensor x = operands.Own(before.requires_grad_(true)), output = operands.Own(theirs(x));
        using Tensor values = output.detach();
        Slice<float> y = operands.Upload(values.data<float>().ToArray()), dx = operands.Output(Length);
        return KernelPair.Of(
            operands, operands.Backend.Bind(new ActivationGradientLaunch(activation, dy, y, dx)), [dx], () =>
                [.. autograd.grad([output], [x], [tdy], retain_graph: true)]);
    }

    private static KernelPair Binary(
        Operands operands, Func<Slice<float>, Slice<float>, Slice<float>, Action> bind,
        Func<Tensor, Tensor, Tensor> theirs)
    {
        (Slice<float> a, Tensor ta) = operands.Input(Rows, Columns);
        (Slice<float> b, Tensor tb) = operands.Input(Rows, Columns);
        Slice<float> y = operands.Output(Length);
        return KernelPair.Of(operands, bind(a, b, y), [y], () => [theirs(ta, tb)]);
    }

    private static KernelPair Scale(Operands operands)
    {
        (Slice<float> x, Tensor tx) = operands.Input(Rows, Columns);
        Tensor factor = operands.Own(tensor(0.75f));
        Slice<float> y = operands.Output(Length);
        return KernelPair.Of(operands, operands.Backend.Bind(new ScaleLaunch(0.75f, x, y)), [y], () =>
            [tx.mul(factor)]);
    }

    private static KernelPair AddBias(Operands operands)
    {
        (Slice<float> x, Tensor tx) = operands.Input(Rows, Columns);
        (Slice<float> bias, Tensor tb) = operands.Input(Columns);
        Slice<float> y = operands.Output(Length);
        return KernelPair.Of(operands, operands.Backend.Bind(new AddBiasLaunch(Rows, Columns, x, bias, y)), [y], () =>
            [tx.add(tb)]);
    }

    private static KernelPair BroadcastRows(Operands operands)
    {
        (Slice<float> row, Tensor theirs) = operands.Input(1, Columns);
        Slice<float> y = operands.Output(Length);
        return KernelPair.Of(operands, operands.Backend.Bind(new BroadcastRowsLaunch(Rows, Columns, row, y)), [y], () =>
        {
            using Tensor view = theirs.expand(Rows, Columns);
            return [view.contiguous()];
        });
    }

    private static KernelPair ColumnSums(Operands operands)
    {
        (Slice<float> x, Tensor tx) = operands.Input(Rows, Columns);
        Slice<float> sums = operands.Output(Columns);
        return KernelPair.Of(
            operands, operands.Backend.Bind(new ColumnSumsLaunch(Rows, Columns, x, sums)), [sums], () =>
            [tx.sum([0L])]);
    }
}
