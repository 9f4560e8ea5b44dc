using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using GanGpu.Data;
using GanGpu.Modalities.Images;

namespace GanGpu.Tests.Data;

public sealed class IdxFileTests : IDisposable
{
    private const int Count = 5, Height = 7, Width = 6;

    private readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_valid_file_is_read_whole(bool zipped)
    {
        byte[] idx = Images();
        string path = temp.Write("images", zipped ? Gzip(idx) : idx);
        (int[] size, byte[] values) = IdxFile.Read(path, rank: 3);
        Assert.Equal([Count, Height, Width], size);
        Assert.Equal(Pixels(), values);

        DataSet data = DataSource.Open(path);
        Assert.Equal(
            (Count, Height, Width, 1, Height * Width),
            (data.Count, data.Format.Height, data.Format.Width, data.Format.Channels, data.SampleSize));
        Assert.Equal("images", data.Name);
        Assert.Equal(Pixels(), data.Pixels.ToArray());
        Assert.True(data.Labels.IsEmpty);
    }

    [Fact]
    public void A_missing_file_is_refused() => Refused(temp.At("nothing-here"), "nothing-here");

    [Fact]
    public void DataSet_says_what_can_be_opened_instead_of_a_missing_path()
    {
        string path = temp.At("nothing-here");
        DataFormatException fault = Assert.Throws<DataFormatException>(() => DataSource.Open(path));
        Assert.StartsWith($"'{path}' does not exist", fault.Message, StringComparison.Ordinal);
        Assert.Contains("digits", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(15)]
    public void A_file_cut_inside_its_header_is_refused(int length) =>
        Refused(temp.Write("short", Images()[..length]), $"after {length} bytes, inside the 16 bytes");

    [Fact]
    public void An_empty_file_is_refused() => Refused(temp.Write("empty", []), "is empty");

    [Fact]
    public void A_directory_is_refused() => Refused(temp.Folder, "can't be read");

    [Fact(Timeout = 300_000)]
    public async Task A_fifo_is_refused_without_waiting_for_a_writer()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("mkfifo is run on Linux only.");
        string path = temp.At("fifo");
        using (Process mkfifo = Process.Start("mkfifo", [path]))
            await mkfifo.WaitForExitAsync(TestContext.Current.CancellationToken);
        File.CreateSymbolicLink(temp.At("link"), path);
        await Task.Run(() => Refused(path, "no regular file"), TestContext.Current.CancellationToken);
        await Task.Run(() => Refused(temp.At("link"), "no regular file"), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void A_device_is_refused()
    {
        if (!File.Exists("/dev/zero"))
            Assert.Skip("/dev/zero is not there.");
        Refused("/dev/zero", "no regular file");
    }

    [Fact]
    public void A_link_to_a_file_is_followed()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("Links need a privilege on Windows.");
        File.CreateSymbolicLink(temp.At("link"), temp.Write("images", Images()));
        Assert.Equal(Pixels(), IdxFile.Read(temp.At("link"), rank: 3).Values);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(2, 9)]
    [InlineData(2, 0x0D)]
    public void A_wrong_magic_is_refused(int index, byte value)
    {
        byte[] idx = Images();
        idx[index] = value;
        Refused(temp.Write("images", idx), Convert.ToHexString(idx, 0, 4));
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(3, 0)]
    [InlineData(3, 4)]
    [InlineData(1, 3)]
    public void A_wrong_rank_is_refused(int wanted, byte rank)
    {
        byte[] idx = Images();
        idx[3] = rank;
        Refused(temp.Write("images", idx), $"with {rank} dimensions", wanted);
    }

    [Theory]
    [InlineData(0, 0u)]
    [InlineData(1, 0u)]
    [InlineData(2, 0u)]
    [InlineData(0, 0x80000000u)]
    [InlineData(2, 0xFFFFFFFFu)]
    public void A_dimension_that_no_data_set_has_is_refused(int dimension, uint value)
    {
        foreach (bool zipped in new[] { false, true })
        {
            byte[] idx = Images();
            BinaryPrimitives.WriteUInt32BigEndian(idx.AsSpan(4 * (dimension + 1)), value);
            Refused(temp.Write("images", zipped ? Gzip(idx) : idx), $"dimension {dimension + 1} is {value}");
        }
    }

    [Theory]
    [InlineData(0x7FFFFFFFu, 0x7FFFFFFFu, 0x7FFFFFFFu)]
    [InlineData(0x10000u, 0x10000u, 1u)]
    [InlineData(0x10000u, 0x10000u, 0x10000u)] // 2^48
    [InlineData(0x40000000u, 0x40000000u, 0x10u)] // 2^64, 0 where it overflows
    [InlineData(0x7FFFFFFFu, 1u, 1u)] // One more than any array, but no overflow
    public void A_product_beyond_any_array_is_refused(uint count, uint height, uint width)
    {
        byte[] idx = Images();
        uint[] size = [count, height, width];
        for (int i = 0; i < size.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(idx.AsSpan(4 * (i + 1)), size[i]);
        Refused(temp.Write("images", idx), "2 GiB");
        Refused(temp.Write("images.gz", Gzip(idx)), "2 GiB");
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(1, false)]
    [InlineData(-1, true)]
    [InlineData(1, true)]
    public void One_byte_too_few_or_too_many_is_refused(int difference, bool zipped)
    {
        byte[] idx = difference < 0 ? Images()[..^-difference] : [.. Images(), .. new byte[difference]];
        Refused(temp.Write("images", zipped ? Gzip(idx) : idx),
            $"should hold {Count} x {Height} x {Width} = {Count * Height * Width} bytes");
    }

    [Fact]
    public void A_file_without_permission_is_refused()
    {
        if (Environment.IsPrivilegedProcess)
            Assert.Skip("Permissions do not bind root.");
        string path = temp.Write("images", Images());
        if (OperatingSystem.IsWindows())
            Assert.Skip("Permissions are others on Windows.");
        else
            File.SetUnixFileMode(path, UnixFileMode.None);
        Refused(path, "can't be read");
    }

    [Fact]
    public void A_gzip_file_cut_anywhere_is_refused()
    {
        byte[] whole = Gzip(Images());
        int[] lengths = [
            .. Enumerable.Range(1, 9).Select(tenth => whole.Length * tenth / 10),
            .. Enumerable.Range(1, 20).Select(missing => whole.Length - missing)];
        Assert.All(lengths, length => Refused(temp.Write($"cut{length}.gz", whole[..length]), $"cut{length}.gz"));
        Assert.Equal(Pixels(), IdxFile.Read(temp.Write("whole.gz", whole), rank: 3).Values);
    }

    [Fact]
    public void A_large_gzip_file_cut_anywhere_is_refused()
    {
        // More than one buffer of the unpacker, and as random as pictures that hardly pack.
        byte[] pixels = new byte[400 * 28 * 28];
        new Random(1).NextBytes(pixels);
        byte[] whole = Gzip([.. Header(0x803, 400, 28, 28), .. pixels]);
        int[] lengths = [
            .. Enumerable.Range(1, 9).Select(tenth => whole.Length / 10 * tenth),
            .. Enumerable.Range(1, 20).Select(missing => whole.Length - missing)];
        Assert.All(lengths, length => Refused(temp.Write("cut.gz", whole[..length]), "cut.gz"));
        Assert.Equal(pixels, IdxFile.Read(temp.Write("whole.gz", whole), rank: 3).Values);
    }

    [Fact]
    public void A_changed_byte_of_a_gzip_file_is_noticed_or_harmless()
    {
        byte[] whole = Gzip(Images());
        int noticed = 0;
        for (int i = 0; i < whole.Length; i++)
        {
            foreach (byte mask in new byte[] { 0x01, 0x10, 0x80, 0xFF })
            {
                byte[] damaged = [.. whole];
                damaged[i] ^= mask;
                string path = temp.Write("damaged.gz", damaged);
                try
                {
                    Assert.Equal(Pixels(), IdxFile.Read(path, rank: 3).Values);
                }
                catch (DataFormatException fault)
                {
                    Assert.Contains(path, fault.Message, StringComparison.Ordinal);
                    noticed++;
                }
            }
        }

        // The time and the system in the header are of no account, nor is the bit that says that a block is the last.
        Assert.True(noticed >= 4 * (whole.Length - 12), $"{noticed} of {4 * whole.Length} changes were noticed.");
    }

    [Fact]
    public void Several_gzip_members_are_one_file()
    {
        byte[] idx = Images();
        foreach (int cut in new[] { 0, 1, 16, 100, idx.Length - 1, idx.Length })
            Assert.Equal(Pixels(),
                IdxFile.Read(temp.Write("two.gz", [.. Gzip(idx[..cut]), .. Gzip(idx[cut..])]), rank: 3).Values);
        // As bgzip writes them: many, each with an extra field, the last of them empty.
        byte[][] members = [.. idx.Chunk(20).Append([]).Select(Gzip)];
        foreach (byte[] member in members)
            member[3] = 4;
        byte[] many = [.. members.SelectMany(
            member => (byte[])[.. member[..10], 6, 0, (byte)'B', (byte)'C', 2, 0, 1, 2, .. member[10..]])];
        Assert.Equal(Pixels(), IdxFile.Read(temp.Write("many.gz", many), rank: 3).Values);
        // The empty one has nothing to lose; cut inside of the one before it.
        int empty = Gzip([]).Length + 8;
        for (int missing = 1; missing < 20; missing++)
            Refused(temp.Write("cut.gz", many[..^(empty + missing)]), "cut off");
    }

    [Fact]
    public void A_member_of_gzip_may_have_a_name_a_comment_and_a_sum_of_its_header()
    {
        byte[] plain = Gzip(Images());
        byte[] noted = [.. plain[..3], 2 | 8 | 16, .. plain[4..10], .. "name\0comment\0"u8, 1, 2, .. plain[10..]];
        Assert.Equal(Pixels(), IdxFile.Read(temp.Write("noted.gz", noted), rank: 3).Values);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(1000)]
    [InlineData(100_000)]
    public void Zeros_after_gzip_are_no_part_of_it(int length) =>
        Assert.Equal(Pixels(),
            IdxFile.Read(temp.Write("padded.gz", [.. Gzip(Images()), .. new byte[length]]), rank: 3).Values);

    [Theory]
    [InlineData(0x1F)]
    [InlineData(0xAB)]
    public void Garbage_after_gzip_is_refused(byte value)
    {
        foreach (int length in new[] { 1, 8, 1000 })
            Refused(temp.Write("trailing.gz", [.. Gzip(Images()), .. Enumerable.Repeat(value, length)]), "damaged");
    }

    [Fact]
    public void Members_larger_than_what_is_read_ahead_are_checked_each()
    {
        byte[] pixels = new byte[300 * 28 * 28];
        new Random(3).NextBytes(pixels);
        byte[] idx = [.. Header(0x803, 300, 28, 28), .. pixels],
            whole = [.. Gzip(idx[..90_000]), .. Gzip(idx[90_000..])];
        Assert.Equal(pixels, IdxFile.Read(temp.Write("two.gz", whole), rank: 3).Values);
        int first = Gzip(idx[..90_000]).Length;
        // The sum of the first member.
        whole[first - 5] ^= 1;
        Refused(temp.Write("two.gz", whole), "damaged");
    }

    [Fact]
    public void A_gzip_bomb_is_refused_before_it_is_unpacked()
    {
        const int Bomb = 200 << 20;
        string path = temp.At("bomb.gz");
        using (GZipStream zip = new(File.Create(path), CompressionLevel.SmallestSize))
        {
            zip.Write(Header(0x803, 1, 2, 2));
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < Bomb / zeros.Length; i++)
                zip.Write(zeros);
        }

        Assert.True(new FileInfo(path).Length < Bomb / 500);
        Assert.True(Allocated(() => Refused(path, "but holds more")) < 4 << 20);
    }

    [Fact]
    public void A_gzip_header_that_no_content_backs_takes_no_memory()
    {
        string path = temp.Write("empty.gz", Gzip(Header(0x803, 1, 0x4000, 0x8000)));
        Assert.True(Allocated(() => Refused(path, "announces")) < 4 << 20);
    }

    [Fact]
    public void Labels_must_be_as_many_as_images()
    {
        temp.Write("train-images-idx3-ubyte", Images());
        string labels = temp.Write("train-labels-idx1-ubyte", [.. Header(0x801, Count - 1), .. new byte[Count - 1]]);
        DataFormatException fault = Assert.Throws<DataFormatException>(() => DataSource.Open(temp.Folder));
        Assert.Equal(labels, fault.Path);
        Assert.Contains($"{Count - 1} labels", fault.Message, StringComparison.Ordinal);
        Assert.Contains($"{Count} images", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".gz")]
    public void A_folder_is_opened_with_its_labels(string ending)
    {
        byte[] labels = [3, 1, 4, 1, 5], idx = [.. Header(0x801, Count), .. labels];
        temp.Write("train-images-idx3-ubyte" + ending, ending.Length > 0 ? Gzip(Images()) : Images());
        temp.Write("train-labels-idx1-ubyte" + ending, ending.Length > 0 ? Gzip(idx) : idx);
        DataSet data = DataSource.Open(temp.Folder + Path.DirectorySeparatorChar);
        Assert.Equal(labels, data.Labels.ToArray());
        Assert.Equal(Pixels(), data.Pixels.ToArray());
        Assert.Equal(Path.GetFileName(temp.Folder), data.Name);
    }

    private static void Refused(string path, string said, int rank = 3)
    {
        DataFormatException fault = Assert.Throws<DataFormatException>(() => IdxFile.Read(path, rank));
        Assert.Equal(path, fault.Path);
        Assert.StartsWith($"'{path}' ", fault.Message, StringComparison.Ordinal);
        Assert.Contains(said, fault.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", fault.Message, StringComparison.Ordinal);
    }

    private static long Allocated(Action action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static byte[] Images() => [.. Header(0x803, Count, Height, Width), .. Pixels()];

    private static byte[] Pixels() =>
        [.. Enumerable.Range(0, Count * Height * Width).Select(i => (byte)((i * 37) ^ (i >> 3)))];

    private static byte[] Header(params int[] numbers)
    {
        byte[] header = new byte[4 * numbers.Length];
        for (int i = 0; i < numbers.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 * i), numbers[i]);
        return header;
    }

    private static byte[] Gzip(byte[] content)
    {
        // GZipStream writes nothing at all for nothing; gzip and bgzip write a member.
        if (content.Length == 0)
            return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        MemoryStream packed = new();
        using (GZipStream zip = new(packed, CompressionLevel.Optimal))
            zip.Write(content);
        return packed.ToArray();
    }
}
