using GanGpu.Graph;

namespace GanGpu.Benchmarking;

/// <summary>What a training step consists of.</summary>
/// <param name="Launches">In order: the discriminator's update, then the generator's.</param>
/// <param name="ArenaBytes">Bytes of device memory for the intermediate results, which share it in turns.</param>
/// <param name="WeightBytes">Bytes of device memory for both networks' weights, gradients and moments.</param>
internal sealed record StepExplanation(IReadOnlyList<LaunchCost> Launches, long ArenaBytes, long WeightBytes)
{
    /// <summary>Floating-point operations of all matrix products.</summary>
    public long Flops => Launches.Sum(launch => launch.Flops);

    /// <summary>Bytes that the launches read and write at least.</summary>
    public long Bytes => Launches.Sum(launch => launch.Bytes);
}
