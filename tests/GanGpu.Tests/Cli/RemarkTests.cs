using System.Buffers.Binary;

namespace GanGpu.Tests.Cli;

/// <summary>What trains and yet can't come out right is said before it is trained.</summary>
public sealed class RemarkTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void Numbers_that_the_generator_cannot_make_are_named()
    {
        Numbers("table.npy", 12, 4, i => i * 20);
        Result result = InProcess.Run(
            place, "train", "--data", "./table.npy", "--preset", "mlp", "--device", "cpu", "--steps", "1", "--batch",
            "4", "--out", "./run").Succeeded();
        Assert.Contains(
            "numbers from 0 to 940",
            Assert.Single(result.OutputLines, line => line.Contains("tanh", StringComparison.Ordinal)),
            StringComparison.Ordinal);
    }

    /// <summary>An array of float32.</summary>
    private void Numbers(string name, int rows, int columns, Func<int, float> value)
    {
        string header =
            $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {columns}), }}".PadRight(117) + "\n";
        byte[] values = new byte[rows * columns * sizeof(float)];
        for (int i = 0; i < rows * columns; i++)
            BinaryPrimitives.WriteSingleLittleEndian(values.AsSpan(i * sizeof(float)), value(i));
        File.WriteAllBytes(
            place.At(name),
            [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. header.Select(letter => (byte)letter), .. values]);
    }
}
