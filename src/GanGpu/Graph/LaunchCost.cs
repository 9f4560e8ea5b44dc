namespace GanGpu.Graph;

/// <summary>One of the launches that a training step consists of.</summary>
/// <param name="Operation">What it does, such as "MatMul".</param>
/// <param name="Size">What it does it to: M x N x K and the layout of a product, or rows x columns of the
/// result.</param>
/// <param name="Fused">What else the same launch does, such as "bias, tanh"; may be empty.</param>
/// <param name="Flops">Floating-point operations of its matrix product, 2·M·N·K; 0 where it is none.</param>
/// <param name="Bytes">Bytes it reads and writes at least, everything counted once.</param>
public sealed record LaunchCost(string Operation, string Size, string Fused, long Flops, long Bytes)
{
    /// <summary>Whose update it belongs to, "D" for the discriminator's or "G" for the generator's.</summary>
    public string Network { get; init; } = "";
}
