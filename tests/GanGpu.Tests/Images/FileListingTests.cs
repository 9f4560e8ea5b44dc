using GanGpu.Data;
using GanGpu.Images;
using GanGpu.Modalities.Images;
using GanGpu.Tests.Data;
using SkiaSharp;

namespace GanGpu.Tests.Images;

/// <summary>Which files of a folder or an archive are data, and which folders are classes.</summary>
public sealed class FileListingTests : IDisposable
{
    private static readonly ImageOptions OnePixel = new() { Height = 1, Width = 1 };

    private readonly TempFolder temp = new();

    public static TheoryData<string> Places => FilePlaces.All;

    public void Dispose() => temp.Dispose();

    [Theory]
    [MemberData(nameof(Places))]
    public void What_is_hidden_or_left_by_a_system_is_no_data_and_no_class(string place)
    {
        string[] hidden =
        [
            ".ipynb_checkpoints/1.png", ".git/2.png", "cat/@eaDir/1.png/SYNOPHOTO_THUMB_M.jpg", "@EADIR/3.png",
                "__MACOSX/cat/._1.png", "cat/__macosx/4.png", "cat/._1.png", "cat/.1.png",
            "lost+found/5.png", "$Recycle.Bin/S-1-5/6.png", "System Volume Information/7.png", "#recycle/8.png",
            "dog/.thumbnails/9.png", ".Trash-1000/files/10.png", ".trashes/501/11.png",
            "Thumbs.db", "cat/desktop.ini", "cat/.DS_Store",
        ];
        (string, byte[])[] files = [("cat/1.png", Pictures.Grey(1)), ("cat/2.png", Pictures.Grey(2)),
            ("dog/1.png", Pictures.Grey(3)), .. hidden.Select(name => (name, Pictures.Grey(99)))];
        DataSet data = AnyData.Open(FilePlaces.Write(temp, place, files), OnePixel);
        Assert.Equal([1, 2, 3], data.Pixels.ToArray());
        Assert.Equal(["cat", "dog"], data.ClassNames);
        Assert.Equal([0, 0, 1], data.Labels.ToArray());
        Assert.Empty(data.Source().LeftOut);
    }

    [Fact]
    public void Where_all_is_hidden_that_is_what_is_said()
    {
        (string, byte[])[] files = [(".a/1.png", Pictures.Grey(1)), ("b/@eaDir/2.jpg", Pictures.Grey(2))];
        string zip = FilePlaces.Write(temp, "zip", files), folder = FilePlaces.Write(temp, "folder", files);
        Assert.Contains("no images but 2 in hidden folders",
            Assert.Throws<DataFormatException>(() => AnyData.Open(zip)).Message, StringComparison.Ordinal);
        Assert.Contains("hidden folders are not looked into",
            Assert.Throws<DataFormatException>(() => AnyData.Open(folder)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Every_ending_of_readable_images_is_read_and_others_are_counted(string place)
    {
        byte[] jpeg = Pictures.Encode(4, 4, (_, _) => new SKColor(50, 50, 50), SKEncodedImageFormat.Jpeg);
        (string, byte[])[] files =
        [
            ("1.JFIF", jpeg), ("2.jpe", jpeg), ("3.jif", jpeg), ("4.pjpeg", jpeg), ("5.mpo", jpeg),
                ("6.PNG", Pictures.Grey(50)), ("7.apng", Pictures.Grey(50)),
            ("a.tif", [1]), ("b.TIF", [1]), ("c.heic", [1]), ("d.avif", [1]), ("e.jxl", [1]), ("f.CR2", [1]),
            ("notes.txt", [1]), ("clip.mp4", [1]),
        ];
        DataSet data = AnyData.Open(FilePlaces.Write(temp, place, files), OnePixel);
        Assert.Equal(7, data.Count);
        Assert.All(data.Pixels.ToArray(), value => Assert.InRange(value, (byte)49, (byte)51));
        Assert.Equal([(".avif", 1), (".cr2", 1), (".heic", 1), (".jxl", 1), (".tif", 2)],
            data.Source().LeftOut.Select(pair => (pair.Key, pair.Value)));
    }

    [Fact]
    public void Where_none_can_be_read_the_kinds_are_named()
    {
        temp.Write("a.heic", [1]);
        temp.Write("b.tiff", [1]);
        Assert.Contains("no images that can be read, but 1 .heic, 1 .tiff; convert them to PNG",
            Assert.Throws<DataFormatException>(() => ImageFolder.Open(temp.Folder)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0 1 2 10", "0 1 2 10")]
    [InlineData("class10 class2 class1", "class1 class2 class10")]
    [InlineData("10_dog 2_cat 1_ant", "1_ant 2_cat 10_dog")]
    [InlineData("b2 a10 a9 B1", "B1 a9 a10 b2")]
    [InlineData("007 7 08", "007 7 08")]
    [InlineData("1.5 -2 10 0.25", "-2 0.25 1.5 10")]
    [InlineData("v1.10 v1.9", "v1.9 v1.10")]
    [InlineData("123456789012345678901234567890 99999999999999999999999999999a 3",
        "3 99999999999999999999999999999a 123456789012345678901234567890")]
    public void Classes_are_numbered_as_a_person_counts(string folders, string expected)
    {
        string[] names = folders.Split(' ');
        Assert.Equal(expected.Split(' '), NaturalOrder.Sorted(names));
        foreach (string name in names)
            temp.Write(name + "/1.png", Pictures.Grey(1));
        Assert.Equal(expected.Split(' '), ImageFolder.Open(temp.Folder, OnePixel).ClassNames);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void The_label_of_each_image_is_its_folders_number(string place)
    {
        (string, byte[])[] files = [("10/a.png", Pictures.Grey(10)), ("2/b.png", Pictures.Grey(2)),
            ("1/c.png", Pictures.Grey(1))];
        DataSet data = AnyData.Open(FilePlaces.Write(temp, place, files), OnePixel);
        Assert.Equal(["1", "2", "10"], data.ClassNames);
        Assert.Equal([(1, 0), (10, 2), (2, 1)],
            data.Pixels.ToArray().Zip(data.Labels.ToArray()).Select(pair => ((int)pair.First, (int)pair.Second)));
    }

    [Fact]
    public void More_classes_than_can_be_are_counted()
    {
        for (int i = 0; i < 257; i++)
            temp.Write($"c{i:D3}/1.png", Pictures.Grey(1));
        DataSet data = ImageFolder.Open(temp.Folder, OnePixel);
        Assert.True(data.Labels.IsEmpty);
        Assert.Equal("has 257 class folders, and at most 256 are possible", data.WhyNoClasses);
        string said = Assert.Throws<InvalidInputException>(
            () => GanGpu.Preset.Named("cgan").For(data, new())).Message;
        Assert.Contains("has 257 class folders, and at most 256 are possible", said, StringComparison.Ordinal);
        Directory.Delete(temp.At("c256"), recursive: true);
        Assert.Equal(256, ImageFolder.Open(temp.Folder, OnePixel).Classes);
    }

    [Fact]
    public void A_stray_image_beside_the_classes_is_named()
    {
        temp.Write("cat/1.png", Pictures.Grey(1));
        temp.Write("dog/1.png", Pictures.Grey(1));
        temp.Write("preview.png", Pictures.Grey(1));
        DataSet data = ImageFolder.Open(temp.Folder, OnePixel);
        Assert.Equal((3, 0), (data.Count, data.Classes));
        Assert.Equal("has no classes, since 'preview.png' lies beside the class folders; move it into one",
            data.WhyNoClasses);
        temp.Write("another.png", Pictures.Grey(1));
        Assert.Contains("2 images, such as 'another.png', lie beside",
            ImageFolder.Open(temp.Folder, OnePixel).WhyNoClasses, StringComparison.Ordinal);
        // Without any folder nobody expects classes.
        Directory.Delete(temp.At("cat"), recursive: true);
        Directory.Delete(temp.At("dog"), recursive: true);
        Assert.Null(ImageFolder.Open(temp.Folder, OnePixel).WhyNoClasses);
    }

    [Theory]
    [InlineData("folder", "train", "val")]
    [InlineData("zip", "Train", "Test")]
    [InlineData("tar", "training", "validation")]
    public void Of_parts_for_training_and_for_tests_the_first_is_taken_and_that_is_said(string place, string training,
        string tests)
    {
        (string, byte[])[] files = [(training + "/cat/1.png", Pictures.Grey(1)),
            (training + "/dog/2.png", Pictures.Grey(2)), (tests + "/cat/3.png", Pictures.Grey(3))];
        DataSet data = AnyData.Open(FilePlaces.Write(temp, place, files), OnePixel);
        Assert.Equal([1, 2], data.Pixels.ToArray());
        Assert.Equal(["cat", "dog"], data.ClassNames);
        string remark = Assert.Single(data.Remarks);
        Assert.StartsWith($"{training} is taken, 2 images; {tests} is left out, 1", remark, StringComparison.Ordinal);
    }

    [Fact]
    public void Folders_that_only_look_like_parts_are_classes()
    {
        foreach (string name in new[] { "train", "bus", "test" })
            temp.Write(name + "/1.png", Pictures.Grey(1));
        Assert.Equal(["bus", "test", "train"], ImageFolder.Open(temp.Folder, OnePixel).ClassNames);
    }

    [Fact]
    public void What_images_were_like_is_counted()
    {
        temp.Write("1.png", Pictures.Encode(30, 20, (_, _) => new SKColor(10, 10, 10)));
        temp.Write("2.png", Pictures.Encode(8, 8, (_, _) => new SKColor(200, 10, 10)));
        temp.Write("3.png", Pictures.Encode(9, 7, (x, _) => new SKColor(200, 10, 10, (byte)(x == 3 ? 254 : 255))));
        temp.Write("4.png", Pictures.Encode(8, 8, (_, _) => new SKColor(1, 1, 1, 255), SKEncodedImageFormat.Webp));
        ImageSourceSummary source = ImageFolder.Open(temp.Folder, new ImageOptions { Height = 8, Width = 8 }).Source();
        Assert.Equal((4, 2, 2, 1, 2), (source.Images, source.Grey, source.Colour, source.Transparent, source.Cropped));
        Assert.Equal((9, 7, 30, 20),
            (source.SmallestWidth, source.SmallestHeight, source.LargestWidth, source.LargestHeight));
        Assert.Equal("black", source.Background);
        Assert.Empty(source.Damaged);
    }

    [Fact]
    public void Damaged_images_that_are_left_out_are_named()
    {
        temp.Write("a/1.png", Pictures.Grey(1));
        temp.Write("a/2.png", [1]);
        temp.Write("b/3.png", Pictures.Grey(1)[..30]);
        DataSet data = ImageFolder.Open(temp.Folder, OnePixel with { SkipDamaged = true });
        Assert.Equal(["a/2.png", "b/3.png"], data.Source().Damaged);
        Assert.Equal(2, data.Damaged.Count);
    }

    [Fact]
    public void Names_in_messages_have_no_escape_sequences()
    {
        string path = temp.Write("a.zip",
            RawZip.Of(new RawZip.Entry([.. "\u001b]0;owned\a\u001b[2Ja.png"u8], [1, 2, 3])));
        DataFormatException fault = Assert.Throws<DataFormatException>(() => AnyData.Open(path));
        Assert.DoesNotContain(fault.Message, char.IsControl);
        Assert.Contains(@"\x1b]0;owned\x07\x1b[2Ja.png", fault.Message, StringComparison.Ordinal);
        Assert.Equal(@"'a\x9b\u202eb\x0d' is odd.", new DataFormatException("a\u009b\u202eb\r", "is odd.").Message);
        Assert.Equal("'猫😀' \\ud83d.", new DataFormatException("猫😀", "\ud83d.").Message);
    }
}
