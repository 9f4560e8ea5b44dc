namespace GanGpu;

/// <summary>A device that is present, or a kind of device that is not and why.</summary>
/// <param name="Name">What <see cref="Device.Open"/> knows it by, such as "cuda:0".</param>
/// <param name="Description">One line with its name and figures.</param>
/// <param name="Usable">It can be opened.</param>
/// <param name="Reason">Why it can't be opened; null where it can.</param>
public sealed record DeviceInfo(string Name, string Description, bool Usable, string? Reason);
