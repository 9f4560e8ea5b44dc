using System.CommandLine;
using GanGpu.Measures;

namespace GanGpu.Cli.Commands;

/// <summary>
/// How evaluate gets a feature network of the user's own. This program has none and says where there is one: ONNX
/// Runtime is larger than all else, so the program with it, gangpu-onnx, is another, which derives from this.
/// </summary>
internal class FeatureArguments
{
    public Option<string?> File { get; } = new("--features")
    {
        Description =
            "An ONNX file of a network in whose features images are compared. Needs gangpu-onnx, which is this " +
            "program with ONNX Runtime.",
        HelpName = "FILE.onnx",
    };

    /// <summary>All options that this is made of.</summary>
    public virtual IEnumerable<Option> Options => [File];

    /// <summary>A library's advice names its own properties; here those are options.</summary>
    public virtual string AsOption(string advice) => advice;

    /// <summary>The network, the caller's to dispose of; null where none was asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="threads">Threads to run it on; 0 is one for each core.</param>
    public virtual IFeatureNetwork? Open(ParseResult parsed, int threads) => parsed.GetValue(File) is null
        ? null
        : throw new InvalidInputException(
            "--features needs ONNX Runtime, which gangpu comes without; run the same command with gangpu-onnx " +
            "instead (dotnet run -c Release --project src/GanGpu.Onnx.Cli --).");
}
