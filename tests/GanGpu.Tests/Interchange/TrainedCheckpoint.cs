using GanGpu.Tests.Support;

namespace GanGpu.Tests.Interchange;

/// <summary>Small trainings of every preset, for what is done with their checkpoints.</summary>
internal static class TrainedCheckpoint
{
    public const int Classes = 3;

    /// <summary>
    /// Every preset on images with even sides, on others with odd sides and several channels, and on points where it
    /// learns those.
    /// </summary>
    public static IEnumerable<(string Name, SampleFormat Sample)> Cases =>
        Preset.Names.Where(name => name != "toy-2d").Append("sngan-conditional")
        .SelectMany(name => new[] { (name, SampleFormat.OfImages(12, 12, 1)), (name, SampleFormat.OfImages(9, 14, 3)) })
        .Append(("toy-2d", SampleFormat.OfPoints(2))).Append(("quick", SampleFormat.OfPoints(2)))
            .Append(("dcgan", SampleFormat.OfImages(28, 28, 1))).Append(("wgan-gp", SampleFormat.OfImages(32, 32, 3)));

    public static Preset PresetOf(string name) => name == "sngan-conditional"
        ? (SnganPreset)SmallPreset.Named("sngan") with { Conditional = true } : SmallPreset.Named(name);

    /// <summary>Whether samples are vectors to its networks rather than images.</summary>
    public static bool TakesVectors(string name) => name is "quick" or "mlp" or "wgan" or "cgan" or "sgan" or "toy-2d";

    public static void Write(Device device, string path, string name, SampleFormat sample, int packing = 1) =>
        Write(device, path, PresetOf(name), sample, packing);

    public static void Write(Device device, string path, Preset preset, SampleFormat sample, int packing = 1)
    {
        const int count = 60;
        byte[] bytes = new byte[count * sample.Length];
        new Random(3).NextBytes(bytes);
        DataSet data = sample.Modality == SampleFormat.Points
            ? DataSource.Open("ring")
            : DataSet.FromBytes(
                "noise", bytes, count, sample.Height, sample.Width, sample.Channels,
                (byte[])[.. Enumerable.Range(0, count).Select(i => (byte)(i % Classes))]);
        using GanTrainer trainer = new(device, preset, data, preset.Recipe with { BatchSize = 6, Packing = packing });
        trainer.Replay(3);
        trainer.Save(path);
    }

    /// <summary>From [n, height, width, channels] to [n, channels, height, width].</summary>
    public static float[] ChannelsFirst(float[] samples, SampleFormat sample)
    {
        float[] result = new float[samples.Length];
        int pixels = sample.Height * sample.Width;
        for (int i = 0; i < samples.Length; i++)
            result[(((i / sample.Length * sample.Channels) + (i % sample.Channels)) * pixels)
                + (i / sample.Channels % pixels)] = samples[i];
        return result;
    }
}
