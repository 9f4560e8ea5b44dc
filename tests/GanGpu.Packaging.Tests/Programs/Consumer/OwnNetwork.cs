using GanGpu;
using GanGpu.Networks;
using GanGpu.OnnxExport;

/// <summary>1. A network of one's own is kept: saved, resumed, loaded and exported.</summary>
internal static class OwnNetwork
{
    public static async Task Run(Device device, DataSet data)
    {
        GanPreset preset = GanPreset.Create("gated", 16, Draws, Judges);
        using GanTrainer trainer = new(device, preset, data);
        await trainer.TrainStepsAsync(5);
        trainer.Save("own.safetensors");
        using GanTrainer resumed = GanTrainer.Resume(device, data, "own.safetensors", preset);
        using Generator generator = Generator.Load(device, "own.safetensors", preset);
        OnnxFile.WriteGenerator("own.safetensors", "own.onnx", preset);
        TorchWeights.WriteDiscriminator("own.safetensors", "own-discriminator.safetensors", preset);
    }

    private static Network Draws(SampleFormat sample) => (p, z, _) => (Layer(p, "a", z) * Layer(p, "b", z))
        .Dense(p, "out", sample.Length, Activation.Tanh, Initializer.GlorotUniform, Initializer.Zeros);
    private static Network Judges(SampleFormat sample) => (p, x, _) => Layer(p, "look", x)
        .Dense(p, "say", 1, Activation.Identity, Initializer.GlorotUniform, Initializer.Zeros);
    private static Tensor Layer(Parameters p, string name, Tensor x) => x.Dense(p, name, 64, Activation.Relu, Initializer.HeNormal, null);
}
