using GanGpu.Data;

namespace GanGpu.Modalities.Images;

/// <summary>The digits that the library draws itself, see <see cref="SyntheticDigits"/>.</summary>
internal sealed class DigitsReader : IDataReader
{
    private const int HeldOut = 10_000;

    /// <summary>Another than that of the set to train on.</summary>
    private const ulong HeldOutSeed = 2;

    /// <inheritdoc/>
    public IReadOnlyList<string> Names => [SyntheticDigits.Name];

    /// <inheritdoc/>
    public string Description => "digits that the library draws itself, 28x28 grey";

    /// <inheritdoc/>
    public DataSet Open(DataPlace place) => SyntheticDigits.Draw();

    /// <inheritdoc/>
    public DataSet? OpenHeldOut(DataPlace place) =>
        place.Name == SyntheticDigits.Name ? SyntheticDigits.Draw(HeldOut, HeldOutSeed) : null;
}
