namespace GanGpu.Cli.Commands;

/// <summary>The numbers that an option with a decimal point takes; none of them is infinite or NaN.</summary>
/// <param name="Words">The range as a message says it, such as "a number from 0 on".</param>
/// <param name="Contains">Whether a finite number lies in it.</param>
internal sealed record FractionRange(string Words, Func<double, bool> Contains)
{
    public static readonly FractionRange Any = new("a number", _ => true);

    public static readonly FractionRange FromZero = new("a number from 0 on", value => value >= 0);

    public static readonly FractionRange AboveZero = new("a number above 0", value => value > 0);

    public static readonly FractionRange ToBelowOne = new("a number from 0 to below 1", value => value is >= 0 and < 1);

    public static readonly FractionRange ToBelowHalf =
        new("a number from 0 to below 0.5", value => value is >= 0 and < 0.5);
}
