using GanGpu.Graph;

namespace GanGpu.Networks;

/// <summary>
/// A layer as one operation, in a network that is described to be read rather than run, see
/// <see cref="Parameters.Traced"/>: a norm, which else is several operations, or dropout, which is none where samples
/// are drawn.
/// </summary>
/// <param name="layer">The function that it stands for, such as "BatchNorm".</param>
/// <param name="inputs">What it is applied to, then its parameters and states.</param>
/// <param name="number">Its ε, or its rate.</param>
/// <param name="columns">Columns of the result; as many as it is given unless told.</param>
internal sealed class TracedLayer(string layer, Tensor[] inputs, float number = 0f, int? columns = null)
    : Operation(inputs, new Shape(inputs[0].Shape.Rows, columns ?? inputs[0].Shape.Columns))
{
    public string Layer { get; } = layer;

    public float Number { get; } = number;

    /// <summary>Of a layer norm: of how many groups of values each has moments of its own.</summary>
    public int Groups { get; init; }

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) => throw NotRun();

    public override Action Bind(PlanBinding binding) => throw NotRun();

    private InvalidOperationException NotRun() => new($"The layer {Layer} was described to be read, not to be run.");
}
