using System.Globalization;
using GanGpu.Tests.Cli;
using GanGpu.Training;

namespace GanGpu.Tests.Devices;

/// <summary>
/// Everything about CUDA but the kernels' results: which calls reach the driver, in which order, and what is left in
/// the end. Each test runs one of <see cref="CudaScenarios"/> on a driver that runs no kernels and writes down every
/// call.
/// </summary>
public class CudaHostPathTests(StubDriver driver) : IClassFixture<StubDriver>
{
    [Fact]
    public async Task The_device_is_found_by_its_driver_s_name_described_and_preferred()
    {
        StubLog log = await driver.RunAsync(nameof(CudaScenarios.Describe));
        Assert.Empty(log.Faults);
        Assert.Equal(2, StubLog.Count(log.Lines, "cuCtxCreate_v2"));
        Assert.Equal(2, StubLog.Count(log.Lines, "cuCtxDestroy_v2"));
    }

    [Fact]
    public async Task What_is_copied_there_comes_back()
    {
        StubLog log = await driver.RunAsync(nameof(CudaScenarios.CopyThere));
        Assert.Empty(log.Faults);
        Assert.Single(log.Lines, "cuMemcpyAsync H to D bytes=2000 stream=1");
        Assert.Single(log.Lines, "cuMemcpyAsync D to H bytes=2000 stream=1");
    }

    [Fact]
    public async Task Training_is_captured_once_and_replayed()
    {
        StubLog log = await driver.RunAsync(nameof(CudaScenarios.Train));
        Assert.Empty(log.Faults);
        int launches = log.Marked("launches");

        // One graph of a step, one of a bundle.
        string[] lines = log.Lines;
        int[] begins = [
            .. Enumerable.Range(0, lines.Length)
            .Where(i => lines[i].StartsWith("cuStreamBeginCapture_v2", StringComparison.Ordinal))];
        Assert.Equal(2, begins.Length);
        Assert.All(begins, begin => Assert.Equal("cuStreamBeginCapture_v2 stream=1 mode=1", lines[begin]));
        string[] step = Captured(lines, begins[0], launches);
        string[] bundle = Captured(lines, begins[1], StepSequence.LeastStepsInBundle * launches);
        Assert.Equal(Enumerable.Repeat(step, StepSequence.LeastStepsInBundle).SelectMany(one => one), bundle);
        Assert.Equal(2, step.Count(line => line.Contains("LogitsLayer", StringComparison.Ordinal)));
        Assert.Contains("Batch", step[0], StringComparison.Ordinal);
        Assert.Contains("Adam", step[^1], StringComparison.Ordinal);
        Assert.Equal(
            begins[1] + bundle.Length + 1,
            Array.FindLastIndex(lines, line => line.StartsWith("cuStreamEndCapture", StringComparison.Ordinal)));

        // From then on the driver hears of graphs alone, of the first step by itself; then the host reads the two rings
        // of figures.
        string[] training = log.Between("built", "trained");
        int waited = Array.FindIndex(training, line => line.StartsWith("cuMemcpy", StringComparison.Ordinal));
        Assert.All(
            training[..waited], line =>
            Assert.Matches("^(cuGraphLaunch exec=|graph launch |cuCtxSetCurrent |cuStreamSynchronize )", line));
        Assert.Equal(2, StubLog.Count(training[..waited], "cuStreamSynchronize"));
        Assert.Equal(
            [launches, 8 * launches, 8 * launches, launches, launches, launches], StubLog.GraphLaunches(training));
        Assert.DoesNotContain(training[waited..], line => line.Contains("aunch", StringComparison.Ordinal));
        Assert.Equal(2, StubLog.Count(training, "cuMemcpyAsync"));
        Assert.Equal("", StubLog.Alive(lines));
    }

    [Fact]
    public async Task Reports_come_at_their_interval_whatever_the_bundles()
    {
        StubLog log = await driver.RunAsync(nameof(CudaScenarios.TrainUnevenly));
        Assert.Empty(log.Faults);
        int one = log.Marked("launches"), eight = 8 * one;
        Assert.Equal(
            [one, eight, one, one, eight, one, one, one, eight],
            StubLog.GraphLaunches(log.Between("built", "trained")));
    }

    [Fact]
    public async Task Cancelling_ends_within_a_bundle_and_every_step_is_counted()
    {
        StubLog log = await driver.RunAsync(nameof(CudaScenarios.Cancel));
        Assert.Empty(log.Faults);
        Assert.Equal(
            log.Marked("steps"), StubLog.GraphLaunches(log.Between("built", "cancelled")).Sum()
            / log.Marked("launches"));
    }

    [Fact]
    public async Task A_step_neither_allocates_nor_copies()
    {
        StubLog log = await driver.RunAsync(nameof(CudaScenarios.AllocateNothing));
        Assert.Empty(log.Faults);
        string[] lines = log.Between("warm", "measured");
        Assert.Equal(600, StubLog.Count(lines, "cuGraphLaunch"));
        Assert.All(lines, line => Assert.Matches("^(cuGraphLaunch exec=|graph launch )", line));
    }

    /// <summary>
    /// Steps with one factor are issued together, and where it changes the new rate of each network is one copy.
    /// </summary>
    [Fact]
    public async Task A_schedule_copies_only_where_it_changes()
    {
        StubLog log = await driver.RunAsync(nameof(CudaScenarios.FollowASchedule));
        Assert.Empty(log.Faults);
        string[] same = log.Between("same", "changes"), changes = log.Between("changes", "done"),
            apart = log.Between("done", "apart");
        Assert.Equal(2, StubLog.Count(same, "cuGraphLaunch"));
        Assert.DoesNotContain(same, IsCopy);
        // Four steps one by one, up to where it changes again; a bundle; and the last four, which are too few for one.
        Assert.Equal(4 + 1 + 4, StubLog.Count(changes, "cuGraphLaunch"));
        Assert.Equal(2 * 2, changes.Count(IsCopy));
        Assert.DoesNotContain(
            same.Concat(changes), line => line.StartsWith("cuGraphInstantiate", StringComparison.Ordinal));
        // An update apart has a graph of its own, made once.
        Assert.Equal(3, StubLog.Count(apart, "cuGraphLaunch"));
        Assert.Equal(2, StubLog.Count(apart, "cuGraphInstantiateWithFlags"));

        static bool IsCopy(string line) => line.StartsWith("cuMemcpy", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Twenty_trainers_leave_nothing()
    {
        StubLog log = await driver.RunAsync(nameof(CudaScenarios.TrainAgainAndAgain));
        Assert.Empty(log.Faults);
        int first = Array.IndexOf(log.Lines, "mark cycle 1");
        // Kernels, and memory for partial sums, are the device's: later trainers find them there.
        string kept = StubLog.Alive(log.Lines[..first]);
        Assert.DoesNotContain("graph", kept, StringComparison.Ordinal);
        foreach (int cycle in Enumerable.Range(2, 19))
            Assert.Equal(
                kept, StubLog.Alive(
                    log.Lines[
                        ..Array.IndexOf(
                            log.Lines, string.Create(CultureInfo.InvariantCulture, $"mark cycle {cycle}"))]));
        Assert.Equal(40, StubLog.Count(log.Lines, "cuGraphExecDestroy"));
        Assert.Equal("", StubLog.Alive(log.Lines));
    }

    [Fact]
    public async Task A_trainer_that_outlives_its_device_breaks_nothing()
    {
        StubLog log = await driver.RunAsync(nameof(CudaScenarios.OutliveTheDevice));
        Assert.Empty(log.Faults);
        Assert.Equal("", StubLog.Alive(log.Lines));
    }

    [Theory]
    [InlineData("GANGPU_NOTHING", "")]
    [InlineData("GANGPU_STUB_FREE_BYTES", "12000000")]
    public async Task What_is_disposed_while_it_is_used_breaks_nothing(string setting, string value)
    {
        StubLog log = await driver.RunAsync(nameof(CudaScenarios.DisposeWhileUsed), (setting, value));
        Assert.Empty(log.Faults);
        Assert.Equal("", StubLog.Alive(log.Lines));
    }

    [Fact]
    public async Task The_graphs_of_a_trainer_that_is_forgotten_are_destroyed()
    {
        StubLog log = await driver.RunAsync(nameof(CudaScenarios.Forget));
        // Finalizers come in no order: memory may go before a graph that nobody can launch any more, which a driver
        // does not mind.
        Assert.DoesNotContain(
            log.Faults, fault => !fault.StartsWith("FAULT cuMemFree_v2 of memory ", StringComparison.Ordinal));
        Assert.Equal(2, StubLog.Count(log.Lines[..Array.IndexOf(log.Lines, "mark collected")], "cuGraphExecDestroy"));
        Assert.Equal("", StubLog.Alive(log.Lines));
    }

    [Theory]
    [InlineData("GANGPU_STUB_NO_CAPTURE", "cuStreamBeginCapture: CUDA error 801, operation not supported")]
    [InlineData("GANGPU_STUB_NO_GRAPH", "cuGraphInstantiateWithFlags: CUDA error 2, out of memory")]
    [InlineData("GANGPU_STUB_NO_UPLOAD", "cuGraphUpload: CUDA error 2, out of memory")]
    [InlineData("OLD", "cuGraphInstantiateWithFlags")]
    public async Task Without_graphs_kernels_are_launched_one_by_one_and_it_is_told_once(string setting, string reason)
    {
        StubLog log = await driver.RunAsync(nameof(CudaScenarios.TrainWithoutGraphs), (setting, "1"));
        Assert.Empty(log.Faults);
        int launches = log.Marked("launches");
        Assert.Equal(setting == "OLD" ? 0 : 1, StubLog.Count(log.Lines, "cuStreamBeginCapture_v2"));
        foreach (int trainer in (int[])[0, 1])
        {
            string[] training = log.Between($"built {trainer}", $"trained {trainer}");
            Assert.Equal(20 * launches, StubLog.Count(training, "cuLaunchKernel"));
            Assert.DoesNotContain(training, line => line.Contains("raph", StringComparison.Ordinal)
                || line.EndsWith("captured", StringComparison.Ordinal));
        }

        Assert.Contains(
            reason, Assert.Single(log.Lines, line => line.StartsWith("mark remark: ", StringComparison.Ordinal)),
            StringComparison.Ordinal);
        Assert.Equal("", StubLog.Alive(log.Lines));
    }

    [Fact]
    public async Task Too_little_memory_is_told_with_the_size_and_what_is_free()
    {
        StubLog log =
            await driver.RunAsync(nameof(CudaScenarios.RunOutOfMemory), ("GANGPU_STUB_FREE_BYTES", "12000000"));
        Assert.Empty(log.Faults);
        Assert.Equal(1, log.Lines.Count(line => line.EndsWith("-> out of memory", StringComparison.Ordinal)));
        Assert.DoesNotContain(
            "memory", StubLog.Alive(log.Lines[..Array.IndexOf(log.Lines, "mark failed")]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_capture_that_fails_half_way_is_ended()
    {
        StubLog log = await driver.RunAsync(nameof(CudaScenarios.FailWithinACapture));
        Assert.Empty(log.Faults);
        string[] lines = log.Between("failed", "issued");
        Assert.DoesNotContain("captured", lines[0], StringComparison.Ordinal);
        Assert.Equal([2], StubLog.GraphLaunches(lines));
        Assert.Equal(2, StubLog.Count(log.Lines, "cuStreamEndCapture"));
        Assert.Equal(2, StubLog.Count(log.Lines, "cuGraphDestroy"));
    }

    [Fact]
    public async Task A_launch_that_is_missing_from_the_graph_is_noticed()
    {
        StubLog log = await driver.RunAsync(nameof(CudaScenarios.LoseALaunch));
        Assert.Empty(log.Faults);
        Assert.Equal(1, StubLog.Count(log.Between("built", "issued"), "cuLaunchKernel"));
        Assert.Equal("", StubLog.Alive(log.Lines));
    }

    [Fact]
    public async Task The_stub_notices_broken_rules()
    {
        StubLog log = await driver.RunAsync(nameof(CudaScenarios.BreakRules));
        string[] faults = [.. log.Faults];
        Assert.Matches(@"^FAULT cuMemFree_v2 of memory \d+, which graph exec 1 uses$", faults[0]);
        Assert.Matches(@"^FAULT cuGraphLaunch: memory \d+ is gone$", faults[1]);
        Assert.Equal("FAULT cuModuleLoadDataEx while stream 1 is capturing on this thread", faults[2]);
        string[] alive = log.Between("leaks");
        foreach (string kind in (string[])["context", "stream", "module", "memory", "graph exec"])
            Assert.Contains(
                alive, line => line.StartsWith($"FAULT {kind} 1 is alive at exit", StringComparison.Ordinal));

        log = await driver.RunAsync(nameof(CudaScenarios.CopyWithinACapture));
        Assert.Contains("FAULT cuMemcpyAsync between host and device while stream 1 is capturing", log.Faults);
    }

    [Fact]
    public void Gangpu_trains_with_graphs_and_says_when_there_are_none()
    {
        using Workplace place = new();
        string[] train = [
            "train", "--data", place.DataFile, "--device", "cuda", "--steps", "20", "--batch", "16", "--report-every",
            "10", "--sample-every", "20", "--out"];
        (Result with, StubLog log) = driver.RunGangpu(place, [.. train, "with"]);
        Assert.DoesNotContain("remark", with.Output, StringComparison.Ordinal);
        Assert.Empty(log.Faults);
        // One to warm up, then twice ten steps: the first alone, then eight and the rest.
        Assert.Equal(1 + 3 + 3, StubLog.Count(log.Lines, "cuGraphLaunch"));

        (Result without, log) = driver.RunGangpu(place, [.. train, "without"], ("GANGPU_STUB_NO_CAPTURE", "1"));
        Assert.StartsWith(
            "remark      cuda:0 runs no CUDA graphs",
            Assert.Single(without.OutputLines, line => line.Contains("graphs", StringComparison.Ordinal)),
            StringComparison.Ordinal);
        Assert.Empty(log.Faults);
        Assert.Equal(0, StubLog.Count(log.Lines, "cuGraphLaunch"));
    }

    /// <summary>
    /// A kernel's fault makes the context useless: nothing is tried again on it, and what was saved before stays.
    /// </summary>
    [Fact]
    public void A_device_that_fails_ends_the_training_and_leaves_its_last_checkpoint()
    {
        using Workplace place = new();
        string[] train = [
            "train", "--data", place.DataFile, "--device", "cuda", "--steps", "40", "--batch", "16", "--report-every",
            "10", "--sample-every", "10", "--out", "run"];
        (Result result, StubLog log) = driver.TryGangpu(place, train, ("GANGPU_STUB_FAIL_AT", "6"));
        string line = result.FailedWith(6);
        Assert.Contains("The device failed", line, StringComparison.Ordinal);
        Assert.Contains("--resume", line, StringComparison.Ordinal);
        Assert.Equal(6, StubLog.Count(log.Lines, "cuGraphLaunch"));
        Assert.Equal(10, GanGpu.Runs.RunFolder.ReadStep(place.At("run")));
        Gangpu.Run(place, "train", "--resume", "run", "--device", "cpu", "--steps", "5").Succeeded();
    }

    /// <summary>
    /// The launches of a capture: as many as expected, nothing else among them, then its end and the graph.
    /// </summary>
    private static string[] Captured(string[] lines, int begin, int launches)
    {
        string[] captured = lines[(begin + 1)..(begin + 1 + launches)];
        Assert.All(captured, line => Assert.Matches("^cuLaunchKernel stream=1 .* captured$", line));
        Assert.Equal("cuStreamEndCapture stream=1", lines[begin + launches + 1]);
        Assert.Matches(
            $"^cuGraphInstantiateWithFlags graph=\\d flags=0 -> exec \\d of {launches} kernels$",
            lines[begin + launches + 2]);
        return captured;
    }
}
