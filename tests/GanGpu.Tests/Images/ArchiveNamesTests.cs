using System.Buffers.Binary;
using System.Formats.Tar;
using System.Text;
using GanGpu.Data;
using GanGpu.Images;
using GanGpu.Tests.Data;

namespace GanGpu.Tests.Images;

/// <summary>Archives as other systems and programs write them.</summary>
public sealed class ArchiveNamesTests : IDisposable
{
    private static readonly ImageOptions OnePixel = new() { Height = 1, Width = 1 };

    private readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    [Fact]
    public void Backslashes_are_read_as_slashes()
    {
        DataSet data = Open(Entry("cats\\1.png", 1), Entry("cats\\", 0), Entry("dogs\\old\\2.png", 2));
        Assert.Equal(["cats", "dogs"], data.ClassNames);
        Assert.Equal([1, 2], data.Pixels.ToArray());
        foreach (string name in new[] { "cats\\..\\..\\1.png", "..\\1.png", "\\\\server\\share\\1.png", "C:\\1.png" })
            Assert.Contains("leads out of the archive", Refused(Entry("a.png", 1), Entry(name, 1)),
                StringComparison.Ordinal);
    }

    [Fact]
    public void A_colon_and_dots_are_letters_of_a_name()
    {
        DataSet data = Open(Entry("./2024-01-01 12:30.png", 1), Entry("./a...b.png", 2), Entry("./c..png", 3));
        Assert.Equal([1, 2, 3], data.Pixels.ToArray());
        Assert.Equal(0, data.Classes);
    }

    [Theory]
    [InlineData(437, "Käse", "Küse")] // German Windows
    [InlineData(437, "hôtel", "été")]
    [InlineData(65001, "犬", "猫")] // UTF-8 without its flag, as many programs on Linux write it
    public void Names_without_the_flag_are_UTF8_or_code_page_437(int codePage, params string[] folders)
    {
        Encoding encoding = codePage == 65001 ? Encoding.UTF8
            : CodePagesEncodingProvider.Instance.GetEncoding(codePage)!;
        DataSet data = Open(
            [.. folders.Select(
            (folder, i) => new RawZip.Entry(encoding.GetBytes(folder + "/1.png"), Pictures.Grey((byte)(i + 1))))]);
        Assert.Equal(folders, data.ClassNames);
    }

    [Fact]
    public void Names_in_other_code_pages_stay_apart()
    {
        // Two Japanese words in Shift-JIS; what they are called nobody can know, but they are two, and none is twice.
        DataSet data = Open(new RawZip.Entry([0x94, 0x4C, .. "/1.png"u8], Pictures.Grey(1)),
            new RawZip.Entry([0x8C, 0xA2, .. "/1.png"u8], Pictures.Grey(2)));
        Assert.Equal(2, data.Classes);
        Assert.DoesNotContain(data.ClassNames!, name => name.Contains('\uFFFD', StringComparison.Ordinal));
        Assert.Contains("twice",
            Refused(new RawZip.Entry([0x94, .. "/1.png"u8], [1]), new RawZip.Entry([0x94, .. "/1.png"u8], [1])),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_name_in_Unicode_counts_where_it_belongs_to_the_first()
    {
        DataSet data = Open(Renamed("??/1.png", "猫/1.png", valid: true, 1),
            Renamed("??/2.png", "犬/1.png", valid: true, 2), Renamed("plain/1.png", "wrong/1.png", valid: false, 3));
        Assert.Equal(["plain", "犬", "猫"], data.ClassNames);

        static RawZip.Entry Renamed(string name, string unicode, bool valid, byte grey)
        {
            byte[] text = Encoding.UTF8.GetBytes(unicode), extra = new byte[9 + text.Length];
            BinaryPrimitives.WriteUInt16LittleEndian(extra, 0x7075);
            BinaryPrimitives.WriteUInt16LittleEndian(extra.AsSpan(2), (ushort)(5 + text.Length));
            extra[4] = 1;
            BinaryPrimitives.WriteUInt32LittleEndian(extra.AsSpan(5),
                Crc32.Of(Encoding.ASCII.GetBytes(name)) ^ (valid ? 0u : 1u));
            text.CopyTo(extra, 9);
            return new RawZip.Entry(Encoding.ASCII.GetBytes(name), Pictures.Grey(grey)) { Extra = extra };
        }
    }

    [Theory]
    [InlineData(12, "BZip2")]
    [InlineData(14, "LZMA")]
    [InlineData(93, "Zstandard")]
    [InlineData(77, "method 77")]
    public void Ways_of_packing_that_are_unknown_are_named(ushort method, string name)
    {
        string said = Refused(Entry("1.png", 1),
            new RawZip.Entry("2.png"u8.ToArray(), Pictures.Grey(1)) { Method = method });
        Assert.Contains($"holds '2.png' packed by {name}, which can't be unpacked here", said,
            StringComparison.Ordinal);
        Assert.DoesNotContain("damaged", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tar_archive_is_read_in_any_form_and_the_latest_of_a_name_counts()
    {
        foreach (TarEntryFormat format in new[] { TarEntryFormat.V7, TarEntryFormat.Ustar, TarEntryFormat.Pax,
            TarEntryFormat.Gnu })
        {
            string path = temp.At($"{format}.tar");
            using (FileStream file = File.Create(path))
            using (TarWriter writer = new(file, format))
            {
                foreach ((string name, byte grey) in new[] { ("./set/a/1.png", (byte)1), ("./set/b/2.png", (byte)2),
                    ("./set/a/1.png", (byte)3) })
                    writer.WriteEntry(TarEntryOf(format, name, Pictures.Grey(grey)));
            }

            DataSet data = AnyData.Open(path, OnePixel);
            Assert.Equal([3, 2], data.Pixels.ToArray());
            Assert.Equal(["a", "b"], data.ClassNames);
        }
    }

    [Fact]
    public void Long_names_in_tar_archives_are_read_whole()
    {
        string folder = new('n', 150), name = $"{folder}/{new string('m', 150)}.png";
        foreach (TarEntryFormat format in new[] { TarEntryFormat.Pax, TarEntryFormat.Gnu })
        {
            string path = temp.At($"long-{format}.tar");
            using (FileStream file = File.Create(path))
            using (TarWriter writer = new(file, format))
            {
                writer.WriteEntry(TarEntryOf(format, name, Pictures.Grey(7)));
                writer.WriteEntry(TarEntryOf(format, "b/1.png", Pictures.Grey(8)));
            }

            Assert.Equal(["b", folder], AnyData.Open(path, OnePixel).ClassNames);
        }
    }

    [Theory]
    [InlineData("../1.png", "leads out")]
    [InlineData("/etc/1.png", "leads out")]
    public void Names_that_lead_out_of_a_tar_archive_are_refused(string name, string said)
    {
        string path = temp.Write("a.tar", FilePlaces.Tar(("1.png", Pictures.Grey(1)), (name, Pictures.Grey(2))));
        Assert.Contains(said, Assert.Throws<DataFormatException>(() => AnyData.Open(path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Links_in_a_tar_archive_are_refused()
    {
        foreach (TarEntryType type in new[] { TarEntryType.SymbolicLink, TarEntryType.HardLink })
        {
            string path = temp.At("link.tar");
            using (FileStream file = File.Create(path))
            using (TarWriter writer = new(file))
                writer.WriteEntry(new PaxTarEntry(type, "1.png") { LinkName = "/etc/passwd" });
            Assert.Contains("a link", Assert.Throws<DataFormatException>(() => AnyData.Open(path)).Message,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_tar_archive_cut_anywhere_is_refused()
    {
        byte[] tar = FilePlaces.Tar(("a/1.png", Pictures.Grey(1)), ("b/2.png", Pictures.Grey(2)));
        byte[] zipped = FilePlaces.Gzip(tar);
        for (int length = 512; length <= tar.Length - 1024; length += 128)
            Assert.Throws<DataFormatException>(() => AnyData.Open(temp.Write("cut.tar", tar[..length])));
        for (int length = 20; length < zipped.Length; length += 7)
            Assert.Throws<DataFormatException>(() => AnyData.Open(temp.Write("cut.tar.gz", zipped[..length])));
        Assert.Equal([1, 2], AnyData.Open(temp.Write("whole.tgz", zipped), OnePixel).Pixels.ToArray());
    }

    [Fact]
    public void Too_much_in_a_tar_archive_is_refused()
    {
        byte[] tar = FilePlaces.Tar(("1.png", Pictures.Grey(1)), ("2.png", Pictures.Grey(2)));
        string plain = temp.Write("a.tar", tar), zipped = temp.Write("a.tar.gz", FilePlaces.Gzip(tar));
        Assert.Contains("more than 1 files",
            Assert.Throws<DataFormatException>(
            () => new TarSource(plain, new ArchiveLimits { Entries = 1 }).Dispose()).Message, StringComparison.Ordinal);
        Assert.Contains("more than 90 bytes",
            Assert.Throws<DataFormatException>(
            () => new TarSource(plain, new ArchiveLimits { Bytes = 90 }).Dispose()).Message, StringComparison.Ordinal);
        Assert.Contains("name the .tar",
            Assert.Throws<DataFormatException>(
            () => new TarSource(zipped, new ArchiveLimits { KeptBytes = 90 }).Dispose()).Message,
            StringComparison.Ordinal);
    }

    private static TarEntry TarEntryOf(TarEntryFormat format, string name, byte[] content) => format switch
    {
        TarEntryFormat.V7 =>
            new V7TarEntry(TarEntryType.V7RegularFile, name) { DataStream = new MemoryStream(content) },
        TarEntryFormat.Ustar =>
            new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) },
        TarEntryFormat.Gnu =>
            new GnuTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) },
        _ => new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) },
    };

    private static RawZip.Entry Entry(string name, byte grey) =>
        new(Encoding.ASCII.GetBytes(name), name.EndsWith('\\') ? [] : Pictures.Grey(grey));

    private DataSet Open(params RawZip.Entry[] entries) =>
        AnyData.Open(temp.Write("a.zip", RawZip.Of(entries)), OnePixel);

    private string Refused(params RawZip.Entry[] entries) =>
        Assert.Throws<DataFormatException>(() => Open(entries)).Message;
}
