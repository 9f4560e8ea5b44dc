using Microsoft.ML.OnnxRuntime;

namespace GanGpu.Benchmarks.Sample;

/// <summary>ONNX Runtime on the exported generator, with inputs and outputs in memory that is used again.</summary>
internal sealed class OnnxSampleContender : IContender
{
    private readonly SessionOptions options;
    private readonly InferenceSession session;
    private readonly OrtValue input, output;
    private readonly float[] samples;
    private readonly Microsoft.ML.OnnxRuntime.RunOptions run = new();

    public OnnxSampleContender(string network, float[] latents, int count, int threads)
    {
        options = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1 };
        session = new InferenceSession(network, options);
        input = OrtValue.CreateTensorValueFromMemory(latents, [count, latents.Length / count]);
        long[] shape = [count, .. session.OutputMetadata.Values.Single().Dimensions.Skip(1).Select(size => (long)size)];
        samples = new float[shape.Aggregate((product, size) => product * size)];
        output = OrtValue.CreateTensorValueFromMemory(samples, shape);
    }

    public ReadOnlySpan<float> Draw()
    {
        session.Run(run, ["latent"], [input], session.OutputNames, [output]);
        return samples;
    }

    public void Repeat(int times)
    {
        for (int i = 0; i < times; i++)
            Draw();
    }

    public void Dispose()
    {
        run.Dispose();
        input.Dispose();
        output.Dispose();
        session.Dispose();
        options.Dispose();
    }
}
