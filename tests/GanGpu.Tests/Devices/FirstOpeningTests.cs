
namespace GanGpu.Tests.Devices;

/// <summary>
/// The first devices of a process, by many threads at once, as a service opens them. Drivers start when they are first
/// asked for devices, and not each bears that from two threads: PoCL 3.1 shows the second one devices whose names are
/// not there yet, which ends the process.
/// </summary>
public sealed class FirstOpeningTests(StubDriver driver) : IClassFixture<StubDriver>
{
    [Fact]
    public async Task Drivers_are_asked_by_one_thread_at_a_time() =>
        await driver.RunWithOpenClAsync(typeof(FirstOpeningTests), nameof(Open_by_many_threads));

    /// <summary>To be run in a process of its own.</summary>
    [Fact(Explicit = true)]
    public async Task Open_by_many_threads()
    {
        using Barrier together = new(8);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Factory.StartNew(
            () =>
            {
                together.SignalAndWait(TestContext.Current.CancellationToken);
                Assert.Contains(Device.List(), device => device.Name == "opencl"
                    && device.Reason!.Contains("report no device", StringComparison.Ordinal));
                Device.Open("cpu").Dispose();
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
    }
}
