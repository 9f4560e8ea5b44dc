using GanGpu.Kernels.Losses;
using GanGpu.Kernels.Numerics;

namespace GanGpu.Backends;

/// <summary>A discriminator's last layer with its loss and their gradients; see <see cref="IBackend.LogitsLayer"/>.</summary>
/// <param name="Rows">Logits, at most <see cref="LogitsLayerGpu.MostRows"/>.</param>
/// <param name="Columns">Values of a row of <see cref="X"/>.</param>
/// <param name="Targets">What the logits are held against.</param>
internal readonly record struct LogitsLayer(int Rows, int Columns, BinaryTargets Targets)
{
    /// <summary>Any but relativistic pairing.</summary>
    public LogitLossKind Loss { get; init; }

    /// <summary>[Rows, Columns], what the layer before put out.</summary>
    public required Slice<float> X { get; init; }

    /// <summary>[Columns, 1].</summary>
    public required Slice<float> Weights { get; init; }

    /// <summary>[1].</summary>
    public required Slice<float> Bias { get; init; }

    /// <summary>[Rows, 1], written.</summary>
    public required Slice<float> Logits { get; init; }

    /// <summary>[Rows, 1], written: the objective's gradient towards the logits.</summary>
    public required Slice<float> Gradient { get; init; }

    /// <summary>[4], written; see <see cref="IBackend.LogitLoss"/>.</summary>
    public required Slice<float> Figures { get; init; }

    /// <summary>[Columns, 1], written where the layer is trained.</summary>
    public Slice<float>? WeightGradient { get; init; }

    /// <summary>[1], written where the layer is trained.</summary>
    public Slice<float>? BiasGradient { get; init; }

    /// <summary>[Rows, Columns], written where layers before it are differentiated: through <see cref="InputActivation"/>, to what that was applied to.</summary>
    public Slice<float>? InputGradient { get; init; }

    /// <summary>The activation that made X.</summary>
    public Activation InputActivation { get; init; }

    /// <summary>What ends the step here, where something does.</summary>
    public StepClock? Clock { get; init; }
}
