using GanGpu.Images;
using GanGpu.Runs;
using GanGpu.Tests.Data;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Training;

/// <summary>What a program has of a run without the command line.</summary>
public sealed class TrainingRunTests : IDisposable
{
    private static readonly TrainingOptions How = new() { BatchSize = 8, ReportEvery = 5, Seed = 4 };

    private readonly TempFolder folder = new();
    private readonly Device device = Device.Open("cpu", new DeviceOptions { Threads = 1 });

    public void Dispose()
    {
        device.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_run_that_was_interrupted_goes_on_where_it_was_and_ends_with_the_same_bits()
    {
        using (TrainingRun whole = Start("whole"))
            await whole.TrainAsync(cancellationToken: TestContext.Current.CancellationToken);

        using (CancellationTokenSource cancel = new())
        using (TrainingRun first = Start("parts"))
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.TrainAsync(
                new Told(report =>
                {
                    if (report.Step >= 10)
                        cancel.Cancel();
                }), cancel.Token));
            Assert.InRange(first.Trainer.Step, 10, 29);
        }

        using (TrainingRun second = Start("parts"))
        {
            Assert.Equal(30, second.LastStep);
            await second.TrainAsync(cancellationToken: TestContext.Current.CancellationToken);
        }

        Assert.Equal(Tensors("whole"), Tensors("parts"));
        Assert.Equal(
            RunFolder.ReadReports(folder.At("whole")).Select(report => (report.Step, report.GeneratorLoss)),
            RunFolder.ReadReports(folder.At("parts")).Where(report => report.Step % 5 == 0)
                .Select(report => (report.Step, report.GeneratorLoss)));
        using TrainingRun done = Start("parts");
        Assert.Equal(0, done.Steps);

        TrainingRun Start(string name) => TrainingRun.StartOrResume(
            device, Preset.Mlp, GanTrainerTests.Bytes(60, 6, 6), folder.At(name), How,
            new RunOptions { Steps = 30, SampleEvery = 15 });
    }

    [Fact]
    public async Task A_run_writes_nothing_before_it_trains_then_pictures_the_best_checkpoint_and_a_report()
    {
        DataSet data = GanTrainerTests.Bytes(60, 6, 6);
        using TrainingRun run = TrainingRun.Start(
            device, Preset.Mlp, data, folder.At("run"), How,
            new RunOptions { Steps = 20, SampleEvery = 10, Best = "sw", Pictures = new ImagePictures() });
        Assert.False(Path.Exists(folder.At("run")));
        List<long> steps = [];
        await run.TrainAsync(new Told(report => steps.Add(report.Step)), TestContext.Current.CancellationToken);
        Assert.Equal([5, 10, 15, 20], steps);
        Assert.NotNull(run.Best);
        foreach (string file in new[] { "samples.png", "best.safetensors", "checkpoint.safetensors", "report.html" })
            Assert.True(new FileInfo(Path.Combine(folder.At("run"), file)).Length > 0, file);
        Assert.False(File.Exists(Path.Combine(folder.At("run"), "loss.png")));
    }

    [Fact]
    public async Task Another_run_in_the_folder_and_other_data_are_refused_without_naming_an_option_of_a_program()
    {
        DataSet data = GanTrainerTests.Bytes(60, 6, 6);
        using (TrainingRun run = TrainingRun.Start(
            device, Preset.Mlp, data, folder.At("run"), How, new RunOptions { Steps = 5 }))
            await run.TrainAsync(cancellationToken: TestContext.Current.CancellationToken);
        string[] refusals =
        [
            Refused(() => TrainingRun.Start(device, Preset.Mlp, data, folder.At("run"), How)),
            Refused(() => TrainingRun.StartOrResume(
                device, Preset.Mlp, data, folder.At("run"), How with { BatchSize = 4 })),
            Refused(() => TrainingRun.Resume(device, GanTrainerTests.Bytes(61, 6, 6), folder.At("run"))),
        ];
        Assert.All(refusals, refusal => Assert.DoesNotContain("--", refusal, StringComparison.Ordinal));
        Assert.Contains("batch_size 8, not 4", refusals[1], StringComparison.Ordinal);

        static string Refused(Func<TrainingRun> start) =>
            Assert.Throws<InvalidInputException>(() => start().Dispose()).Message;
    }

    private IEnumerable<(string, string)> Tensors(string run) =>
        TensorBytes.Read(Path.Combine(folder.At(run), "checkpoint.safetensors")).Tensors
            .Select(tensor => (tensor.Name, Convert.ToHexString(tensor.Bytes)));
}
