using GanGpu.Data;
using GanGpu.Measures;
using GanGpu.Modalities.Images;
using GanGpu.Modalities.Points;

namespace GanGpu.Modalities;

/// <summary>
/// What the library knows of one kind of samples. Nothing else of the library asks which kind samples are; a new kind
/// is a folder beside this file and its entry in <see cref="All"/>.
/// </summary>
internal sealed record Modality
{
    /// <summary>Every kind of samples.</summary>
    public static IReadOnlyList<Modality> All { get; } =
    [
        new()
        {
            Name = SampleFormat.Images, Readers = ImageReaders.All, Measures = ImageMeasures.All,
            ValuesName = "pixels", Space = ImageMeasures.Space, Classified = ImageMeasures.Classified,
        },
        new() { Name = SampleFormat.Points, Readers = [new PointReader()], Measures = PointMeasures.All },
    ];

    /// <summary>What <see cref="SampleFormat.Modality"/> calls it.</summary>
    public required string Name { get; init; }

    /// <summary>What opens data of it.</summary>
    public required IReadOnlyList<IDataReader> Readers { get; init; }

    /// <summary>What such samples are measured by, in the order of a table.</summary>
    public required IReadOnlyList<IMeasure> Measures { get; init; }

    /// <summary>What the space is called in which samples are compared as they are.</summary>
    public string ValuesName { get; init; } = "coordinates";

    /// <summary>In what space samples are compared if nothing else is asked for.</summary>
    public Func<DataSet, SpaceKind> Space { get; init; } = _ => SpaceKind.Values;

    /// <summary>Of data the samples whose classes a classifier learns; null if there are none to learn.</summary>
    public Func<DataSet, DataSet?> Classified { get; init; } = _ => null;

    /// <summary>The modality of samples.</summary>
    /// <exception cref="InvalidInputException">There is none of that name.</exception>
    public static Modality Of(SampleFormat format) =>
        All.FirstOrDefault(modality => modality.Name == format.Modality)
        ?? throw new InvalidInputException(
            $"There are no samples of the modality '{Shown.Text(format.Modality)}'; there are " +
            $"{string.Join(" and ", All.Select(modality => modality.Name))}.");

    /// <summary>The real samples that generated ones are compared with.</summary>
    /// <param name="device">Where measures are computed.</param>
    /// <param name="data">What is trained on.</param>
    /// <param name="heldOut">Samples that are not; null if there are none.</param>
    /// <param name="options">The seed, the network, the classifier.</param>
    public ComparedData Compare(Device device, DataSet data, DataSet? heldOut, EvaluationOptions options)
    {
        (DataSet? learnt, DataSet? told) = (Classified(data), heldOut is null ? null : Classified(heldOut));
        return new(device, data, heldOut, Space(data), ValuesName, learnt, options)
        {
            HeldOutClassified = told?.Format == learnt?.Format ? told : null,
        };
    }
}
