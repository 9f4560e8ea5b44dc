namespace GanGpu.PyTorch;

/// <summary>What was read from a file of weights.</summary>
/// <param name="Preset">The networks.</param>
/// <param name="Sample">The size of a sample.</param>
/// <param name="Layout">How the generator's weights were laid out.</param>
/// <param name="Weights">Values of the generator that were read.</param>
internal sealed record ImportedWeights(Preset Preset, SampleFormat Sample, WeightLayout Layout, int Weights);
