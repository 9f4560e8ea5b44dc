using System.Text;
using GanGpu.Data;
using GanGpu.Images;
using GanGpu.Tests.Data;

namespace GanGpu.Tests.Images;

/// <summary>Classes that come from a file: StyleGAN's dataset.json, or a table.</summary>
public sealed class ImageLabelsTests : IDisposable
{
    private static readonly ImageOptions OnePixel = new() { Height = 1, Width = 1 };

    private readonly TempFolder temp = new();

    public static TheoryData<string> Places => FilePlaces.All;

    public void Dispose() => temp.Dispose();

    [Theory]
    [MemberData(nameof(Places))]
    public void Labels_of_StyleGAN_are_the_classes(string place)
    {
        DataSet data = Shards(place, """
            {"labels": [["00000/img0.png", 3], ["00000/img1.png", 0], ["00001/img2.png", 10], ["00001/img3.png", 3.0]]}
            """);
        Assert.Equal([0, 1, 2, 3], data.Pixels.ToArray());
        Assert.Equal(["0", "3", "10"], data.ClassNames);
        Assert.Equal([1, 0, 2, 1], data.Labels.ToArray());
    }

    [Fact]
    public void Labels_of_StyleGAN_are_found_below_a_folder_around_everything_and_with_one_shard()
    {
        string path = FilePlaces.Write(
            temp, "zip", ("set/00000/a.png", Pictures.Grey(1)), ("set/00000/b.png", Pictures.Grey(2)),
            ("set/dataset.json", """{"labels": [["00000/a.png", 1], ["00000\\b.png", 0]]}"""u8.ToArray()));
        Assert.Equal([1, 0], AnyData.Open(path, OnePixel).Labels.ToArray());
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Shards_without_labels_are_no_classes(string place)
    {
        foreach (string json in new[] { """{"labels": null}""", "" })
        {
            DataSet data = Shards(place, json);
            Assert.Equal((4, 0), (data.Count, data.Classes));
            Assert.Contains(json.Length > 0 ? "has no labels in its dataset.json"
                : "00000 to 00001, which divide files and are no classes", data.WhyNoClasses, StringComparison.Ordinal);
            if (place == "folder")
                Directory.Delete(temp.At("folder"), recursive: true);
        }
    }

    [Fact]
    public void Shards_of_a_thousand_are_no_classes_either_but_other_numbers_are()
    {
        foreach (string name in new[] { "00000", "01000", "02000" })
            temp.Write($"ffhq/{name}/1.png", Pictures.Grey(1));
        Assert.Equal(0, ImageFolder.Open(temp.At("ffhq"), OnePixel).Classes);
        foreach (string name in new[] { "00000", "00002" })
            temp.Write($"other/{name}/1.png", Pictures.Grey(1));
        Assert.Equal(["00000", "00002"], ImageFolder.Open(temp.At("other"), OnePixel).ClassNames);
    }

    [Fact]
    public void Vectors_in_place_of_classes_are_said_to_be_none()
    {
        DataSet data = Shards("zip", """
            {"labels": [["00000/img0.png", [0.5, 1]], ["00000/img1.png", [0, 1]],
            ["00001/img2.png", [1, 0]], ["00001/img3.png", [0, 0]]]}
            """);
        Assert.Equal(0, data.Classes);
        Assert.Contains("a vector of 2 numbers for each image", data.WhyNoClasses, StringComparison.Ordinal);
    }

    [Fact]
    public void More_classes_than_can_be_leave_a_data_set_without()
    {
        (string, byte[])[] files = [.. Enumerable.Range(0, 300).Select(i => ($"00000/{i}.png", Pictures.Grey(1)))];
        string json = $$"""{"labels": [{{string.Join(',', Enumerable.Range(0, 300).Select(i => $"[\"00000/{i}.png\", {i}]"))}}]}""";
        DataSet data = AnyData.Open(
            FilePlaces.Write(temp, "zip", [.. files, ("dataset.json", Encoding.UTF8.GetBytes(json))]), OnePixel);
        Assert.Equal((300, 0), (data.Count, data.Classes));
        Assert.Contains("has 300 classes, and at most 256", data.WhyNoClasses, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"labels": [["00000/img0.png", 1]]}""", "no label for '00000/img1.png' and 2 more")]
    [InlineData("""{"labels": [["00000/img0.png", "1", 2]]}""", "as label 1")]
    [InlineData("""{"labels": [["00000/img0.png", true]]}""", "the label true")]
    [InlineData("""{"labels": [["00000/img0.png", 1.5]]}""", "the label 1.5")]
    [InlineData("""{"labels": 7}""", "no list but 7")]
    [InlineData("{\"labels\":\n [[}", "no valid JSON (line 2)")]
    [InlineData("""{"labels": [["00000/img0.png", 1], ["00000/img1.png", [1]]]}""", "vectors as labels of some")]
    public void Labels_that_do_not_fit_are_refused_with_their_file(string json, string said)
    {
        foreach (string place in new[] { "folder", "zip" })
        {
            DataFormatException fault = Assert.Throws<DataFormatException>(() => Shards(place, json));
            Assert.EndsWith("/dataset.json", fault.Path, StringComparison.Ordinal);
            Assert.Contains(said, fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Somebody_elses_dataset_json_changes_nothing()
    {
        temp.Write("cat/1.png", Pictures.Grey(1));
        temp.Write("dataset.json", """{"name": "cats"}"""u8.ToArray());
        Assert.Equal(["cat"], ImageFolder.Open(temp.Folder, OnePixel).ClassNames);
    }

    [Theory]
    [InlineData("filename,label\n1.png,cat\n2.png,dog\n3.png,cat\n", null)]
    [InlineData("1.png,cat\n2.png,dog\n3.png,cat", null)] // No header
    [InlineData("\uFEFFlabel;file\r\ncat;1.png\r\ndog;2.png\r\ncat;3.png\r\n", null)] // Excel
    [InlineData("id\tx\tclass\n1\t7\tcat\n2\t8\tdog\n3\t9\tcat\n", null)] // Without endings
    [InlineData("path,split,animal\nin/1.png,a,cat\n.\\in\\2.png,b,dog\nin/3.png,c,cat\nin/elsewhere.png,c,cow\n",
        "animal")]
    [InlineData("path,split,animal\n1.png,a,cat\n2.png,b,dog\n3.png,c,cat\n", "3")]
    [InlineData("\"file\",\"a \"\"b\"\",\nc\"\n\"1.png\",\"cat\"\n2.png,dog\n3.png,\"cat\"", null)]
    [InlineData("3\nkind other\n1.png cat 1\n2.png  dog -1\n3.png  cat 1\n", "kind")] // CelebA's
    [InlineData("1.png cat\n2.png dog\n3.png cat\n", null)]
    public void A_table_of_labels_gives_the_classes(string table, string? column)
    {
        for (byte i = 1; i <= 3; i++)
            temp.Write($"data/in/{i}.png", Pictures.Grey(i));
        DataSet data = ImageFolder.Open(temp.At("data"),
            OnePixel with
            {
                LabelFile = temp.Write("labels.csv", Encoding.UTF8.GetBytes(table)),
                LabelColumn = column
            });
        Assert.Equal(["cat", "dog"], data.ClassNames);
        Assert.Equal([0, 1, 0], data.Labels.ToArray());
        Assert.Equal(table.Contains("elsewhere", StringComparison.Ordinal)
            ? ["1 row of labels.csv names a file that is not among the images"] : [], data.Remarks);
    }

    [Fact]
    public void Numbers_in_a_table_are_in_their_own_order()
    {
        for (byte i = 1; i <= 3; i++)
            temp.Write($"data/{i}.png", Pictures.Grey(i));
        DataSet data = ImageFolder.Open(temp.At("data"),
            OnePixel with
            {
                LabelFile = temp.Write("attributes.csv",
            "image_id,Smiling\n1.png,1\n2.png,-1\n3.png,10\n"u8.ToArray())
            });
        Assert.Equal(["-1", "1", "10"], data.ClassNames);
        Assert.Equal([1, 0, 2], data.Labels.ToArray());
    }

    [Theory]
    [InlineData("file,label\n1.png,a\n", "no row for '2.png'")]
    [InlineData("file,label\n1.png,a\n2.png\n", "line 3 1 of 2 columns: '2.png'")]
    [InlineData("file,label\n1.png,a\n2.png,\n", "line 3 no class for '2.png'")]
    [InlineData("file,label\n1.png,a\n2.png,b\n1.png,c\n", "line 4 that '1.png' is 'c', but in line 2 'a'")]
    [InlineData("file,x,y2\n1.png,a,b\n2.png,a,b\n", "3 columns; say which of them has the classes: file, x, y2")]
    [InlineData("p,q\na,b,1.png\na,b,2.png\n", "3 columns; say which of them has the classes: p, q")]
    [InlineData("file,label\n1.png,\"a\n2.png,b\n", "line 2 a quotation mark")]
    [InlineData("file,label\nother.png,a\n", "names no image")]
    [InlineData("file,label\n", "no rows")]
    [InlineData("\n\n", "no rows")]
    [InlineData("1.png\n2.png\n", "one column")]
    public void A_table_that_does_not_fit_is_refused_with_line_and_value(string table, string said)
    {
        temp.Write("data/1.png", Pictures.Grey(1));
        temp.Write("data/2.png", Pictures.Grey(2));
        string path = temp.Write("labels.csv", Encoding.UTF8.GetBytes(table));
        DataFormatException fault = Assert.Throws<DataFormatException>(
            () => ImageFolder.Open(temp.At("data"), OnePixel with { LabelFile = path }));
        Assert.Equal(path, fault.Path);
        Assert.Contains(said, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_with_a_wrong_column_or_too_many_classes_is_refused()
    {
        for (int i = 0; i < 257; i++)
            temp.Write($"data/{i}.png", Pictures.Grey(1));
        string path = temp.Write("labels.csv",
            Encoding.UTF8.GetBytes(
            "file,number\n" + string.Concat(Enumerable.Range(0, 257).Select(i => $"{i}.png,{i}\n"))));
        ImageOptions options = OnePixel with { LabelFile = path };
        Assert.Contains("257 classes, and at most 256",
            Assert.Throws<DataFormatException>(() => ImageFolder.Open(temp.At("data"), options)).Message,
            StringComparison.Ordinal);
        Assert.Contains("no column 'x'; it has file, number",
            Assert.Throws<DataFormatException>(
            () => ImageFolder.Open(temp.At("data"), options with { LabelColumn = "x" })).Message,
            StringComparison.Ordinal);
        Assert.Throws<InvalidInputException>(
            () => ImageFolder.Open(temp.At("data"), OnePixel with { LabelColumn = "x" }));
        Assert.Throws<DataFormatException>(
            () => ImageFolder.Open(temp.At("data"), OnePixel with { LabelFile = temp.At("missing.csv") }));
        Assert.Contains("no text",
            Assert.Throws<DataFormatException>(
            () => ImageFolder.Open(temp.At("data"), OnePixel with { LabelFile = temp.At("data/1.png") })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_several_images_have_needs_its_folder()
    {
        temp.Write("data/a/1.png", Pictures.Grey(1));
        temp.Write("data/b/1.png", Pictures.Grey(2));
        Assert.Contains("several images",
            Assert.Throws<DataFormatException>(
            () => ImageFolder.Open(temp.At("data"),
            OnePixel with { LabelFile = temp.Write("labels.csv", "1.png,x\n"u8.ToArray()) })).Message,
            StringComparison.Ordinal);
        Assert.Equal([1, 0],
            ImageFolder.Open(temp.At("data"),
            OnePixel with
            {
                LabelFile = temp.Write("labels.csv",
            "a/1.png,y\nb/1.png,x\n"u8.ToArray())
            }).Labels.ToArray());
    }

    private DataSet Shards(string place, string json)
    {
        (string, byte[])[] images = [.. Enumerable.Range(0, 4).Select(
            i => ($"0000{i / 2}/img{i}.png", Pictures.Grey((byte)i)))];
        return AnyData.Open(
            FilePlaces.Write(temp, place, json.Length == 0 ? images
            : [.. images, ("dataset.json", Encoding.UTF8.GetBytes(json))]), OnePixel);
    }
}
