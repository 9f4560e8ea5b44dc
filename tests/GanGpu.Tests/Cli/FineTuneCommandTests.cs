using System.Text.Json;
using GanGpu.Checkpoints;

namespace GanGpu.Tests.Cli;

/// <summary>gangpu train --from and --freeze.</summary>
public sealed class FineTuneCommandTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void A_run_begins_with_the_weights_of_another_with_layers_frozen()
    {
        SharedRun.CopyTo(place);
        Train("--from", "./run", "--freeze", "discriminator.*", "--freeze", "generator.dense1*,generator.dense2.bias",
            "--lr", "0.001", "--out", "./tuned").Succeeded();
        JsonElement settings = JsonDocument.Parse(place.Read("tuned/settings.json")).RootElement,
            options = settings.GetProperty("options");
        Assert.StartsWith(
            "checkpoint.safetensors (step 20, SHA-256 ", settings.GetProperty("fine_tuned_from").GetString(),
            StringComparison.Ordinal);
        Assert.Equal(
            ["discriminator.*", "generator.dense1*", "generator.dense2.bias"],
            options.GetProperty("frozen").EnumerateArray().Select(pattern => pattern.GetString()!));
        // What was not given is as in the run before.
        Assert.Equal(16, options.GetProperty("batch_size").GetInt32());
        Assert.Equal(0.001, options.GetProperty("generator_optimizer").GetProperty("learning_rate").GetDouble());
        Assert.Equal("mlp", settings.GetProperty("preset").GetProperty("name").GetString());
        Dictionary<string, float[]> before = Tensors("run"), after = Tensors("tuned");
        Assert.Equal(before["discriminator.dense1.weight"], after["discriminator.dense1.weight"]);
        Assert.Equal(before["generator.dense1.weight"], after["generator.dense1.weight"]);
        Assert.NotEqual(before["generator.dense2.weight"], after["generator.dense2.weight"]);

        string info = InProcess.Run(place, "info", "./tuned").Succeeded().Output;
        Assert.Contains("begun with  checkpoint.safetensors (step 20", info, StringComparison.Ordinal);
        Assert.Contains("frozen      discriminator.*, generator.dense1*", info, StringComparison.Ordinal);

        // The same command again is the same run; its checkpoint is a file to begin with as well.
        Assert.Contains(
            "trained already",
            Train("--from", "./run", "--freeze", "discriminator.*", "--freeze",
                "generator.dense1*,generator.dense2.bias", "--lr", "0.001", "--out", "./tuned").Succeeded().Output,
            StringComparison.Ordinal);
        Train("--from", "./tuned/checkpoint.safetensors", "--dry-run", "--out", "./none").Succeeded();
        Assert.False(Path.Exists(place.At("none")));
    }

    [Fact]
    public void Patterns_may_be_in_a_file_of_options()
    {
        SharedRun.CopyTo(place);
        File.WriteAllText(
            place.At("options.json"), """{ "freeze": ["discriminator.*", "*.bias"], "report-every": 5 }""");
        Train("--from", "./run", "--config", "./options.json", "--out", "./tuned").Succeeded();
        JsonElement options =
            JsonDocument.Parse(place.Read("tuned/settings.json")).RootElement.GetProperty("options");
        Assert.Equal(2, options.GetProperty("frozen").GetArrayLength());
        Assert.Equal(5, options.GetProperty("report_every").GetInt32());
    }

    [Theory]
    [InlineData("--resume", "./run")]
    [InlineData("--preset", "mlp")]
    [InlineData("--latent-dim", "7")]
    [InlineData("--conditional", "true")]
    public void What_the_file_decides_can_not_be_given_anew(string option, string value)
    {
        string line = InProcess.Run(place, "train", "--from", "./run", option, value).FailedWith(2);
        Assert.Contains("--from", line, StringComparison.Ordinal);
        Assert.Empty(place.Entries());
    }

    [Fact]
    public void What_does_not_fit_is_refused_and_leaves_nothing()
    {
        SharedRun.CopyTo(place);
        string[] before = place.Entries();
        Assert.Contains(
            "'generator.dense1.bias'",
            Train("--from", "./run", "--freeze", "generator.dens1*", "--out", "./tuned").FailedWith(2),
            StringComparison.Ordinal);
        Assert.Contains(
            "28x28", Run("--from", "./run", "--data", "ring", "--out", "./tuned").FailedWith(2),
            StringComparison.Ordinal);
        Assert.Contains(
            "no './missing'".Replace("./", place.Folder + Path.DirectorySeparatorChar, StringComparison.Ordinal),
            Train("--from", "./missing", "--out", "./tuned").FailedWith(2), StringComparison.Ordinal);
        Assert.Contains(
            "--freeze", InProcess.Run(place, "train", "--resume", "./run", "--freeze", "*").FailedWith(2),
            StringComparison.Ordinal);
        Assert.Equal(before, place.Entries());
    }

    private Result Train(params string[] arguments) => Run([.. arguments, "--data", place.DataFile]);

    private Result Run(params string[] arguments) =>
        InProcess.Run(place, ["train", "--device", "cpu", "--steps", "6", .. arguments]);

    private Dictionary<string, float[]> Tensors(string run) =>
        SafeTensors.Read(place.At(run + "/checkpoint.safetensors")).Tensors.ToDictionary();
}
