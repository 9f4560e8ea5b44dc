using GanGpu.Kernels.Launching;
using GanGpu.Tests.Support;
using GanGpu.Training;

namespace GanGpu.Tests.Training;

/// <summary>Each preset by its own recipe takes the same steps on every device, to rounding.</summary>
[Collection(TestDevices.OfNetworks)]
public class PresetAgreementTests
{
    private const int Height = 6, Width = 5, Count = 24;

    public static TheoryData<string, string> Cases
    {
        get
        {
            TheoryData<string, string> cases = [];
            foreach (string device in TestDevices.Names.Select(row => row.Data))
            {
                // The emulator takes seconds for a step, and runs every kernel elsewhere: three of other kinds are
                // enough there.
                foreach (string preset in device == "emulator" ? ["mlp", "cgan", "r3gan"]
                    : Preset.Names.Append("sngan with classes"))
                    cases.Add(device, preset);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Losses_and_gradients_agree_with_the_cpu(string device, string name)
    {
        using Device cpu = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        using GanTrainer expected = Trainer(cpu, name), trainer = Trainer(TestDevices.OpenDevice(device), name);
        for (int step = 1; step <= (device == "emulator" ? 1 : 2); step++)
        {
            expected.Replay();
            trainer.Replay();
            // Five updates lie before the first generator's of some; each turns roundings of tiny gradients into steps
            // of their own.
            double tolerance = step == 1 ? 1e-4 : 1e-2;
            foreach (
                (TrainedNetwork want, TrainedNetwork got) in expected.Trainer.Networks.Zip(trainer.Trainer.Networks)
                    .Where(pair => pair.First.Ring is not null))
            {
                long updates = want.BatchesPerStep;
                double[] a = want.Ring!.Means((step - 1) * updates, step * updates),
                    b = got.Ring!.Means((step - 1) * updates, step * updates);
                for (int i = 0; i < a.Length; i++)
                    Assert.True(
                        Math.Abs(a[i] - b[i]) <= tolerance * Math.Max(1, Math.Abs(a[i])),
                        $"{device}, {name}, step {step}: figures are {string.Join(' ', b)}, on the cpu " +
                        $"{string.Join(' ', a)}.");
            }

            foreach (
                (TrainedNetwork want, TrainedNetwork got) in expected.Trainer.Networks.Zip(trainer.Trainer.Networks))
                AssertClose(
                    want.Optimizer.Gradients, got.Optimizer.Gradients, tolerance,
                    $"{device}, {name}, step {step}, {want.Role.Name}");
        }
    }

    private static GanTrainer Trainer(Device device, string name)
    {
        Preset preset = name == "sngan with classes"
            ? (SnganPreset)PresetTests.Small("sngan") with { Conditional = true } : PresetTests.Small(name);
        byte[] pixels = new byte[Count * Height * Width];
        new Random(5).NextBytes(pixels);
        DataSet data = DataSet.FromBytes(
            "noise", pixels, Count, Height, Width, 1,
            (byte[])[.. Enumerable.Range(0, Count).Select(i => (byte)(i % 3))]);
        return new GanTrainer(device, preset, data, preset.Recipe with { BatchSize = 4, Seed = 3 });
    }

    private static void AssertClose(
        DeviceBuffer<float> expected, DeviceBuffer<float> actual, double tolerance, string what)
    {
        float[] a = new float[expected.Length], b = new float[actual.Length];
        expected.CopyTo(a);
        actual.CopyTo(b);
        double scale = a.Max(Math.Abs);
        Assert.True(scale > 0, $"{what}: all gradients are zero.");
        for (int i = 0; i < a.Length; i++)
            Assert.True(
                Math.Abs(a[i] - b[i]) <= tolerance * scale,
                FormattableString.Invariant(
                    $"{what}: gradient {i} is {b[i]:R}, on the cpu {a[i]:R}; the greatest is {scale:R}."));
    }
}
