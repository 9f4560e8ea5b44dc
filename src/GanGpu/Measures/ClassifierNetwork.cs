using GanGpu.Networks;

namespace GanGpu.Measures;

/// <summary>
/// From images [n, length] to features [n, any] and logits [n, classes], the latter made of the former.
/// </summary>
internal delegate (Tensor Features, Tensor Logits) ClassifierNetwork(Parameters parameters, Tensor images);

/// <summary>The networks that a classifier can have.</summary>
internal static class ClassifierNetworks
{
    /// <summary>A multilayer perceptron with two hidden layers of rectified units.</summary>
    public static ClassifierNetwork Mlp(HiddenUnits hidden, int classes) => (parameters, images) =>
    {
        Tensor features = images
            .Dense(parameters, "dense1", hidden.First, Activation.Relu, Initializer.GlorotUniform, Initializer.Zeros)
            .Dense(parameters, "dense2", hidden.Second, Activation.Relu, Initializer.GlorotUniform, Initializer.Zeros);
        return (features,
            features.Dense(
                parameters, "dense3", classes, Activation.Identity, Initializer.GlorotUniform, Initializer.Zeros));
    };
}
