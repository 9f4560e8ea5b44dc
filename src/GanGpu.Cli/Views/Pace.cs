using System.Globalization;

namespace GanGpu.Cli.Views;

/// <summary>How fast something goes, in the unit that has digits to show.</summary>
internal static class Pace
{
    /// <summary>Such as "1234 steps a second", "2.5 steps a second" or "8.3 s a step".</summary>
    /// <param name="perSecond">How many a second; above 0.</param>
    /// <param name="one">One of them, such as "step".</param>
    public static string Of(double perSecond, string one) => perSecond switch
    {
        >= 100 => string.Create(CultureInfo.InvariantCulture, $"{perSecond:F0} {one}s per second"),
        >= 1 => string.Create(CultureInfo.InvariantCulture, $"{perSecond:F1} {one}s per second"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{1 / perSecond:G3} s per {one}"),
    };
}
