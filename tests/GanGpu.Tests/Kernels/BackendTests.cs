using System.Reflection;
using GanGpu.Backends;
using GanGpu.Kernels.Elementwise;
using GanGpu.Kernels.Gemm;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Losses;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

/// <summary>What holds for all operations together.</summary>
[Collection(TestDevices.Collection)]
public class BackendTests
{
    [Fact]
    public void Every_operation_is_tested_on_every_device()
    {
        IEnumerable<Type> tested = typeof(BackendTests).Assembly.GetTypes().SelectMany(type => type.GetMethods())
            .Where(method => method.GetCustomAttribute<TheoryAttribute>() is not null)
            .SelectMany(method => method.GetCustomAttributes().OfType<ITestsLaunch>())
                .Select(attribute => attribute.Launch);
        Assert.Empty(
            TestsAttribute.Launches.Except(tested)
            .Select(launch => $"{launch.Name} has no theory marked [Tests<{launch.Name}>]"));
    }

    [Fact]
    public void A_buffer_of_another_device_is_refused()
    {
        using Device one = Device.Open("cpu"), other = Device.Open("cpu");
        using DeviceBuffer<float> a = one.Backend.Allocate<float>(4), b = other.Backend.Allocate<float>(4);
        Assert.Contains(
            "another device",
            Assert.Throws<ArgumentException>(() => one.Backend.Bind(new AddLaunch(a.All, b.All, a.All))).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(
            () => one.Backend.Bind(new ScaleLaunch(1f, a.All.Part(2, 3), a.All.Part(0, 3))));
        Assert.Throws<ArgumentException>(() => one.Backend.Bind(new AddLaunch(a.All.Part(0, 2), a.All, a.All)));
    }

    [Fact]
    public void Operands_that_lie_across_each_other_are_refused()
    {
        IBackend backend = TestDevices.Open("cpu");
        using DeviceBuffer<float> buffer = backend.Allocate<float>(256);
        Slice<float> a = buffer.All.Part(0, 4), b = buffer.All.Part(64, 4), c = buffer.All.Part(128, 4),
            across = buffer.All.Part(2, 4);
        foreach (Action bind in new Action[]
        {
            () => backend.Bind(new ScaleLaunch(2f, a, across)),
            () => backend.Bind(new ActivateLaunch(Activation.Tanh, a, across)),
            () => backend.Bind(new AddLaunch(a, b, across)),
            () => backend.Bind(new ActivationGradientLaunch(Activation.Tanh, a, b, b)),
            () => backend.Bind(new AddBiasLaunch(2, 2, a, buffer.All.Part(64, 2), buffer.All.Part(64, 4))),
            () => backend.Bind(
                new LogitLossLaunch(LogitLossKind.SigmoidCrossEntropy, new BinaryTargets(4, 1f, 0f), a, a, b)),
            () => backend.Bind(
                new GemmLaunch(
                    new GemmShape(2, 2, 2), a, b, c, new GemmEpilogue { Output = c, Activation = Activation.Tanh })),
            () => backend.Bind(
                new GemmLaunch(new GemmShape(2, 2, 2), a, b, c, new GemmEpilogue { Bias = buffer.All.Part(130, 2) })),
            () => backend.Bind(
                new GemmLaunch(
                    new GemmShape(2, 2, 2, TransposeA: true), a, b, c,
                    new GemmEpilogue { ColumnSums = buffer.All.Part(64, 2) })),
        })
        {
            Assert.Contains("overlaps", Assert.Throws<ArgumentException>(bind).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void More_memory_than_there_is_gives_an_error_that_names_it()
    {
        using Device device = Device.Open("cpu");
        Stack<DeviceBuffer<long>> taken = [];
        DeviceOutOfMemoryException? error = null;
        try
        {
            // 16 GiB a time of address space; nothing of it is touched.
            for (int i = 0; i < 20_000 && error is null; i++)
                taken.Push(device.Backend.Allocate<long>(int.MaxValue));
        }
        catch (DeviceOutOfMemoryException e)
        {
            error = e;
        }
        finally
        {
            foreach (DeviceBuffer<long> buffer in taken)
                buffer.Dispose();
        }

        if (error is null)
            Assert.Skip("This machine promises any amount of memory.");
        Assert.Contains("17,179,869,176 bytes", error.Message, StringComparison.Ordinal);
        using DeviceBuffer<float> after = device.Backend.Allocate<float>(16);
        Assert.Equal(1, device.LiveBuffers);
    }
}
