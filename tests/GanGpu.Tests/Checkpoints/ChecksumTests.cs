using System.Globalization;
using GanGpu.Checkpoints;
using GanGpu.Networks;

namespace GanGpu.Tests.Checkpoints;

public sealed class ChecksumTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gangpu-").FullName;

    private string File => Path.Combine(folder, "checkpoint.safetensors");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Each_flipped_bit_of_a_tensor_is_refused_by_the_tensors_name()
    {
        byte[] whole = Written();
        for (int bit = 0; bit < 6 * 32; bit++)
        {
            byte[] flipped = [.. whole];
            flipped[whole.Length - 24 + (bit / 8)] ^= (byte)(1 << (bit % 8));
            string name = bit < 4 * 32 ? "'first'" : "'second'";
            Assert.Contains($"checksum of the tensor {name}", Refusal(flipped), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Each_flipped_bit_of_the_header_is_refused()
    {
        byte[] whole = Written();
        for (int bit = 0; bit < (whole.Length - 24) * 8; bit++)
        {
            byte[] flipped = [.. whole];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.True(Refusal(flipped).Length > 0, bit.ToString(CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public void A_file_without_sums_is_read_and_sums_are_no_metadata()
    {
        byte[] json = [.. "{\"a\":{\"dtype\":\"F32\",\"shape\":[1,1],\"data_offsets\":[0,4]}}"u8];
        System.IO.File.WriteAllBytes(
            File, [.. BitConverter.GetBytes((ulong)json.Length), .. json, .. BitConverter.GetBytes(2f)]);
        Assert.True(SafeTensors.Read(File).TryGet("a", out _, out ReadOnlySpan<float> values));
        Assert.Equal(2f, values[0]);
        System.IO.File.WriteAllBytes(File, Written());
        Assert.Equal(["step"], SafeTensors.Read(File).Metadata.Keys);
    }

    [Theory]
    [InlineData("504B0304140000000800", "zip archive")]
    [InlineData("80027D71002E", "Python pickle")]
    [InlineData("80049512000000000000008C05", "Python pickle")]
    [InlineData("934E554D50590100", "NumPy array")]
    public void A_file_of_another_format_is_refused_by_its_name(string bytes, string format) =>
        Assert.Contains(format, Refusal(Convert.FromHexString(bytes)), StringComparison.Ordinal);

    private static byte[] Written()
    {
        SafeTensors file = new() { Metadata = { ["step"] = "12" } };
        file.Add("first", new Shape(2, 2), [1f, 2f, 3f, 4f]);
        file.Add("second", new Shape(1, 2), [5f, 6f]);
        using MemoryStream stream = new();
        file.Write(stream);
        return stream.ToArray();
    }

    private string Refusal(byte[] bytes)
    {
        System.IO.File.WriteAllBytes(File, bytes);
        return Assert.Throws<InvalidInputException>(() => SafeTensors.Read(File)).Message;
    }
}
