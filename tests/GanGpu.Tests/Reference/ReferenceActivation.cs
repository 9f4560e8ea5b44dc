
namespace GanGpu.Tests.Reference;

/// <summary>The activations and their derivatives in float64.</summary>
internal static class ReferenceActivation
{
    public static readonly Activation[] All = [
        Activation.Identity, Activation.LeakyRelu(), Activation.LeakyRelu(0.01f), Activation.Relu, Activation.Tanh,
        Activation.Sigmoid];

    public static double Apply(Activation f, double x) => f.Kind switch
    {
        ActivationKind.Identity => x,
        ActivationKind.LeakyRelu => x > 0 ? x : f.Leak * x,
        ActivationKind.Relu => Math.Max(x, 0),
        ActivationKind.Tanh => Math.Tanh(x),
        ActivationKind.Sigmoid => 1 / (1 + Math.Exp(-x)),
        _ => throw new NotSupportedException(),
    };

    /// <summary>f' from y = f(x).</summary>
    public static double Derivative(Activation f, double y) => f.Kind switch
    {
        ActivationKind.Identity => 1,
        ActivationKind.LeakyRelu => y > 0 ? 1 : f.Leak,
        ActivationKind.Relu => y > 0 ? 1 : 0,
        ActivationKind.Tanh => 1 - (y * y),
        ActivationKind.Sigmoid => y * (1 - y),
        _ => throw new NotSupportedException(),
    };
}
