using GanGpu.Data;

namespace GanGpu.Modalities.Images;

/// <summary>"stacked:" and the name of a grey data set, see <see cref="StackedDigits"/>.</summary>
internal sealed class StackedReader : IDataReader
{
    private const string Prefix = StackedDigits.Prefix;

    private const int HeldOut = 26_000;

    /// <inheritdoc/>
    public bool Knows(DataPlace place) => GreyName(place.Name) is not null;

    /// <inheritdoc/>
    public DataSet Open(DataPlace place) => StackedDigits.Draw(place.Open(GreyName(place.Name)!)!);

    /// <inheritdoc/>
    public DataSet? OpenHeldOut(DataPlace place) =>
        GreyName(place.Name) is { } name && place.Open(name) is { } grey ? StackedDigits.Draw(grey, HeldOut) : null;

    /// <inheritdoc/>
    public string? FullName(string name, Func<string, string> fullName) =>
        GreyName(name) is { } grey ? Prefix + fullName(grey) : null;

    private static string? GreyName(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : null;
}
