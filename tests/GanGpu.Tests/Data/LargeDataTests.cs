using GanGpu.Checkpoints;

namespace GanGpu.Tests.Data;

/// <summary>
/// What is too large for one array of bytes. Nothing here is touched, so that it takes room in memory by name only.
/// </summary>
public sealed class LargeDataTests
{
    [Fact]
    public void Vectors_of_more_bytes_than_an_array_has_are_refused_where_they_are_given()
    {
        float[] values = GC.AllocateUninitializedArray<float>(540_000_000);
        Assert.Equal(
            "'big' has 540,000,000 numbers, which are 2,160,000,000 bytes; a data set has at most 2,147,483,591, so " +
            "give at most 5,368,708 vectors of 100.",
            Assert.Throws<InvalidInputException>(() => DataSet.FromValues("big", values, 5_400_000, 100)).Message);
    }

    [Fact]
    public void A_count_of_values_that_overflows_is_no_count()
    {
        string message =
            Assert.Throws<ArgumentException>(() => DataSet.FromBytes("big", new byte[16], 65536, 256, 256, 1)).Message;
        Assert.Contains("4294967296 bytes, not 16", message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => DataSet.FromValues("big", new float[1], 65537, 65535));
    }

    [Fact]
    public void A_tensor_of_more_than_two_gigabytes_is_summed_in_parts()
    {
        float[] values = GC.AllocateUninitializedArray<float>(540_000_000);
        long length = 0;
        foreach (ReadOnlyMemory<float> part in SafeTensors.Parts(values))
        {
            Assert.InRange((long)part.Length * sizeof(float), 1, int.MaxValue);
            length += part.Length;
        }

        Assert.Equal(values.Length, length);
    }
}
