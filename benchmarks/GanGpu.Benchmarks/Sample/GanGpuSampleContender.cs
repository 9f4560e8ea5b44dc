
namespace GanGpu.Benchmarks.Sample;

/// <summary>This library's generator, from latent vectors that are given.</summary>
internal sealed class GanGpuSampleContender(Generator generator, int count) : IContender
{
    public float[] Latents { get; } = generator.Latents(count);

    public bool Allocates => true;

    public SampleBatch Draw() => generator.Generate(Latents);

    public void Repeat(int times)
    {
        for (int i = 0; i < times; i++)
            Draw();
    }

    public void Dispose()
    {
    }
}
