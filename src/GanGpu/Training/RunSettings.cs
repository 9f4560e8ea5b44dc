using System.Text.Json.Serialization;
using GanGpu.Data;
using GanGpu.Presets;

namespace GanGpu.Training;

/// <summary>What a run was started with: enough to start it again, or to go on with it.</summary>
public sealed record RunSettings
{
    /// <summary>The networks.</summary>
    public required Preset Preset { get; init; }

    /// <summary>How they are trained.</summary>
    public required TrainingOptions Options { get; init; }

    /// <summary>The data set, as <see cref="DataSet.Open"/> takes it: a name, or a full path.</summary>
    public required string Data { get; init; }

    /// <summary>How its pictures were brought to one size; null where nothing was asked for.</summary>
    public ImageOptions? Images { get; init; }

    /// <summary>Samples in the data set.</summary>
    public required int DataCount { get; init; }

    /// <summary>The size of a sample.</summary>
    public required SampleShape Sample { get; init; }

    /// <summary>Steps from one grid of samples to the next.</summary>
    public required long SampleEvery { get; init; }

    /// <summary>What the best checkpoint is chosen by, see <see cref="Metrics.QualityWatch.Measures"/>; null where none is.</summary>
    public string? Best { get; init; }

    /// <summary>Whether it writes files of events for TensorBoard, see <see cref="Reports.TensorBoardWriter"/>; null where that was not asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonPropertyName("tensorboard")]
    public bool? TensorBoard { get; init; }

    /// <summary>The times it was trained: the first, then one for each resumption.</summary>
    public required IReadOnlyList<RunSession> Sessions { get; init; }
}
