using GanGpu;

/// <summary>7. Training goes on with other data and options, with layers frozen, and from imported weights.</summary>
internal static class FineTuning
{
    public static async Task Run(Device device, DataSet data)
    {
        using (GanTrainer first = new(device, Preset.Mlp, data))
            first.Save("first.safetensors");
        DataSet other = DataSet.FromBytes("other", data.Pixels[..(100 * data.SampleSize)], 100, 28, 28, 1);
        TrainingOptions options = new() { BatchSize = 50, Frozen = ["generator.dense1*"], Loss = AdversarialLossKind.Hinge };
        using (GanTrainer tuned = GanTrainer.FineTune(device, other, "first.safetensors", options: options))
            await tuned.TrainStepsAsync(5);
        TorchWeights.WriteGenerator("first.safetensors", "torch.safetensors");
        TorchWeights.Import("torch.safetensors", "imported.safetensors");
        using GanTrainer imported = GanTrainer.FineTune(device, other, "imported.safetensors", options: options);
        await imported.TrainStepsAsync(5);
    }
}
