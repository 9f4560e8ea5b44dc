namespace GanGpu.Tests.Cli;

/// <summary>Whatever is wrong with what the user gave: exit code 2, one sentence, and nothing left behind.</summary>
public class BadInputTests
{
    [Theory]
    [InlineData("missing", "--data", "./missing.gz")]
    [InlineData("bad.idx", "--data", "../bad.idx")]
    [InlineData("empty", "--data", "../empty")]
    [InlineData("no device named \"gpu\"", "--device", "gpu")]
    [InlineData("no device named \"cpu:1\"", "--device", "cpu:1")]
    [InlineData("--preset is 'biggan'", "--preset", "biggan")]
    [InlineData("no option '--batchsize'; the nearest is '--batch-size'", "--batchsize", "64")]
    [InlineData("takes no '64'", "--epochs", "3", "64")]
    [InlineData("not 'abc'", "--epochs", "abc")]
    [InlineData("not 0", "--epochs", "0")]
    [InlineData("not 0", "--steps", "0")]
    [InlineData("--epochs and --steps can't be given together", "--epochs", "1", "--steps", "1")]
    [InlineData("A batch of 201 is larger than the data set", "--batch", "201")]
    [InlineData("not 0", "--batch", "0")]
    [InlineData("--lr must be a number from 0 on, not -1", "--lr", "-1")]
    [InlineData("--lr-g must be a number from 0 on, not 'NaN'", "--lr-g", "NaN")]
    [InlineData("--beta1 must be a number from 0 to below 1, not 1", "--beta1", "1")]
    [InlineData("--epsilon must be a number above 0, not 0", "--epsilon", "0")]
    [InlineData("--latent-dim must be a whole number from 1 to 65536, not 0", "--latent-dim", "0")]
    [InlineData("--latent is 'gamma'", "--latent", "gamma")]
    [InlineData("--loss is 'huber'", "--loss", "huber")]
    [InlineData("--leak must be a number above 0, not 0", "--leak", "0")]
    [InlineData("--init is 'zeros'", "--init", "zeros")]
    [InlineData("--init-std goes with --init normal", "--init-std", "0.1")]
    [InlineData("--image-size is '28x'", "--image-size", "28x")]
    [InlineData("--channels must be 1, 3 or 4, not 2", "--channels", "2")]
    [InlineData("--report-every must be a whole number from 1 to 1024, not 0", "--report-every", "0")]
    [InlineData("--sample-every must be a whole number from 1 on, not 0", "--sample-every", "0")]
    [InlineData("--threads must be a whole number from 0 on, not -1", "--threads", "-1")]
    [InlineData("--seed must be a whole number from 0 on, not -1", "--seed", "-1")]
    [InlineData("--data is empty", "--data", "")]
    [InlineData("--out is empty", "--out", "")]
    [InlineData("--resume is empty", "--resume", "")]
    [InlineData("folders of images", "--image-size", "32")]
    [InlineData("folders of images", "--channels", "3")]
    [InlineData("--steps must be a whole number from 1 to 4294967295, not 5000000000", "--steps", "5000000000")]
    public void An_option_is_refused(string named, params string[] arguments)
    {
        using Workplace place = new();
        File.WriteAllText(place.At("../bad.idx"), "this is no data set, whatever its name says");
        Directory.CreateDirectory(place.At("../empty"));
        string[] data = arguments.Contains("--data") ? [] : ["--data", place.DataFile];
        string[] device = arguments.Contains("--device") ? [] : ["--device", "cpu"];
        string[] steps = arguments.Contains("--steps") || arguments.Contains("--epochs") ? [] : ["--steps", "1"];
        // Without a name a run would go to where the tests are.
        string[] run = arguments.Contains("--out") || arguments.Contains("--resume") ? [] : ["--out", "./run"];

        string line = InProcess.Run(place, ["train", .. data, .. device, .. steps, .. run, .. arguments])
            .FailedWith(2);
        Assert.Contains(named, line, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(place.Entries());
    }

    [Fact]
    public void A_folder_that_holds_another_run_is_refused()
    {
        using Workplace place = new();
        string[] train =
            ["train", "--data", place.DataFile, "--device", "cpu", "--steps", "1", "--batch", "4", "--out", "run"];
        Gangpu.Run(place, train).Succeeded();
        byte[] checkpoint = place.Read("run/checkpoint.safetensors");
        string[] before = place.Entries();

        string line = Gangpu.Run(place, [.. train, "--seed", "2"]).FailedWith(2);
        Assert.Contains("another run", line, StringComparison.Ordinal);
        Assert.Contains("--resume", line, StringComparison.Ordinal);
        Assert.Equal(before, place.Entries());
        Assert.Equal(checkpoint, place.Read("run/checkpoint.safetensors"));
    }

    [Fact]
    public void A_folder_that_is_not_empty_and_a_file_are_refused()
    {
        using Workplace place = new();
        Directory.CreateDirectory(place.At("folder"));
        File.WriteAllText(place.At("folder/mine.txt"), "mine");
        foreach (string target in new[] { "folder", "folder/mine.txt", "folder/mine.txt/below" })
            InProcess.Run(
                place, "train", "--data", place.DataFile, "--device", "cpu", "--steps", "1", "--batch", "4", "--out",
                "./" + target).FailedWith(2);
        Assert.Equal(["folder", "folder/mine.txt"], place.Entries());
    }

    [Fact]
    public void A_device_that_is_not_there_ends_with_6()
    {
        using Workplace place = new();
        string line = Gangpu.RunAlone(place, "train", "--data", place.DataFile, "--device", "cuda:99", "--steps", "1")
            .FailedWith(6);
        Assert.Contains("cpu", line, StringComparison.Ordinal);
        Assert.Empty(place.Entries());
    }

    [Fact]
    public void An_unknown_command_is_refused()
    {
        using Workplace place = new();
        Assert.Contains(
            "gangpu has no command 'trian'; the nearest is 'train'", Gangpu.RunAlone(place, "trian").FailedWith(2),
            StringComparison.Ordinal);
        InProcess.Run(place, "sample").FailedWith(2);
    }
}
