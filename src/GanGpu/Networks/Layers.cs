using GanGpu.Graph;

namespace GanGpu.Networks;

/// <summary>The layers that networks are written with.</summary>
public static partial class Layers
{
    /// <summary>
    /// A fully connected layer, y = f(x·W + b): the weight "<paramref name="name"/>.weight" is inputs × outputs,
    /// the bias "<paramref name="name"/>.bias" 1 × outputs.
    /// </summary>
    /// <param name="input">A batch [rows, inputs].</param>
    /// <param name="parameters">Where its weight and its bias are kept.</param>
    /// <param name="name">The layer's name, unique within the network.</param>
    /// <param name="outputs">Columns of the result.</param>
    /// <param name="activation">f.</param>
    /// <param name="kernel">How the weight starts.</param>
    /// <param name="bias">How the bias starts; null for none.</param>
    /// <returns>[rows, outputs].</returns>
    /// <exception cref="ArgumentException">There are no outputs, or the network has another parameter of a
    /// name.</exception>
    public static Tensor Dense(
        this Tensor input, Parameters parameters, string name, int outputs, Activation activation, Initializer kernel,
        Initializer? bias)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(parameters);
        Tensor weight = parameters.Get($"{name}.weight", new Shape(input.Shape.Columns, outputs), kernel);
        Tensor sum = new MatMul(input, weight).Output;
        if (bias is { } initializer)
            sum = new AddBias(sum, parameters.Get($"{name}.bias", new Shape(1, outputs), initializer)).Output;
        return parameters.Expose(name, Activated(sum, activation));
    }

    private static Tensor Activated(Tensor x, Activation activation) => activation.Kind == ActivationKind.Identity ? x
        : new Activate(x, activation).Output;
}
