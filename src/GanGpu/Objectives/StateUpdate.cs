using GanGpu.Graph;
using GanGpu.Networks;

namespace GanGpu.Objectives;

/// <summary>A state of a network that a step changes.</summary>
/// <param name="State">The state as the step finds it.</param>
/// <param name="Value">What it is to become.</param>
internal sealed record StateUpdate(Tensor State, Tensor Value)
{
    /// <summary>
    /// The new value where the state lies: a copy, for others may still read the old one while it is computed.
    /// </summary>
    public Tensor Stored { get; } = new Scale(Value, 1f).Output;
}
