using GanGpu;

/// <summary>3. One generator serves several threads, and may be disposed while it does.</summary>
internal static class Shared
{
    public static async Task Run(Device device, DataSet data)
    {
        using GanTrainer trainer = new(device, Preset.Mlp, data);
        Generator generator = trainer.Snapshot();
        float[] alone = generator.Sample(1, seed: 7).Values.ToArray();
        await Parallel.ForAsync(0, 200, (_, _) => alone.AsSpan().SequenceEqual(generator.Sample(1, seed: 7).Values.Span)
            ? ValueTask.CompletedTask : throw new InvalidOperationException("Another thread's sample."));
        Task drawing = Task.Run(() => { while (true) generator.Sample(64); });
        await Task.Delay(20);
        generator.Dispose();
        await drawing.ContinueWith(ended => _ = (ObjectDisposedException)ended.Exception!.InnerException!);
    }
}
