using Microsoft.ML.OnnxRuntime;

namespace GanGpu.Benchmarks.Sample;

/// <summary>ONNX Runtime on the exported generator, with inputs and outputs in memory that is used again.</summary>
internal sealed class OnnxSampleContender : IContender
{
    private readonly SessionOptions options;
    private readonly InferenceSession session;
    private readonly OrtValue latents;
    private readonly Microsoft.ML.OnnxRuntime.RunOptions run = new();

    public OnnxSampleContender(string network, float[] latents, int count, int threads)
    {
        options = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1 };
        session = new InferenceSession(network, options);
        this.latents = OrtValue.CreateTensorValueFromMemory(latents, [count, latents.Length / count]);
    }

    public bool Allocates => true;

    public float[] Draw()
    {
        using IDisposableReadOnlyCollection<OrtValue> results =
            session.Run(run, ["latent"], [latents], session.OutputNames);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }

    public void Repeat(int times)
    {
        for (int i = 0; i < times; i++)
            Draw();
    }

    public void Dispose()
    {
        run.Dispose();
        latents.Dispose();
        session.Dispose();
        options.Dispose();
    }
}
