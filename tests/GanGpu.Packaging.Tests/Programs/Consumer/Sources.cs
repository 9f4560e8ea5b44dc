using GanGpu;

/// <summary>5. Images of floats, of 16 bits and of a callback, beyond any array.</summary>
internal static class Sources
{
    public static async Task Run(Device device)
    {
        float[] floats = [.. Enumerable.Range(0, 200 * 64).Select(i => (i % 64) / 63f)];
        ushort[] deep = [.. Enumerable.Range(0, 200 * 64).Select(i => (ushort)(i * 37))];
        DataSet[] sets =
        [
            DataSet.FromImages("floats", floats, 8, 8, 1, least: 0f, greatest: 1f),
            DataSet.FromImages("deep", deep, 8, 8, 1),
            DataSet.FromCallback("endless", SampleFormat.OfImages(64, 64, 3), 1_000_000, (i, x) => x.Fill(i % 100 / 100f)),
        ];
        foreach (DataSet data in sets)
        {
            using GanTrainer trainer = new(device, Preset.Mlp, data, new() { BatchSize = 8 });
            await trainer.TrainStepsAsync(3);
        }
    }
}
