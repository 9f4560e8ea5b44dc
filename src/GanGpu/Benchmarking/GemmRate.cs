using GanGpu.Kernels;

namespace GanGpu.Benchmarking;

/// <summary>How fast a device multiplies two matrices of float32 that it has at hand.</summary>
/// <param name="Shape">M x N x K and the layout, such as "64x784x256 NT".</param>
/// <param name="GigaflopsPerSecond">10⁹ floating-point operations a second, 2·M·N·K a product; above 0.</param>
/// <param name="Microseconds">Microseconds a product, the median; above 0.</param>
internal sealed record GemmRate(string Shape, double GigaflopsPerSecond, double Microseconds)
{
    /// <inheritdoc/>
    public override string ToString() => InvariantText.Of(nameof(GemmRate), PrintMembers);
}
