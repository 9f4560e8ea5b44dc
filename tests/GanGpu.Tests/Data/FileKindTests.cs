using System.Text;
using GanGpu.Data;
using GanGpu.Images;
using GanGpu.Tests.Images;
using SkiaSharp;

namespace GanGpu.Tests.Data;

/// <summary>What is no data set is called by its name, and the way to make one of it is said.</summary>
public sealed class FileKindTests : IDisposable
{
    private readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    [Theory]
    [InlineData(SKEncodedImageFormat.Png, "is one PNG image; name the folder")]
    [InlineData(SKEncodedImageFormat.Jpeg, "is one JPEG image; name the folder")]
    [InlineData(SKEncodedImageFormat.Webp, "is one WebP image; name the folder")]
    public void One_image_is_no_data_set(SKEncodedImageFormat format, string said) =>
        Refused("photo", Pictures.Busy(8, format), said);

    [Theory]
    [InlineData("37 7A BC AF 27 1C 00 04", "a 7z archive; unpack it and name the folder")]
    [InlineData("52 61 72 21 1A 07 01 00", "a RAR archive")]
    [InlineData("FD 37 7A 58 5A 00 00 04", "packed by xz")]
    [InlineData("42 5A 68 39 31 41 59 26", "packed by bzip2")]
    [InlineData("28 B5 2F FD 00 00 00 00", "packed by Zstandard")]
    [InlineData("89 48 44 46 0D 0A 1A 0A", "an HDF5 file; save the images as one array with numpy.save")]
    [InlineData("50 41 52 31 15 04 15 00", "a Parquet file")]
    [InlineData("41 52 52 4F 57 31 00 00", "an Arrow file")]
    [InlineData("80 04 95 12 00 00 00 00", "a Python pickle, which could run code")]
    [InlineData("80 02 7D 71 00 28 55 0B", "a Python pickle")]
    [InlineData("20 00 00 00 00 00 00 00 7B 22 61 22", "a safetensors file, which holds weights")]
    [InlineData("25 50 44 46 2D 31 2E 37", "a PDF document")]
    [InlineData("00 00 00 18 66 74 79 70 69 73 6F 6D", "a film (MP4); save its pictures as PNG files")]
    [InlineData("1A 45 DF A3 01 00 00 00", "a film (Matroska or WebM)")]
    [InlineData("52 49 46 46 24 00 00 00 57 41 56 45", "a sound (WAV)")]
    [InlineData("52 49 46 46 24 00 00 00 41 56 49 20", "a film (AVI)")]
    [InlineData("49 44 33 04 00 00 00 00", "a sound (MP3)")]
    [InlineData("00 00 00 1C 66 74 79 70 61 76 69 66", "one AVIF image; convert it to PNG")]
    [InlineData("00 00 00 1C 66 74 79 70 68 65 69 63", "one HEIC image; convert it to PNG")]
    [InlineData("49 49 2A 00 08 00 00 00", "one TIFF image")]
    [InlineData("47 49 46 38 39 61 01 00", "one GIF image")]
    [InlineData("42 4D 3A 00 00 00 00 00 00 00 36 00 00 00 28 00 00 00 01", "one BMP image")]
    [InlineData("7F 45 4C 46 02 01 01 00", "a program")]
    public void First_bytes_say_what_a_file_is(string bytes, string said)
    {
        byte[] content = [.. Convert.FromHexString(bytes.Replace(" ", "", StringComparison.Ordinal)), .. new byte[40]];
        Refused("file.dat", content, said);
        // Gzipped it is the same.
        if (!said.StartsWith("packed", StringComparison.Ordinal))
            Refused("file.gz", FilePlaces.Gzip(content), "is gzipped, and in it is " + said);
    }

    [Theory]
    [InlineData("a.csv", "file,label\n1.png,2\n", "a table of text (CSV)")]
    [InlineData("table", "1,2,3\n4,5,6\n", "a table of text (CSV)")]
    [InlineData("a.json", "{\"a\": [1]}\n", "JSON")]
    [InlineData("a.html", "<!DOCTYPE html>\n<html><body>404</body></html>", "a web page")]
    [InlineData("a.npy", "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 12\n", "git lfs pull")]
    [InlineData("a.svg", "<?xml version=\"1.0\"?>\n<svg xmlns=\"x\"/>", "one SVG image")]
    [InlineData("readme", "Plain words\nand more of them.\n", "is text")]
    public void Text_is_told_by_its_form(string name, string text, string said) =>
        Refused(name, Encoding.UTF8.GetBytes(text), said);

    [Fact]
    public void Bytes_that_nobody_knows_are_said_to_be_no_IDX_file()
    {
        Refused("noise", [0x13, 0x37, 0x00, 0x01, .. Enumerable.Repeat((byte)0xEE, 60)],
            "no IDX file of bytes: it begins with 13370001");
        Refused("floats", [0, 0, 0x0D, 3, .. new byte[60]], "no IDX file of bytes: it begins with 00000D03");
    }

    [Fact]
    public void An_archive_without_images_says_what_it_holds()
    {
        string tar = temp.Write("a.tar", FilePlaces.Tar(("a.txt", [1]), ("b.txt", [1]), ("c.csv", [1])));
        Assert.Contains(
            "holds no images: no file in it ends with .png, .jpg, .jpeg, .webp, .bmp, .gif, but 2 .txt, 1 .csv (hidden",
            Assert.Throws<DataFormatException>(() => AnyData.Open(tar)).Message, StringComparison.Ordinal);
        Assert.Contains("is a tar archive; if it holds image files, open it with ImageArchive.Open",
            Assert.Throws<DataFormatException>(() => DataSource.Open(tar)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("archive/data.pkl", "a PyTorch file, which could run code")]
    [InlineData("[Content_Types].xml", "an Office document")]
    public void Zip_archives_of_other_programs_are_told_by_their_first_entry(string first, string said) =>
        Refused("file.zip", RawZip.Of(new RawZip.Entry(Encoding.ASCII.GetBytes(first), [1, 2])), said);

    [Fact]
    public void A_gzipped_zip_or_array_says_how_to_unpack_it()
    {
        Refused("a.npy.gz", FilePlaces.Gzip([0x93, .. "NUMPY"u8, 1, 0, .. new byte[100]]),
            "is a gzipped NumPy array; unpack it with gunzip");
        Refused("a.zip.gz", FilePlaces.Gzip([.. "PK\u0003\u0004"u8, .. new byte[100]]),
            "is a gzipped zip archive; unpack it with gunzip");
    }

    private void Refused(string name, byte[] content, string said)
    {
        string path = temp.Write(name, content);
        foreach (Func<string, DataSet> open in new Func<string, DataSet>[] { DataSource.Open, one => AnyData.Open(one) })
        {
            DataFormatException fault = Assert.Throws<DataFormatException>(() => open(path));
            Assert.Equal(path, fault.Path);
            Assert.Contains(said, fault.Message, StringComparison.Ordinal);
        }
    }
}
