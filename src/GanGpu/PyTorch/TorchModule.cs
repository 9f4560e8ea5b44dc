using System.Globalization;
using GanGpu.Kernels.Numerics;

namespace GanGpu.PyTorch;

/// <summary>A module of PyTorch, with what it takes to write it as code and to fill it with values.</summary>
/// <param name="Code">The expression that makes it; of a module with parts what is called with them, such as
/// "nn.Sequential".</param>
internal sealed record TorchModule(string Code)
{
    /// <summary>Tensors of its own.</summary>
    public IReadOnlyList<TorchTensor> Tensors { get; init; } = [];

    /// <summary>Modules that it is made of.</summary>
    public IReadOnlyList<(string Name, TorchModule Module)> Parts { get; init; } = [];

    /// <summary>Whether its parts are numbered rather than named.</summary>
    public bool IsSequence { get; init; }

    /// <summary>The class that the code names, where that is none of PyTorch's.</summary>
    public string? Class { get; init; }

    /// <summary>What Keras calls such a layer, such as "conv2d"; null where it has none.</summary>
    public string? KerasType { get; init; }

    /// <summary>Modules one after the other.</summary>
    public static TorchModule Sequential(IEnumerable<TorchModule> layers) => Sequence("nn.Sequential", null, layers);

    /// <summary>Modules one after the other, of another class than PyTorch's.</summary>
    public static TorchModule Sequence(string code, string? definition, IEnumerable<TorchModule> layers) => new(code)
    {
        Class = definition,
        IsSequence = true,
        Parts = [.. layers.Select((layer, i) => (i.ToString(CultureInfo.InvariantCulture), layer))],
    };

    /// <summary>A linear layer.</summary>
    /// <param name="layer">Its name in this library.</param>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="outputs">Its outputs.</param>
    /// <param name="bias">Whether it has a bias.</param>
    /// <param name="inputPlaces">The place of each of PyTorch's inputs among this library's; null for the same.</param>
    /// <param name="outputPlaces">Likewise of the outputs.</param>
    /// <param name="spectral">Whether its weight is spectrally normalised.</param>
    public static TorchModule Linear(
        string layer, int inputs, int outputs, bool bias, Func<int[]>? inputPlaces = null,
        Func<int[]>? outputPlaces = null, bool spectral = false) =>
        new(bias ? $"nn.Linear({inputs}, {outputs})" : $"nn.Linear({inputs}, {outputs}, bias=False)")
        {
            KerasType = "dense",
            Tensors = WithBias(
                layer,
                new("weight", [outputs, inputs], $"{layer}.weight")
                {
                    Places = () =>
                        Places.OfLinear(
                            inputPlaces?.Invoke() ?? [.. Enumerable.Range(0, inputs)], outputPlaces?.Invoke()
                            ?? [.. Enumerable.Range(0, outputs)]),
                    KerasName = "kernel",
                    KerasShape = [inputs, outputs],
                    SpectralState = spectral ? $"{layer}.u" : null,
                },
                bias,
                outputs,
                outputPlaces),
        };

    /// <summary>A batch norm.</summary>
    /// <param name="layer">Its name in this library.</param>
    /// <param name="channels">What it normalises.</param>
    /// <param name="epsilon">Added to variances.</param>
    /// <param name="images">Whether of images, or of vectors.</param>
    public static TorchModule BatchNorm(string layer, int channels, float epsilon, bool images) =>
        new(epsilon == 1e-5f ? $"nn.BatchNorm{(images ? 2 : 1)}d({channels})"
            : $"nn.BatchNorm{(images ? 2 : 1)}d({channels}, eps={Number(epsilon)})")
        {
            KerasType = "batch_normalization",
            Tensors =
            [
                new("weight", [channels], $"{layer}.weight") { KerasName = "gamma" },
                new("bias", [channels], $"{layer}.bias") { KerasName = "beta" },
                .. Moments(layer, "", channels),
            ],
        };

    /// <summary>The running moments of a batch norm.</summary>
    public static IEnumerable<TorchTensor> Moments(string layer, string prefix, int channels) =>
    [
        new($"{prefix}running_mean", [channels], $"{layer}.running_mean") { KerasName = "moving_mean" },
        new($"{prefix}running_var", [channels], $"{layer}.running_var") { KerasName = "moving_variance" },
        new($"{prefix}num_batches_tracked", [], null),
    ];

    /// <summary>A vector for each class.</summary>
    /// <param name="layer">Its name in this library.</param>
    /// <param name="classes">Classes.</param>
    /// <param name="size">Values of a vector.</param>
    /// <param name="spectral">Whether the table is spectrally normalised.</param>
    public static TorchModule Embedding(string layer, int classes, int size, bool spectral = false) =>
        new($"nn.Embedding({classes}, {size})")
        {
            KerasType = "embedding",
            Tensors = [
            new("weight", [classes, size], $"{layer}.weight") { KerasName = "embeddings", SpectralState = spectral
                ? $"{layer}.u" : null }],
        };

    /// <summary>A function without tensors.</summary>
    public static TorchModule Of(Activation activation) => new(activation.Kind switch
    {
        ActivationKind.LeakyRelu => $"nn.LeakyReLU({Number(activation.Leak)})",
        ActivationKind.Relu => "nn.ReLU()",
        ActivationKind.Tanh => "nn.Tanh()",
        ActivationKind.Sigmoid => "nn.Sigmoid()",
        _ => "nn.Identity()",
    });

    /// <summary>A weight, and the bias behind it where there is one.</summary>
    public static IReadOnlyList<TorchTensor> WithBias(
        string layer, TorchTensor weight, bool bias, int outputs, Func<int[]>? places = null) =>
        bias ? [weight, new("bias", [outputs], $"{layer}.bias") { Places = places, KerasName = "bias" }] : [weight];

    /// <summary>A number as Python reads it.</summary>
    public static string Number(float value) => value.ToString("R", CultureInfo.InvariantCulture).ToLowerInvariant();

    /// <summary>
    /// All tensors with their full names, each with the Keras type and a number of its module, in the order of the
    /// network.
    /// </summary>
    public IEnumerable<(TorchTensor Tensor, TorchModule Module)> AllTensors(string prefix = "") =>
        Tensors.Select(tensor => (tensor with { Name = prefix + tensor.Name }, this))
            .Concat(Parts.SelectMany(part => part.Module.AllTensors($"{prefix}{part.Name}.")));
}
