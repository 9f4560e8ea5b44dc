using System.Security.Cryptography;
using GanGpu.Kernels.Host;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Training;

/// <summary>
/// What a training ends with, to the last bit, for each width of vectors: whoever changes how the library is built
/// finds here whether it still computes the same. If an order of sums has to change, these values change with it, and
/// the change says why.
/// </summary>
public class TrainingBitsTests
{
    private const int Samples = 60, Side = 16, Steps = 12;

    /// <summary>
    /// Of the tensors of the checkpoint after <see cref="Steps"/> steps: the first 8 bytes of SHA-256, for 128, 256 and
    /// 512 bits.
    /// </summary>
    private static readonly Dictionary<string, (string At128, string At256, string At512)> Expected = new()
    {
        ["quick"] = ("c6e3b9ecb6912d3d", "9f2ad96c6d92e0c7", "e5b41363059152fd"),
        ["mlp"] = ("ebc1cd94dbeb1608", "ba6a352014739e2a", "efc0a6b976c48163"),
        ["dcgan"] = ("603225526b913685", "527add90e8d04543", "e8fa5b4f8b89e19b"),
        ["cgan"] = ("8f2f34b727454e8d", "2a057f32654818fd", "5fec91bed9343cfb"),
        ["acgan"] = ("8a93e8025d84b030", "3232883b02c11044", "94ceb7f27aef0abb"),
        ["sgan"] = ("40d1752568ecf289", "9a3d35b325a56e62", "4ba2bb22d408d015"),
        ["wgan"] = ("5c91207202a487be", "813761421c446d76", "4b3f336c65fdda51"),
        ["wgan-gp"] = ("4255953e18593103", "e4e90a3328b4d42f", "bb5002cbfd469afe"),
        ["sngan"] = ("0ce2a1b964a0b3f3", "c36b739888a3dfc3", "6fedaa4c37dcc670"),
        ["r3gan"] = ("31b3b3090d0c575f", "4207635866ac177f", "05055604dfe380fc"),
        ["toy-2d"] = ("1edd970ef154b80a", "52ba240599fed0f1", "9dad1c8457634ce2"),
        ["vae"] = ("83b95c01fe1c05e9", "81932d45e98107c2", "acef3f3ba9ebd5b3"),
    };

    public static TheoryData<string> Names => [.. Preset.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_training_ends_with_the_bits_that_it_always_had(string name)
    {
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess)
            Assert.Skip(
                "Initial weights are drawn with the logarithm of the system's C library: the bits are those of Linux " +
                "on x64.");
        using Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        Preset preset = SmallPreset.Named(name);
        using GanTrainer trainer = new(device, preset, name == "toy-2d" ? Points()
            : Images(), preset.Recipe with { BatchSize = 12, Seed = 3 });
        await foreach (TrainingReport _ in trainer.StepReportsAsync(Steps, TestContext.Current.CancellationToken)) { }
        string path = Path.Combine(Path.GetTempPath(), $"gangpu-{Guid.NewGuid():N}");
        try
        {
            trainer.Save(path);
            string hash = Hash(TensorBytes.Read(path).Tensors);
            (string at128, string at256, string at512) = Expected.GetValueOrDefault(name, ("", "", ""));
            string expected = Simd.Width switch { 16 => at512, 8 => at256, _ => at128 };
            Assert.True(
                hash == expected,
                $"{name} with vectors of {32 * Simd.Width} bits ends with {hash}, and ended with {expected}.");
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string Hash(IReadOnlyList<TensorBytes> tensors)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (TensorBytes tensor in tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal))
            hash.AppendData(tensor.Bytes);
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    private static DataSet Images()
    {
        byte[] pixels = new byte[Samples * Side * Side],
            classes = [.. Enumerable.Range(0, Samples).Select(i => (byte)(i % 5))];
        new Random(7).NextBytes(pixels);
        return DataSet.FromBytes("noise", pixels, Samples, Side, Side, 1, classes);
    }

    private static DataSet Points()
    {
        Random random = new(7);
        return DataSet.FromValues("points", (float[])[.. Enumerable.Range(0, 2 * Samples).Select(_ => random.NextSingle())],
            Samples, length: 2);
    }
}
