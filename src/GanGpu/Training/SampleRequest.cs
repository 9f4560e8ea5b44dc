using ILGPU;

namespace GanGpu.Training;

/// <summary>What samples are drawn of.</summary>
internal readonly ref struct SampleRequest
{
    /// <summary>Decides the latent vectors, if none are given.</summary>
    public ulong Seed { get; init; }

    public ReadOnlySpan<float> Latents { get; init; }

    /// <summary>None for each in turn, one for all samples, or one for each.</summary>
    public ReadOnlySpan<int> Classes { get; init; }

    /// <summary>Weights of the classes, if they take their place.</summary>
    public ReadOnlySpan<float> Conditions { get; init; }

    /// <summary>Where the samples are left on the device; the destination is empty then.</summary>
    public ArrayView<float> View { get; init; }
}
