using System.Text.Json;
using System.Text.Json.Serialization;
using GanGpu.Cli.Views;
using GanGpu.Data;

namespace GanGpu.Cli;

/// <summary>
/// The folder of a training with several seeds: a run's folder for each, and seeds.json with what they are worth.
/// </summary>
internal sealed class SeedsFolder
{
    private const string ResultsName = "seeds.json";

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private SeedsFolder(string path) => Path = path;

    public string Path { get; }

    public string ResultsPath => System.IO.Path.Combine(Path, ResultsName);

    /// <summary>Whether there is one that can be gone on with.</summary>
    public static bool IsOne(string path) => File.Exists(System.IO.Path.Combine(path, ResultsName));

    /// <summary>Makes the folder, or goes on with one.</summary>
    public static SeedsFolder Open(string path, IReadOnlyList<ulong> seeds)
    {
        SeedsFolder folder = new(path);
        if (IsOne(path))
            return folder;
        try
        {
            Directory.CreateDirectory(path);
            folder.Save(seeds, []);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"The folder '{path}' can't be made: {e.Message}", e);
        }

        return folder;
    }

    /// <summary>The run of a seed.</summary>
    public string Of(ulong seed) => System.IO.Path.Combine(Path, FormattableString.Invariant($"seed-{seed}"));

    public void Save(IReadOnlyList<ulong> seeds, IReadOnlyList<SeedResult> results)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(
            new { Seeds = seeds, Results = results, Summary = SeedFigure.Of(results) }, Json);
        AtomicFile.Write(ResultsPath, stream => stream.Write(json));
    }
}
