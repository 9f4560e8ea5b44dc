using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>
/// A node of the graph: a launch that also knows its derivative. The derivative is stated in operations again, so that
/// it can be differentiated like anything else.
/// </summary>
internal abstract class Operation : Launch
{
    private readonly Tensor[] inputs;
    private readonly Tensor[] outputs;

    protected Operation(Tensor[] inputs, params Shape[] outputs)
    {
        this.inputs = inputs;
        this.outputs = [.. outputs.Select(shape => new Tensor(GetType().Name, shape, this))];
    }

    public override IReadOnlyList<Tensor> Inputs => inputs;

    public override IReadOnlyList<Tensor> Outputs => outputs;

    /// <summary>The result of an operation with a single output.</summary>
    public Tensor Output => outputs[0];

    /// <summary>
    /// The vector-Jacobian product: from the cotangents of the outputs (null: zero), those of the inputs (null: zero),
    /// in the order of <see cref="Launch.Inputs"/>.
    /// </summary>
    public abstract Tensor?[] VectorJacobian(IReadOnlyList<Tensor?> cotangents);

    /// <summary>Throws if two shapes that must agree do not.</summary>
    protected static void Require(bool holds, string rule, Tensor a, Tensor b)
    {
        if (!holds)
            throw new ArgumentException($"{rule}: got {a} and {b}.");
    }
}
