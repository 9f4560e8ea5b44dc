using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>The same values in rows of another length.</summary>
internal sealed class Reshape : PlacedOperation
{
    public Reshape(Tensor x, Shape shape)
        : base([x], shape)
    {
        if (x.Shape.Length != shape.Length)
            throw new ArgumentException(
                $"A tensor can only be reshaped to as many values as it has: got {x} and {shape}.");
    }

    /// <summary>The images whose pixels the rows become; null if they do not become images.</summary>
    public SampleShape? Image { get; init; }

    public override Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents) =>
        [cotangents[0] is { } v ? new Reshape(v, Inputs[0].Shape).Output : null];

    public override void Place(MemoryBlocks blocks) => blocks.View(Output, Inputs[0], 0);
}
