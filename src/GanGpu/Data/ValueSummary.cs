using GanGpu.Kernels;

namespace GanGpu.Data;

/// <summary>The values of a channel, or of a number of vectors.</summary>
/// <param name="Least">The smallest.</param>
/// <param name="Most">The greatest.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Deviation">Their standard deviation.</param>
internal sealed record ValueSummary(double Least, double Most, double Mean, double Deviation)
{
    /// <inheritdoc/>
    public override string ToString() => InvariantText.Of(nameof(ValueSummary), PrintMembers);
}
