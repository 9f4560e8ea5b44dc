using GanGpu.Data;
using GanGpu.Presets;

namespace GanGpu.Cli.Commands;

/// <summary>What the networks of a preset are measured on: built-in data, so that nothing has to be there.</summary>
internal static class MeasuredData
{
    public static DataSet For(Preset preset) => DataSet.Open(preset is Toy2dPreset ? "ring" : DataSet.DigitsName);
}
