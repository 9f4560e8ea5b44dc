using System.Text.RegularExpressions;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Documentation;

/// <summary>
/// The folders of the library depend on each other one way, as far as its files say by what they use.
/// </summary>
public partial class ArchitectureTests
{
    /// <summary>From what depends on nothing of the library to what may depend on all above it.</summary>
    private static readonly string[] Layers =
    [
        "Backends", "Devices", "Data", "Graph", "Planning", "Networks", "Objectives", "Objectives.Gan",
        "Objectives.Classifier", "Objectives.Vae", "Presets", "Checkpoints", "Training", "Measures",
        "Modalities.Points", "Modalities.Images", "Modalities", "PyTorch", "Runs", "Benchmarking",
    ];

    [Fact]
    public void Every_folder_uses_only_those_below_it()
    {
        string root = Path.Combine(Repository.Root, "src", "GanGpu");
        List<string> upwards = [];
        HashSet<string> folders = [];
        foreach (string file in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories))
        {
            string text = File.ReadAllText(file);
            if (Namespace().Match(text) is not { Success: true } declared)
                continue;
            string own = declared.Groups[1].Value;
            folders.Add(own);
            foreach (string used in Using().Matches(text).Select(match => match.Groups[1].Value))
            {
                if (Array.IndexOf(Layers, used) >= Array.IndexOf(Layers, own))
                    upwards.Add($"{Path.GetFileName(file)}: {own} uses {used}");
            }
        }

        Assert.Equal(Layers.Order(StringComparer.Ordinal), folders.Order(StringComparer.Ordinal));
        Assert.Empty(upwards);
    }

    [GeneratedRegex(@"^namespace GanGpu\.([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^using (?:static )?GanGpu\.((?!Kernels\b)[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Using();
}
