using GanGpu;
using GanGpu.Images;
using GanGpu.OnnxExport;

/// <summary>4. Pictures, checkpoints and samples stay in memory.</summary>
internal static class InMemory
{
    public static async Task Run(Device device, DataSet data)
    {
        using GanTrainer trainer = new(device, Preset.Mlp, data);
        await trainer.TrainStepsAsync(5);
        using MemoryStream checkpoint = new(), onnx = new();
        trainer.Save(checkpoint);
        checkpoint.Position = 0;
        using Generator generator = Generator.Load(device, checkpoint);
        checkpoint.Position = 0;
        OnnxFile.WriteGenerator(checkpoint, onnx);
        float[] mine = new float[8 * data.SampleSize];
        generator.Sample(mine, seed: 3);
        byte[] png = generator.Sample(8, seed: 3).ToPng();
        ReadOnlySpan<float> one = generator.Sample(8, seed: 3)[2];
        if (!one.SequenceEqual(mine.AsSpan(2 * data.SampleSize, data.SampleSize)) || png[1] != 'P' || onnx.Length == 0)
            throw new InvalidOperationException("Other samples.");
    }
}
