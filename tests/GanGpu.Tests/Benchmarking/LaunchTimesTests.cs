using GanGpu.Backends;
using GanGpu.Kernels.Elementwise;
using GanGpu.Kernels.Launching;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Benchmarking;

/// <summary>The times that a device keeps of its launches, on every device.</summary>
[Collection(TestDevices.OfNetworks)]
public class LaunchTimesTests
{
    public static TheoryData<string> DeviceNames => TestDevices.Names;

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void A_long_launch_takes_longer_than_a_short_one(string name)
    {
        Device opened = TestDevices.OpenDevice(name);
        using Device device = Device.Open(
            opened.Name, new DeviceOptions { Threads = 1, AssumeGenericAddressSpace = true, Profiling = true });
        IBackend backend = device.Backend;
        int length = name == "emulator" ? 1 << 12 : 1 << 22;
        using DeviceBuffer<float> buffer = backend.Allocate<float>(length);
        buffer.CopyFrom(new float[length]);
        Action single = backend.Bind(new ScaleLaunch(1f, buffer.All.Part(0, 1), buffer.All.Part(0, 1))),
            all = backend.Bind(new ScaleLaunch(1f, buffer.All, buffer.All));
        backend.Time([single, all]);
        // The best of a few: another program's turn may fall into any of them.
        double[][] runs = [.. Enumerable.Range(0, 9).Select(_ => backend.Time([single, all, single]))];
        Assert.All(runs, run => Assert.True(run.Length == 3 && run.All(time => time >= 0)));
        Assert.True(
            runs.Min(run => run[1]) > 2 * runs.Min(run => run[0]),
            string.Join("; ", runs.Select(run => string.Join(", ", run))));
    }

    [Fact]
    public void A_device_that_keeps_no_time_says_how_it_would()
    {
        IBackend backend = TestDevices.Open("emulator");
        using DeviceBuffer<float> buffer = backend.Allocate<float>(1);
        Action scale = backend.Bind(new ScaleLaunch(1f, buffer.All, buffer.All));
        Assert.Contains(
            "DeviceOptions.Profiling", Assert.Throws<InvalidOperationException>(() => backend.Time([scale])).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void The_arithmetic_peak_is_above_what_a_product_reaches(string name)
    {
        Assert.SkipWhen(name == "emulator", "It is interpreted, and no measure of anything.");
        Device opened = TestDevices.OpenDevice(name);
        GanGpu.Benchmarking.DeviceBenchmark benchmark =
            new(opened, DataSource.Open(DataSource.Digits));
        TimeSpan budget = TimeSpan.FromMilliseconds(30);
        // In turns, since a machine that is busy at one moment is not at the next: the most that was seen against the
        // least.
        double peak = 0, product = double.PositiveInfinity;
        for (int i = 0; i < 3; i++)
        {
            peak = Math.Max(peak, benchmark.MeasurePeak(budget, TestContext.Current.CancellationToken)!.Value);
            product = Math.Min(
                product,
                benchmark.MeasureGemm(
                    new(256, 256, 256), budget, TestContext.Current.CancellationToken)!.GigaflopsPerSecond);
        }

        Assert.True(product < 1.5 * peak, $"{product} of {peak} GFLOP/s");
    }
}
