namespace GanGpu.Tests.Cli;

/// <summary>
/// A disk without room: exit code 7, one sentence, and a checkpoint that is whole. One that is read-only: exit code 2.
/// </summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    /// <summary>
    /// On a file system of six megabytes that the process has for itself, of which checkpoints take more and more.
    /// </summary>
    [Fact]
    public void A_training_ends_with_its_last_checkpoint()
    {
        RequireMount();
        string gangpu = string.Join(' ', Gangpu.CommandLine("train").Select(word => $"'{word}'"));
        Result result = InMount(
            $"{gangpu} --data '{place.DataFile}' --preset mlp --device cpu --steps 400 --batch 16 --report-every 5 " +
            "--sample-every 10 --keep-checkpoints 1000 --out small/run");
        string line = result.FailedWith(7);
        Assert.Contains("no room left", line, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("last checkpoint", line, StringComparison.Ordinal);

        // What was on the small disk was copied to this one: nothing is half there, and there is room to go on.
        Assert.DoesNotContain(place.Entries("saved"), name => name.EndsWith(".tmp", StringComparison.Ordinal));
        Gangpu.Run(place, "sample", "saved", "--device", "cpu", "--out", "samples.png").Succeeded();
        Gangpu.Run(place, "train", "--resume", "saved", "--steps", "5").Succeeded();
        string[] kept = [
            .. place.Entries("saved/checkpoints")
            .Where(name => name.EndsWith(".safetensors", StringComparison.Ordinal))];
        Assert.NotEmpty(kept);
        Gangpu.Run(place, "sample", "saved/checkpoints/" + kept[^1], "--device", "cpu", "--out", "kept.png")
            .Succeeded();
    }

    [Fact]
    public void Samples_that_have_no_room_leave_no_file()
    {
        RequireMount();
        SharedRun.CopyTo(place);
        string gangpu = string.Join(' ', Gangpu.CommandLine("sample").Select(word => $"'{word}'"));
        Result result = InMount(
            $"{gangpu} run --device cpu --count 10000 --float --out small/samples.npy; code=$?; ls -A small > left; " +
            "(exit $code)", copy: false);
        result.FailedWith(7);
        Assert.Equal("", File.ReadAllText(place.At("left")));
    }

    [Fact]
    public void A_place_that_can_not_be_written_to_is_refused_before_anything_is_trained()
    {
        RequireMount();
        SharedRun.CopyTo(place);
        string gangpu = string.Join(' ', Gangpu.CommandLine("train").Select(word => $"'{word}'"));
        Assert.Contains(
            "small/new",
            InMount($"mount -o remount,ro small && {gangpu} --data '{place.DataFile}' --device cpu --steps 5 --out " +
                "small/new", copy: false).FailedWith(2), StringComparison.Ordinal);
        string earlier = InMount(
            $"cp -r run small/run && mount -o remount,ro small && {gangpu} --resume small/run --steps 5", copy: false,
            megabytes: 64).FailedWith(2);
        Assert.Contains("small/run", earlier, StringComparison.Ordinal);
    }

    /// <summary>
    /// Runs a command beside a file system of its own, and copies the run in it to the folder "saved" in the end.
    /// </summary>
    private Result InMount(string command, bool copy = true, int megabytes = 6)
    {
        Directory.CreateDirectory(place.At("small"));
        string saved = copy ? "cp -r small/run saved;" : "";
        return Gangpu.RunDirectly(
            place, "unshare", "-m", "sh", "-c",
            $"mount -t tmpfs -o size={megabytes}m tmpfs small && {{ {command}; code=$?; {saved} exit $code; }}");
    }

    private void RequireMount()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Small file systems are made by Linux only.");
        Directory.CreateDirectory(place.At("small"));
        Assert.SkipUnless(
            Gangpu.RunDirectly(place, "unshare", "-m", "sh", "-c", "mount -t tmpfs -o size=1m tmpfs small").ExitCode
                == 0, "This user may not mount a file system.");
    }
}
