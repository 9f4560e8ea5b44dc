using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using GanGpu.Data;
using GanGpu.Images;
using GanGpu.Tests.Data;
using SkiaSharp;

namespace GanGpu.Tests.Images;

/// <summary>Zip archives of images, good ones and such as were made to harm.</summary>
public sealed class ImageArchiveTests : IDisposable
{
    private static readonly ImageOptions OnePixel = new() { Height = 1, Width = 1 };

    private readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("photos/")]
    [InlineData("a/b/c/")]
    public void Folders_are_the_classes_but_for_those_around_everything(string around)
    {
        string path = Zip(
            (around + "cat/2.png", Pictures.Grey(20)), (around + "cat/1.png", Pictures.Grey(10)),
            (around + "ant/deep/3.png", Pictures.Grey(30)), (around + "readme.txt", [1]), ("__MACOSX/._1.png", [2]),
            (around + "dog/._x.png", [3]));
        DataSet data = DataSet(path);
        Assert.Equal([30, 10, 20], data.Pixels.ToArray());
        Assert.Equal([0, 1, 1], data.Labels.ToArray());
        Assert.Equal(["ant", "cat"], data.ClassNames);
        Assert.Equal("test.zip", data.Name);
    }

    [Fact]
    public void It_is_the_same_as_the_folder()
    {
        (string, byte[])[] files = [
            .. Enumerable.Range(0, 30)
            .Select(i =>
                ($"{i % 3}/{i}.png",
                    Pictures.Encode(9 + i, 12, (x, y) => new SKColor((byte)(x * i), (byte)(y * 20), (byte)i))))];
        foreach ((string name, byte[] content) in files)
            temp.Write("folder/" + name, content);
        ImageOptions options = new() { Height = 7, Width = 5, Channels = 3 };
        DataSet folder = AnyData.Open(temp.At("folder"), options), zip = AnyData.Open(Zip(files), options);
        Assert.Equal(folder.Pixels.ToArray(), zip.Pixels.ToArray());
        Assert.Equal(folder.Labels.ToArray(), zip.Labels.ToArray());
        Assert.Equal(folder.ClassNames, zip.ClassNames);
    }

    [Fact]
    public void Images_side_by_side_have_no_class()
    {
        DataSet data = DataSet(Zip(("all/1.png", Pictures.Grey(1)), ("all/2.png", Pictures.Grey(2))));
        Assert.True(data.Labels.IsEmpty);
        Assert.Null(data.ClassNames);
    }

    [Theory]
    [InlineData("../1.png")]
    [InlineData("a/../../1.png")]
    [InlineData("/etc/1.png")]
    [InlineData("C:/1.png")]
    [InlineData("..\\1.png")]
    public void Names_that_lead_out_of_it_are_refused(string name)
    {
        Refused(Zip(("1.png", Pictures.Grey(1)), (name, Pictures.Grey(2))), "leads out of the archive");
        Assert.Equal(["test.zip"], temp.Entries());
    }

    [Fact]
    public void The_same_name_twice_is_refused() =>
        Refused(Zip(("1.png", Pictures.Grey(1)), ("1.png", Pictures.Grey(2))), "twice");

    [Fact]
    public void A_link_is_refused()
    {
        string path = temp.At("test.zip");
        using (ZipArchive zip = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            ZipArchiveEntry entry = zip.CreateEntry("1.png");
            entry.ExternalAttributes = unchecked((int)0xA1FF0000);
            using Stream stream = entry.Open();
            stream.Write("/etc/passwd"u8);
        }

        Refused(path, "a link");
    }

    [Fact]
    public void An_encrypted_image_is_refused()
    {
        byte[] zip = File.ReadAllBytes(Zip(("1.png", Pictures.Grey(1))));
        zip[Find(zip, "PK\u0001\u0002") + 8] |= 1;
        zip[6] |= 1;
        Refused(temp.Write("test.zip", zip), "encrypted");
    }

    [Fact]
    public void An_archive_in_it_is_left_alone()
    {
        byte[] inner = File.ReadAllBytes(Zip(("evil.png", Pictures.Grey(1))));
        Assert.Equal([2], DataSet(Zip(("inner.zip", inner), ("2.png", Pictures.Grey(2)))).Pixels.ToArray());
        Refused(Zip(("inner.zip", inner)), "holds no images");
    }

    [Fact]
    public void A_bomb_is_refused_before_it_is_unpacked()
    {
        string path = Zip(("1.png", Pictures.Grey(1)), ("bomb.bmp", new byte[100 << 20]));
        Assert.True(new FileInfo(path).Length < 1 << 20);
        long before = GC.GetTotalAllocatedBytes();
        Refused(path, "would unpack");
        Assert.True(GC.GetTotalAllocatedBytes() - before < 16 << 20);
    }

    [Fact]
    public void Many_entries_are_refused_by_what_the_end_says()
    {
        byte[] zip = File.ReadAllBytes(Zip(("1.png", Pictures.Grey(1))));
        int end = Find(zip, "PK\u0005\u0006");
        // A directory of zip64 with ten million entries, and the way to it.
        byte[] record = new byte[56], locator = new byte[20];
        "PK\u0006\u0006"u8.CopyTo(record);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(4), 44);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(24), 10_000_000);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(32), 10_000_000);
        "PK\u0006\u0007"u8.CopyTo(locator);
        BinaryPrimitives.WriteInt64LittleEndian(locator.AsSpan(8), end);
        locator[16] = 1;
        byte[] tail = zip[end..];
        tail.AsSpan(8, 4).Fill(0xFF);
        Refused(temp.Write("test.zip", [.. zip[..end], .. record, .. locator, .. tail]),
            "10000000 files, more than 2000000");
        BinaryPrimitives.WriteInt64LittleEndian(locator.AsSpan(8), long.MaxValue);
        Refused(temp.Write("test.zip", [.. zip[..end], .. record, .. locator, .. tail]), "outside of it");
    }

    [Fact]
    public void More_than_the_limits_is_refused()
    {
        string path = Zip(("1.png", Pictures.Grey(1)), ("2.png", Pictures.Grey(2)));
        Assert.Contains("2 files, more than 1",
            Assert.Throws<DataFormatException>(
            () => new ZipSource(path, new ArchiveLimits { Entries = 1 }).Dispose()).Message, StringComparison.Ordinal);
        Assert.Contains("more than 100 bytes",
            Assert.Throws<DataFormatException>(
            () => new ZipSource(path, new ArchiveLimits { Bytes = 100 }).Dispose()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(24, 1)] // Says that it has one byte more
    [InlineData(24, -1)] // One byte fewer, which .NET would cut off
    [InlineData(24, 1000)]
    [InlineData(16, 1)] // Another CRC-32
    public void An_entry_that_lies_is_refused(int field, int difference)
    {
        byte[] zip = File.ReadAllBytes(Zip(("cat/1.png", Pictures.Grey(1)), ("cat/2.png", Pictures.Grey(2))));
        int entry = Find(zip, "PK\u0001\u0002") + field;
        BinaryPrimitives.WriteInt32LittleEndian(
            zip.AsSpan(entry), BinaryPrimitives.ReadInt32LittleEndian(zip.AsSpan(entry)) + difference);
        string path = temp.Write("test.zip", zip);
        DataFormatException fault = Assert.Throws<DataFormatException>(() => DataSet(path));
        Assert.Equal($"{path}/cat/1.png", fault.Path);
        Assert.StartsWith($"'{fault.Path}' ", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_archive_cut_anywhere_is_refused()
    {
        byte[] whole = File.ReadAllBytes(Zip(("1.png", Pictures.Grey(1)), ("2.png", Pictures.Grey(2))));
        for (int length = 0; length < whole.Length; length++)
        {
            string path = temp.Write("test.zip", whole[..length]);
            Assert.StartsWith(
                $"'{path}", Assert.Throws<DataFormatException>(() => ImageArchive.Open(path, OnePixel)).Message,
                StringComparison.Ordinal);
            Assert.Throws<DataFormatException>(() => DataSet(path));
        }
    }

    [Fact]
    public void A_changed_byte_is_noticed_or_harmless()
    {
        byte[] whole = File.ReadAllBytes(Zip(("a/1.png", Pictures.Grey(1)), ("b/2.png", Pictures.Grey(2))));
        int noticed = 0;
        for (int i = 0; i < whole.Length; i++)
        {
            foreach (byte mask in new byte[] { 0x01, 0x80, 0xFF })
            {
                byte[] damaged = [.. whole];
                damaged[i] ^= mask;
                string path = temp.Write("test.zip", damaged);
                try
                {
                    // A changed name changes the order or hides an image, but never a pixel.
                    Assert.All(ImageArchive.Open(path, OnePixel).Pixels.ToArray(), value =>
                        Assert.InRange(value, 1, 2));
                }
                catch (DataFormatException fault)
                {
                    Assert.StartsWith($"'{path}", fault.Message, StringComparison.Ordinal);
                    noticed++;
                }
            }
        }

        Assert.True(noticed > whole.Length, $"{noticed} of {3 * whole.Length} changes were noticed.");
    }

    [Fact]
    public void The_core_alone_says_what_opens_it()
    {
        DataFormatException fault =
            Assert.Throws<DataFormatException>(() => DataSource.Open(Zip(("1.png", Pictures.Grey(1)))));
        Assert.Contains("ImageArchive.Open", fault.Message, StringComparison.Ordinal);
    }

    private static DataSet DataSet(string path) => AnyData.Open(path, OnePixel);

    private static void Refused(string path, string said)
    {
        DataFormatException fault = Assert.Throws<DataFormatException>(() => DataSet(path));
        Assert.Equal(path, fault.Path);
        Assert.Contains(said, fault.Message, StringComparison.Ordinal);
    }

    private static int Find(byte[] zip, string mark) => zip.AsSpan().IndexOf(Encoding.ASCII.GetBytes(mark));

    private string Zip(params (string Name, byte[] Content)[] files)
    {
        string path = temp.At("test.zip");
        File.Delete(path);
        using ZipArchive zip = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach ((string name, byte[] content) in files)
        {
            using Stream stream = zip.CreateEntry(name).Open();
            stream.Write(content);
        }

        return path;
    }
}
