using GanGpu.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GanGpu.TorchPeer;

/// <summary>
/// A network of TorchSharp's modules, each parameter with its place in this library's network, in the same order.
/// </summary>
internal sealed class TorchNetwork : IDisposable
{
    private readonly Sequential layers = nn.Sequential();
    private readonly List<Placement> placements = [];

    public IEnumerable<TorchSharp.Modules.Parameter> Parameters => layers.parameters();

    /// <summary>The gradients of its parameters, each a matrix of this library's, row after row.</summary>
    public double[][] Gradients
    {
        get
        {
            using DisposeScope scope = NewDisposeScope();
            return [.. layers.parameters()
                .Zip(placements, (parameter, placement) => Values(placement.Ours(parameter.grad!)))];
        }
    }

    /// <summary>Running means and variances of its batch norms.</summary>
    public double[][] States
    {
        get
        {
            using DisposeScope scope = NewDisposeScope();
            return [.. RunningMoments().Select(Values)];
        }
    }

    public TorchNetwork Add(nn.Module<Tensor, Tensor> layer, params ReadOnlySpan<Placement> parameters)
    {
        layers.append(layer);
        placements.AddRange(parameters);
        return this;
    }

    /// <summary>A convolution as <see cref="Networks.Layers.SameConvolution"/> has it.</summary>
    public TorchNetwork Convolution(int channels, int filters, int kernel, int length, bool bias)
    {
        (int after, _) = Padding(kernel, length);
        return Add(
            nn.Conv2d(channels, filters, (long)kernel, stride: 2, padding: after, bias: bias),
            WithBias(Placement.Convolution(kernel), bias));
    }

    /// <summary>A transposed convolution to images of that length.</summary>
    public TorchNetwork Transposed(int channels, int filters, int kernel, int length, bool bias)
    {
        (int after, int before) = Padding(kernel, length);
        return Add(
            nn.ConvTranspose2d(
                channels, filters, (long)kernel, stride: 2, padding: after, output_padding: after - before, bias: bias),
                WithBias(Placement.Convolution(kernel), bias));
    }

    public TorchNetwork BatchNorm(int channels) => Add(nn.BatchNorm2d(channels), Placement.Vector, Placement.Vector);

    public Tensor Forward(Tensor input) => layers.forward(input);

    /// <summary>Float32 or float64.</summary>
    public TorchNetwork To(ScalarType type)
    {
        layers.to(type);
        return this;
    }

    /// <summary>
    /// Weights of convolutions with the channels last in memory, which makes libtorch's convolutions work on images
    /// that lie so too. TorchSharp has no memory formats; but strides are all that they are.
    /// </summary>
    public TorchNetwork ChannelsLast()
    {
        foreach (nn.Module module in layers.modules())
        {
            if (module is Conv2d convolution)
                convolution.weight = WithChannelsLast(convolution.weight!);
            else if (module is ConvTranspose2d transposed)
                transposed.weight = WithChannelsLast(transposed.weight!);
        }

        return this;
    }

    public void Freeze(bool frozen)
    {
        foreach (TorchSharp.Modules.Parameter parameter in layers.parameters())
            parameter.requires_grad = !frozen;
    }

    /// <summary>Takes over weights and running moments.</summary>
    public void Copy(WeightArena arena, ScalarType type)
    {
        float[] values = new float[arena.Values.Length], states = new float[arena.States.Length];
        arena.Values.CopyTo(values);
        arena.States.CopyTo(states);
        TorchSharp.Modules.Parameter[] theirs = [.. layers.parameters()];
        Tensor[] moments = [.. RunningMoments()];
        if (theirs.Length != arena.Parameters.All.Count || theirs.Length != placements.Count
            || moments.Length != arena.Parameters.States.Count)
            throw new InvalidOperationException("TorchSharp's network has not the parameters of this one.");
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        for (int i = 0; i < theirs.Length; i++)
            theirs[i].copy_(placements[i].Theirs(Matrix(arena.Parameters.All[i], values, type)));
        for (int i = 0; i < moments.Length; i++)
            moments[i].copy_(Matrix(arena.Parameters.States[i], states, type).flatten());
    }

    public void Dispose() => layers.Dispose();

    private static Placement[] WithBias(Placement weight, bool bias) => bias ? [weight, Placement.Vector] : [weight];

    /// <summary>
    /// Rows of zeros below and above an image of ours whose sides a convolution halves: above and below theirs.
    /// </summary>
    private static (int After, int Before) Padding(int kernel, int length)
    {
        int all = Math.Max(0, ((((length + 1) / 2) - 1) * 2) + kernel - length);
        return (all - (all / 2), all / 2);
    }

    private static TorchSharp.Modules.Parameter WithChannelsLast(TorchSharp.Modules.Parameter weight)
    {
        using IDisposable noGradients = no_grad();
        return new TorchSharp.Modules.Parameter(weight.detach().permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2));
    }

    private static Tensor Matrix(Networks.Parameter ours, float[] arena, ScalarType type)
    {
        Networks.Shape shape = ours.Tensor.Shape;
        return tensor(arena.AsSpan(ours.Offset, shape.Length).ToArray(), shape.Rows, shape.Columns).to(type);
    }

    private static double[] Values(Tensor tensor) =>
        tensor.to(ScalarType.Float64).contiguous().data<double>().ToArray();

    private IEnumerable<Tensor> RunningMoments() =>
        layers.named_buffers().Where(buffer => !buffer.name.EndsWith("num_batches_tracked", StringComparison.Ordinal))
        .Select(buffer => buffer.buffer);
}
