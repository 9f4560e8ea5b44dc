namespace GanGpu.Graph;

/// <summary>The cost of one of the launches of a training step.</summary>
/// <param name="Operation">Name of the operation, for example "MatMul".</param>
/// <param name="Size">Size of the operands: M x N x K and the layout of a product, otherwise rows x columns of the
/// result.</param>
/// <param name="Fused">What is fused into the launch, for example "bias, tanh"; may be empty.</param>
/// <param name="Flops">Floating-point operations of its matrix product, 2·M·N·K; 0 if it is not a product.</param>
/// <param name="Bytes">Bytes that it reads and writes at least, each counted once.</param>
internal sealed record LaunchCost(string Operation, string Size, string Fused, long Flops, long Bytes)
{
    /// <summary>
    /// The network whose update it belongs to, "D" for the discriminator's or "G" for the generator's.
    /// </summary>
    public string Network { get; init; } = "";
}
