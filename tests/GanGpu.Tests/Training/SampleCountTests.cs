using System.Globalization;
using GanGpu.Kernels.Host;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Training;

/// <summary>A sample is the same to the bit however many are drawn with it, and whichever plan draws it.</summary>
[Collection(TestDevices.OfNetworks)]
public sealed class SampleCountTests
{
    private const int All = 130;

    private static readonly int[] Counts = [1, 2, 3, 4, 5, 8, 9, 16, 17, 32, 33, 63, 64, 65, 129];

    /// <summary>
    /// Every preset where it costs little; where kernels are compiled or emulated, those that use all kinds of kernels.
    /// </summary>
    public static TheoryData<string, string> Cases =>
    [
        .. Preset.Names.Select(preset => ("cpu", preset)),
        .. Preset.Names.Select(preset => ("cpu with one thread", preset)),
        ("emulator", "mlp"), ("emulator", "dcgan"),
        ("opencl", "mlp"), ("opencl", "dcgan"), ("opencl", "r3gan"), ("opencl", "cgan"),
        ("cuda", "mlp"), ("cuda", "dcgan"),
    ];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_sample_does_not_depend_on_how_many_are_drawn(string deviceName, string presetName)
    {
        Device device = TestDevices.OpenDevice(deviceName);
        using GanTrainer trainer = Trainer(device, SmallPreset.Named(presetName), presetName);
        // A batch of 4 and the full block on the emulator, the full block among others elsewhere.
        Check(trainer.Generator, device.Kind == DeviceKind.Emulator ? [1, 3]
            : Counts, device.Kind == DeviceKind.Emulator ? 33 : All);
    }

    [Theory]
    [InlineData("mlp")]
    [InlineData("dcgan")]
    [InlineData("r3gan")]
    [InlineData("toy-2d")]
    public void Nor_does_one_of_a_network_as_large_as_it_is_used(string presetName)
    {
        using GanTrainer trainer = Trainer(TestDevices.OpenDevice("cpu"), Preset.Named(presetName) is DcganPreset dcgan
            ? dcgan with { BaseChannels = 32 } : Preset.Named(presetName), presetName);
        Check(trainer.Generator, [1, 2, 5, 8, 17, 33], 64);
    }

    private static void Check(Generator generator, int[] counts, int all)
    {
        float[] expected = generator.Sample(all, seed: 3).Values.ToArray(), latents = generator.Latents(all, seed: 3);
        int length = generator.Format.Length;
        foreach (int count in counts)
        {
            Assert.Equal(latents[..(count * generator.LatentSize)], generator.Latents(count, seed: 3));
            Same(expected.AsSpan(0, count * length), generator.Sample(count, seed: 3).Values.Span, count, length);
            Same(expected.AsSpan(0, count * length), generator.Generate(latents[..(count * generator.LatentSize)])
                .Values.Span, count, length);
        }
    }

    private static void Same(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, int count, int length)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            if (BitConverter.SingleToInt32Bits(expected[i]) != BitConverter.SingleToInt32Bits(actual[i]))
                Assert.Fail(
                    string.Create(CultureInfo.InvariantCulture,
                        $"Of {count} samples, value {i % length} of sample {i / length} is {actual[i]:G9}, and " +
                        $"{expected[i]:G9} among all (vectors of {Simd.Width})."));
        }
    }

    private static GanGpu.DataSet Images() => GanGpu.DataSet.FromBytes(
        "images", (byte[])[.. Enumerable.Range(0, 40 * 64).Select(i => (byte)(i * 37))], 40, 8, 8, 1,
        (byte[])[.. Enumerable.Range(0, 40).Select(i => (byte)(i % 4))]);

    private static GanTrainer Trainer(Device device, Preset preset, string name) => name == "toy-2d"
        ? new(device, preset, DataSource.Open("ring"), new() { BatchSize = 8 })
        : new(device, preset, Images(), preset.Recipe with { BatchSize = 8 });
}
