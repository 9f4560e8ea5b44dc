using GanGpu.Runs;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Metrics;

[Collection(TestDevices.OfNetworks)]
public class ClassWatchTests
{
    private const int Side = 8, Count = 600;

    [Fact]
    public void A_class_that_is_not_drawn_is_missed_and_one_that_is_drawn_is_not()
    {
        Device device = TestDevices.OpenDevice("cpu");
        // The generator learns of two of three kinds of images.
        using GanTrainer trainer =
            new(device, new QuickPreset(), Stripes(2, labelled: false), new QuickPreset().Recipe);
        trainer.Replay(300);
        using ClassWatch watch = new(device, Stripes(3, labelled: true));
        ClassShares shares = watch.Of(trainer.Generator)!;
        Assert.Equal([2], shares.Missing);
        Assert.Equal((500, 3, 2), (shares.Samples, shares.Classes, shares.Covered));
        Assert.Equal(shares.Shares, watch.Of(trainer.Generator)!.Shares);
    }

    [Fact]
    public void Classes_that_no_classifier_can_tell_are_not_watched()
    {
        Device device = TestDevices.OpenDevice("cpu");
        DataSet stripes = Stripes(2, labelled: false);
        byte[] labels = new byte[Count];
        new Random(1).NextBytes(labels);
        DataSet random = DataSet.FromBytes(
            "random", stripes.Pixels.ToArray(), Count, Side, Side, 1,
            (byte[])[.. labels.Select(label => (byte)(label % 2))]);
        using GanTrainer trainer = new(device, new QuickPreset(), stripes, new QuickPreset().Recipe);
        using ClassWatch watch = new(device, random);
        Assert.Null(watch.Of(trainer.Generator));
    }

    [Fact]
    public void Data_without_classes_are_refused()
    {
        Assert.False(ClassWatch.Fits(Stripes(2, labelled: false)));
        Assert.False(ClassWatch.Fits(DataSource.Open("ring")));
        Assert.True(ClassWatch.Fits(Stripes(2, labelled: true)));
        Assert.Contains(
            "no classes to watch",
            Assert.Throws<InvalidInputException>(
                () => new ClassWatch(TestDevices.OpenDevice("cpu"), DataSource.Open("ring"))).Message,
            StringComparison.Ordinal);
    }

    /// <summary>Images with a bright stripe, whose place is the class.</summary>
    private static DataSet Stripes(int classes, bool labelled)
    {
        byte[] pixels = new byte[Count * Side * Side], labels = new byte[Count];
        Random random = new(classes);
        for (int i = 0; i < pixels.Length; i++)
        {
            int image = i / (Side * Side), label = image % classes;
            pixels[i] = (byte)(random.Next(60) + (i % Side / 2 == label ? 190 : 0));
            labels[image] = (byte)label;
        }

        return DataSet.FromBytes("stripes", pixels, Count, Side, Side, 1, labelled ? labels : null);
    }
}
