using GanGpu;

/// <summary>8. The discriminator scores samples, and its layers give features.</summary>
internal static class Scores
{
    public static async Task Run(Device device, DataSet data)
    {
        using GanTrainer trainer = new(device, Preset.Mlp, data);
        await trainer.TrainStepsAsync(50);
        trainer.Save("scores.safetensors");
        using Discriminator discriminator = Discriminator.Load(device, "scores.safetensors");
        float[] real = discriminator.Judge(data.Samples(0, 64)), fake = discriminator.Judge(trainer.Generator.Sample(64));
        if (real.Average() <= fake.Average())
            throw new InvalidOperationException("It does not tell them apart.");
        _ = discriminator.Features(data.Samples(0, 64), discriminator.FeatureNames[0]).Dimension;
    }
}
