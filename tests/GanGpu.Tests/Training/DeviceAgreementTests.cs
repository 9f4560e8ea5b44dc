using GanGpu.Kernels.Launching;
using GanGpu.Tests.Support;
using GanGpu.Training;

namespace GanGpu.Tests.Training;

/// <summary>
/// The same seed trains the same way on every device: the same noise and data order, the same numbers to rounding.
/// </summary>
[Collection(TestDevices.OfNetworks)]
public class DeviceAgreementTests
{
    public static TheoryData<string> DeviceNames => TestDevices.Names;

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Losses_and_gradients_agree_with_the_cpu(string name)
    {
        using Device cpu = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        using GanTrainer expected = Trainer(cpu);
        using GanTrainer trainer = Trainer(TestDevices.OpenDevice(name));
        for (int step = 1; step <= (name == "emulator" ? 2 : 10); step++)
        {
            expected.Replay();
            trainer.Replay();
            // One step differs by rounding alone; ten steps of Adam turn roundings of tiny gradients into steps of
            // their own.
            double tolerance = step == 1 ? 1e-5 : 1e-3;
            foreach (
                (TrainedNetwork want, TrainedNetwork got) in expected.Trainer.Networks.Zip(trainer.Trainer.Networks))
            {
                double[] a = want.Ring!.Means(step - 1, step), b = got.Ring!.Means(step - 1, step);
                Assert.Equal(a[0], b[0], tolerance * Math.Max(1, Math.Abs(a[0])));
                Assert.Equal(a[1], b[1], tolerance * Math.Max(1, Math.Abs(a[1])));
            }

            AssertClose(
                expected.DiscriminatorOptimizer.Gradients, trainer.DiscriminatorOptimizer.Gradients, tolerance,
                $"{name}, step {step}, discriminator");
            AssertClose(
                expected.GeneratorOptimizer.Gradients, trainer.GeneratorOptimizer.Gradients, tolerance,
                $"{name}, step {step}, generator");
        }
    }

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void The_same_seed_gives_the_same_bits_again(string name)
    {
        Device device = TestDevices.OpenDevice(name);
        byte[][] states = [.. Enumerable.Range(0, 2).Select(_ =>
        {
            using GanTrainer trainer = Trainer(device);
            trainer.Replay(name == "emulator" ? 1 : 5);
            return GanTrainerTests.Saved(trainer);
        })];
        Assert.Equal(states[0], states[1]);
    }

    private static GanTrainer Trainer(Device device) => new(
        device,
        Preset.Mlp with { LatentSize = 10, GeneratorUnits = new(12, 20), DiscriminatorUnits = new(20, 12) },
        GanTrainerTests.Bytes(60, 4, 4),
        new() { BatchSize = 8, Seed = 3 });

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
                Math.Abs(a[i] - b[i]) <= tolerance * scale, $"{what}: gradient {i} is {b[i]:R}, on the cpu {a[i]:R}.");
    }
}
