namespace GanGpu.Tests.Cli;

/// <summary>gangpu train --keep-checkpoints.</summary>
public sealed class KeptCheckpointsTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void The_last_ones_are_kept_and_draw_their_own_grids()
    {
        Gangpu.Run(
            place, "train", "--data", place.DataFile, "--device", "cpu", "--batch", "16", "--steps", "25",
            "--sample-every", "5", "--keep-checkpoints", "3", "--out", "run").Succeeded();
        Assert.Equal(
            ["step-000015.safetensors", "step-000020.safetensors", "step-000025.safetensors"],
            place.Entries("run/checkpoints"));
        Gangpu.Run(place, "sample", "run/checkpoints/step-000015.safetensors", "--device", "cpu", "--out", "grid.png")
            .Succeeded();
        Assert.Equal(place.Read("run/samples/step-000015.png"), place.Read("grid.png"));

        // A resumed run goes on with as many, unless it is told otherwise.
        Gangpu.Run(place, "train", "--resume", "run", "--steps", "5").Succeeded();
        Assert.Equal(
            ["step-000020.safetensors", "step-000025.safetensors", "step-000030.safetensors"],
            place.Entries("run/checkpoints"));
        Gangpu.Run(place, "train", "--resume", "run", "--steps", "5", "--keep-checkpoints", "1").Succeeded();
        Assert.Equal(["step-000035.safetensors"], place.Entries("run/checkpoints"));
    }

    [Fact]
    public void At_least_one_is_kept() =>
        Assert.Contains(
            "from 1 on, not 0", InProcess.Run(place, "train", "--keep-checkpoints", "0").FailedWith(2),
            StringComparison.Ordinal);
}
