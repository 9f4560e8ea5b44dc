using GanGpu.Networks;

namespace GanGpu.Presets;

/// <summary>
/// What checkpoints and settings keep of a preset that a program has of its own: its networks are code, which no file
/// brings along. Whoever has the preset gives it when the checkpoint is opened.
/// </summary>
internal sealed record OwnPreset : GanPreset
{
    /// <summary>What stands for it in files.</summary>
    public const string Name = "own";

    /// <summary>The name of its type.</summary>
    public string Type { get; init; } = "";

    /// <inheritdoc/>
    public override int LatentSize { get; init; }

    /// <inheritdoc/>
    public override Network Generator(SampleFormat sample) => throw Unknown("The checkpoint");

    /// <inheritdoc/>
    public override Network Discriminator(SampleFormat sample) => throw Unknown("The checkpoint");

    /// <summary>How to open what has it.</summary>
    /// <param name="what">What was opened without it, to begin a sentence with.</param>
    public InvalidInputException Unknown(string what) => new(
        $"{what} has networks of a program's own preset, '{Shown.Text(Type)}': open it in that program, with " +
        "Generator.Load(device, path, preset) or GanTrainer.Resume(device, data, path, preset).");
}
