using GanGpu;

/// <summary>10. A class for each sample, and a mix of classes.</summary>
internal static class Conditions
{
    public static async Task Run(Device device, DataSet data)
    {
        using GanTrainer trainer = new(device, new CganPreset(), data);
        await trainer.TrainStepsAsync(5);
        Generator generator = trainer.Generator;
        float[] three = new float[3 * data.SampleSize], mixed = new float[data.SampleSize];
        generator.Sample(three, seed: 1, classes: [7, 0, 3]);
        float[] shares = new float[generator.Classes];
        (shares[3], shares[8]) = (0.5f, 0.5f);
        generator.SampleMixed(mixed, shares, seed: 1);
    }
}
