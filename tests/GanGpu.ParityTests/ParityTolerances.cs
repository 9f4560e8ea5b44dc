namespace GanGpu.ParityTests;

/// <summary>By how much two trainings may differ.</summary>
/// <param name="Loss">A loss, and a penalty; in proportion to it where it is above 1.</param>
/// <param name="Gradient">Every gradient; null where gradients are not compared.</param>
/// <param name="State">Every running mean and variance; null where there are none, or they are not compared.</param>
/// <param name="LeastOfLargest">
/// All values of a gradient or state in the update in which they agree best, in proportion to the largest of them;
/// nothing unless told.
/// </param>
internal sealed record ParityTolerances(
    double Loss, Tolerance? Gradient = null, Tolerance? State = null, double LeastOfLargest = double.PositiveInfinity);

/// <summary>By how much a value of a tensor may be off.</summary>
/// <param name="Absolute">In any case.</param>
/// <param name="Relative">In proportion to the value itself.</param>
/// <param name="OfLargest">In proportion to the largest value of its tensor.</param>
internal readonly record struct Tolerance(double Absolute = 0, double Relative = 0, double OfLargest = 0)
{
    public double For(double expected, double largest) =>
        Absolute + (Relative * Math.Abs(expected)) + (OfLargest * largest);
}
