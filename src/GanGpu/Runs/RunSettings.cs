using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace GanGpu.Runs;

/// <summary>What a run was started with: enough to start it again, or to go on with it.</summary>
internal sealed record RunSettings
{
    /// <summary>The networks.</summary>
    public required Preset Preset { get; init; }

    /// <summary>How they are trained.</summary>
    public required TrainingOptions Options { get; init; }

    /// <summary>Where the weights came from that it began with; null where they were drawn.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? FineTunedFrom { get; init; }

    /// <summary>The data set, as <see cref="DataSource.Open"/> takes it: a name, or a full path.</summary>
    public required string Data { get; init; }

    /// <summary>How its pictures were brought to one size; null where nothing was asked for.</summary>
    public ImageOptions? Images { get; init; }

    /// <summary>Samples in the data set.</summary>
    public required int DataCount { get; init; }

    /// <summary>
    /// A checksum of the data set, see <see cref="ChecksumOf"/>, by which another one of the same size is noticed; null
    /// for what the library draws itself, and in runs of earlier versions.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonPropertyName("data_sha256")]
    public string? DataSha256 { get; init; }

    /// <summary>
    /// What the data's classes are called, by number; null where they have numbers only, or there are none.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>The size of a sample.</summary>
    public required SampleFormat Sample { get; init; }

    /// <summary>Steps from one grid of samples to the next.</summary>
    public required long SampleEvery { get; init; }

    /// <summary>
    /// What the best checkpoint is chosen by, see <see cref="QualityWatch.Measures"/>; null where none is.
    /// </summary>
    public string? Best { get; init; }

    /// <summary>
    /// Whether it goes back to its best checkpoint, or its latest, where it diverges or collapses; null for not.
    /// </summary>
    public bool? RollBack { get; init; }

    /// <summary>
    /// Whether it writes files of events for TensorBoard, see <see cref="TensorBoardWriter"/>; null where that
    /// was not asked for.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonPropertyName("tensorboard")]
    public bool? TensorBoard { get; init; }

    /// <summary>
    /// Checkpoints that are kept besides the latest and the best, one with each grid of samples; null for none.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? KeepCheckpoints { get; init; }

    /// <summary>The times it was trained: the first, then one for each resumption.</summary>
    public required IReadOnlyList<RunSession> Sessions { get; init; }

    /// <summary>The settings as settings.json has them.</summary>
    public string ToJson() => JsonSerializer.Serialize(Stored, RunJson.Runs.RunSettings);

    /// <summary>As files have them: of a program's own preset what stands for it.</summary>
    internal RunSettings Stored => this with { Preset = Preset.Stored };

    /// <summary>The SHA-256 of a data set's size, samples and labels as they are trained on, in hexadecimal; of samples
    /// that a callback reads at most 256, evenly spread.</summary>
    /// <param name="data">The data set.</param>
    public static string ChecksumOf(DataSet data)
    {
        ArgumentNullException.ThrowIfNull(data);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(
            Encoding.UTF8.GetBytes(
                FormattableString.Invariant(
                    $"{data.Count} {data.Format.Modality} {data.Format}")));
        data.AppendSamples(hash);
        hash.AppendData(data.Labels.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>
    /// What another training would have otherwise, each as its name, what it is here and what it would be there, such
    /// as "batch_size 64, not 32"; empty where the other could go on with this one. Sessions and intervals between
    /// samples may differ.
    /// </summary>
    /// <param name="other">The other training's settings.</param>
    public IReadOnlyList<string> DifferencesFrom(RunSettings other)
    {
        ArgumentNullException.ThrowIfNull(other);
        // What earlier versions did not write is not known to differ.
        Dictionary<string, string> here = Values(this, other), there = Values(other, this);
        const string preset = ".preset.name";
        // Other networks with another recipe: what differs in them says nothing more.
        if (here[preset] != there[preset])
            return [$"preset {here[preset]}, not {there[preset]}"];
        return
        [
            .. here.Keys.Union(there.Keys).Where(name => here.GetValueOrDefault(name) != there.GetValueOrDefault(name))
                .Select(name => name == ".data_sha256" ? "other content of the data set"
                    : $"{Shown(name)} {here.GetValueOrDefault(name) ?? "none"}, not " +
                        $"{there.GetValueOrDefault(name) ?? "none"}"),
        ];

        // Each optimizer has a learning rate; what else is said of a run has a name of its own.
        static string Shown(string name) => name.Split('.') is [.., var part, var last]
            && part.EndsWith("_optimizer", StringComparison.Ordinal) ? $"{part}.{last}" : name.Split('.')[^1];
    }

    /// <summary>
    /// What the library draws itself is known by its name; its last bits may differ from machine to machine.
    /// </summary>
    internal static bool IsDrawn(string source) => DataSource.BuiltIn.Contains(source.Split(':')[^1]);

    /// <summary>
    /// Refuses other data of the same size, which nothing else tells from those that a run was trained on.
    /// </summary>
    /// <exception cref="InvalidInputException">They are others.</exception>
    internal void CheckSameData(DataSet data, string path, string source)
    {
        if (DataSha256 is { } sum && !IsDrawn(source) && sum != ChecksumOf(data))
            throw new InvalidInputException(
                $"'{path}' was trained on other data than '{source}' holds now, or on the same data in another order " +
                "or size; give the data that it was trained on, or begin a new run.");
    }

    /// <summary>Holds what a file says against its ranges.</summary>
    /// <exception cref="ArgumentException">It can't be a run's.</exception>
    internal void Validate()
    {
        try
        {
            Preset.Validate();
            Sample.Validate();
            Options.Validate(DataCount);
        }
        catch (InvalidInputException e)
        {
            throw new ArgumentException(e.Message, e);
        }

        if (Sessions.Count == 0 || Sessions.Any(session => session is null))
            throw new ArgumentException("a run has at least one session");
    }

    private static Dictionary<string, string> Values(RunSettings settings, RunSettings other)
    {
        Dictionary<string, string> values = [];
        settings = settings.Stored with
        {
            Sessions = [],
            SampleEvery = 0,
            TensorBoard = null,
            KeepCheckpoints = null,
            DataSha256 = other.DataSha256 is null ? null : settings.DataSha256,
            ClassNames = other.ClassNames is null ? null : settings.ClassNames,
        };
        Add("", JsonSerializer.SerializeToNode(settings, RunJson.Runs.RunSettings));
        return values;

        void Add(string name, JsonNode? node)
        {
            if (node is JsonObject part)
            {
                foreach ((string key, JsonNode? value) in part)
                    Add($"{name}.{key}", value);
            }
            else if (node is not null)
            {
                values[name] = node.ToJsonString().Trim('"');
            }
        }
    }
}
