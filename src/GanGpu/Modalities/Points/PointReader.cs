using GanGpu.Data;

namespace GanGpu.Modalities.Points;

/// <summary>The sets of points in the plane that the library draws itself, see <see cref="SyntheticPoints"/>.</summary>
internal sealed class PointReader : IDataReader
{
    private const int HeldOut = 26_000;

    /// <summary>Another than that of the sets to train on.</summary>
    private const ulong HeldOutSeed = 2;

    /// <inheritdoc/>
    public IReadOnlyList<string> Names => SyntheticPoints.Names;

    /// <inheritdoc/>
    public string Description => "points in the plane";

    /// <inheritdoc/>
    public DataSet Open(DataPlace place) => SyntheticPoints.Draw(place.Name);

    /// <inheritdoc/>
    public DataSet? OpenHeldOut(DataPlace place) =>
        Names.Contains(place.Name) ? SyntheticPoints.Draw(place.Name, HeldOut, HeldOutSeed) : null;
}
