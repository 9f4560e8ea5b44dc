using System.Globalization;

namespace GanGpu.Devices;

/// <summary>A device's name as the user writes it: a kind, or a kind and a number.</summary>
internal readonly record struct DeviceName(DeviceKind? Kind, int? Index)
{
    public const string ValidNames = "auto, cuda, cuda:N, opencl, opencl:N, cpu, emulator (N counts from 0)";

    /// <summary>
    /// The kind is null for "auto". Throws <see cref="InvalidInputException"/> for anything but a valid name.
    /// </summary>
    public static DeviceName Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string text = name.Trim().ToLowerInvariant();
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string kind = colon < 0 ? text : text[..colon];
        int? index = null;
        if (colon >= 0)
        {
            bool countable = kind is "cuda" or "opencl";
            if (!countable
                || !int.TryParse(
                    text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int number))
                throw Invalid(name);
            index = number;
        }

        return kind switch
        {
            "auto" => new(null, null),
            "cuda" => new(DeviceKind.Cuda, index),
            "opencl" => new(DeviceKind.OpenCl, index),
            "cpu" => new(DeviceKind.Cpu, null),
            "emulator" => new(DeviceKind.Emulator, null),
            _ => throw Invalid(name),
        };
    }

    private static InvalidInputException Invalid(string name) =>
        new($"There is no device named \"{name}\". Valid names: {ValidNames}.");
}
