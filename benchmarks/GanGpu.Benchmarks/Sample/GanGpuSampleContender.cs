
namespace GanGpu.Benchmarks.Sample;

/// <summary>This library's generator, from latent vectors that are given into memory that is used again.</summary>
internal sealed class GanGpuSampleContender(Generator generator, int count) : IContender
{
    private readonly float[] samples = new float[count * generator.Format.Length];

    public float[] Latents { get; } = generator.Latents(count);

    public ReadOnlySpan<float> Draw()
    {
        generator.Generate(Latents, samples);
        return samples;
    }

    public void Repeat(int times)
    {
        for (int i = 0; i < times; i++)
            Draw();
    }

    public void Dispose()
    {
    }
}
