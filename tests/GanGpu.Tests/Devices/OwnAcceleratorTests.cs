using GanGpu.Backends;
using GanGpu.Kernels.Launching;
using GanGpu.Tests.Support;
using GanGpu.Tests.Training;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace GanGpu.Tests.Devices;

/// <summary>
/// Devices of a program's own ILGPU accelerator, which stays the program's; samples that are left in its memory.
/// </summary>
[Collection(TestDevices.OfNetworks)]
public sealed class OwnAcceleratorTests
{
    public static TheoryData<string> Names => ["emulator", "opencl", "cuda"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Names))]
    public void A_training_has_the_bits_that_it_has_on_an_opened_device(string name)
    {
        Device opened = TestDevices.OpenDevice(name);
        int steps = TestDevices.IsInterpreted(name) ? 2 : 20;
        byte[] expected = SharedDeviceTests.Trained(opened, 1, steps);
        using Context context = ContextOf(builder => builder.Optimize(OptimizationLevel.O2).EnableAlgorithms());
        using Accelerator accelerator = AcceleratorOf(context, name);
        using Device device = Device.Of(accelerator);
        Assert.Equal(opened.Kind, device.Kind);
        Assert.Equal(opened.Name, device.Name);
        Assert.EndsWith("(the program's own accelerator)", device.Description, StringComparison.Ordinal);
        Assert.Equal(expected, SharedDeviceTests.Trained(device, 1, steps));
        Assert.Equal(0, device.LiveBuffers);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Samples_stay_on_the_device_with_the_same_bits(string name)
    {
        TestDevices.OpenDevice(name);
        using Context context = ContextOf();
        using Accelerator accelerator = AcceleratorOf(context, name);
        Device device = Device.Of(accelerator);
        using GanTrainer trainer = SharedDeviceTests.Trainer(device, 1);
        int count = TestDevices.IsInterpreted(name) ? 3 : 70, length = count * trainer.Generator.Format.Length;
        float[] expected = trainer.Generator.Sample(count, seed: 7).Values.ToArray();

        // What lies around them stays as it is; the samples are used by a kernel of the program's, before and after.
        using var buffer = accelerator.Allocate1D(Enumerable.Repeat(5f, length + 6).ToArray());
        ArrayView<float> view = buffer.View.BaseView.SubView(3, length);
        var negate = accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>>(Negate);
        negate(length, view);
        trainer.Generator.Sample(view, seed: 7);
        float[] all = buffer.GetAsArray1D();
        Assert.Equal(expected, all[3..^3]);
        Assert.All(all[..3].Concat(all[^3..]), value => Assert.Equal(5f, value));
        negate(length, view);

        // All that was allocated is freed with the device; the accelerator and what the program has there stay.
        IlgpuBuffer<float> block = (IlgpuBuffer<float>)device.Backend.Allocate<float>(3);
        MemoryBuffer memory = ((IArrayView)block.View).Buffer;
        device.Dispose();
        Assert.True(memory.IsDisposed);
        block.Dispose();
        negate(length, view);
        Assert.Equal(expected, buffer.GetAsArray1D()[3..^3]);
        Assert.Throws<ObjectDisposedException>(() => trainer.Generator.Sample(view));
        trainer.Dispose();
        Assert.Equal(0, device.LiveBuffers);
        using Device again = Device.Of(accelerator);
        Assert.Equal(0, again.LiveBuffers);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Classes_are_those_of_samples_in_a_span(string name)
    {
        TestDevices.OpenDevice(name);
        using Context context = ContextOf();
        using Accelerator accelerator = AcceleratorOf(context, name);
        using Device device = Device.Of(accelerator);
        using GanTrainer trainer = new(
            device, SmallPreset.Named("cgan"),
            ConditionalTests.Data(), new() { BatchSize = 6, Seed = 2 });
        float[] expected = new float[3 * trainer.Generator.Format.Length];
        using var buffer = accelerator.Allocate1D<float>(expected.Length);
        foreach (int[] classes in (int[][])[[], [1], [2, 0, 1]])
        {
            trainer.Generator.Sample(expected, 3, classes);
            trainer.Generator.Sample(buffer.View, 3, classes);
            Assert.Equal(expected, buffer.GetAsArray1D());
        }

        Assert.Throws<ArgumentException>(() => trainer.Generator.Sample(buffer.View, 3, [0, 1]));
        Assert.Throws<InvalidInputException>(() => trainer.Generator.Sample(buffer.View, 3, [99]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_accelerator_that_is_disposed_first_ends_what_uses_it(string name)
    {
        TestDevices.OpenDevice(name);
        using Context context = ContextOf();
        Accelerator accelerator = AcceleratorOf(context, name);
        using var buffer = accelerator.Allocate1D<float>(9 * 3);
        ArrayView<float> view = buffer.View;
        Device device = Device.Of(accelerator);
        GanTrainer trainer = SharedDeviceTests.Trainer(device, 1), other = SharedDeviceTests.Trainer(device, 2);
        Task training = SharedDeviceTests.Train(trainer, 1_000_000);
        using CancellationTokenSource stop = new();
        Task[] drawing =
        [
            Task.Run(() => Forever(() => other.Generator.Sample(3, 1, stop.Token)), Token),
            Task.Run(() => Forever(() => other.Generator.Sample(view, 1, default, stop.Token)), Token),
            // What allocates waits for a lock that ILGPU holds while it disposes.
            Task.Run(() => Forever(() => SharedDeviceTests.Trainer(device, 3).Dispose()), Token),
        ];
        while (trainer.Step < 2)
            await Task.Yield();
        await Task.Run(accelerator.Dispose, Token).WaitAsync(TimeSpan.FromMinutes(5), Token);
        foreach (Task task in drawing.Append(training))
        {
            var e = await Assert.ThrowsAsync<ObjectDisposedException>(() => task);
            Assert.Equal("GanGpu.Device", e.ObjectName);
            Assert.Contains("The ILGPU accelerator that the device was made of was disposed", e.Message, StringComparison.Ordinal);
        }

        Assert.Throws<ObjectDisposedException>(() => SharedDeviceTests.Trainer(device, 1));
        trainer.Dispose();
        other.Dispose();
        device.Dispose();
        Assert.Equal(0, device.LiveBuffers);
        Assert.Throws<ObjectDisposedException>(() => Device.Of(accelerator));

        static void Forever(Action action)
        {
            while (true)
                action();
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Two_devices_of_an_accelerator_run_at_once(string name)
    {
        Device opened = TestDevices.OpenDevice(name);
        int steps = TestDevices.IsInterpreted(name) ? 2 : 20;
        using Context context = ContextOf();
        using Accelerator accelerator = AcceleratorOf(context, name);
        byte[][] trained = await Task.WhenAll(Enumerable.Range(1, 2).Select(seed => Task.Run(
            () =>
            {
                using Device device = Device.Of(accelerator);
                return SharedDeviceTests.Trained(device, (ulong)seed, steps);
            },
            Token)));
        Assert.Equal(SharedDeviceTests.Trained(opened, 1, steps), trained[0]);
        Assert.Equal(SharedDeviceTests.Trained(opened, 2, steps), trained[1]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_view_that_does_not_fit_is_refused(string name)
    {
        TestDevices.OpenDevice(name);
        using Context context = ContextOf();
        using Accelerator accelerator = AcceleratorOf(context, name), another = AcceleratorOf(context, name);
        using Device device = Device.Of(accelerator), opened = TestDevices.Reopen(name, new());
        using GanTrainer trainer = SharedDeviceTests.Trainer(device, 1), onOpened = SharedDeviceTests.Trainer(opened, 1);
        using var mine = accelerator.Allocate1D<float>(18);
        using var theirs = another.Allocate1D<float>(18);
        foreach (Generator generator in new[] { trainer.Generator, onOpened.Generator })
            Assert.Contains(
                "lies in other memory",
                Assert.Throws<ArgumentException>(() => generator.Sample(theirs.View)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "17 values are no whole number of samples",
            Assert.Throws<ArgumentException>(() => trainer.Generator.Sample(mine.View.SubView(0, 17))).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => trainer.Generator.Sample(default(ArrayView<float>)));
        Assert.Throws<OperationCanceledException>(
            () => trainer.Generator.Sample(mine.View, cancellationToken: new(canceled: true)));
        ArrayView<float> view = mine.View;
        mine.Dispose();
        Assert.Contains(
            "was disposed", Assert.Throws<ObjectDisposedException>(() => trainer.Generator.Sample(view)).Message,
            StringComparison.Ordinal);
        if (name == "emulator")
            return;
        using var locked = accelerator.AllocatePageLocked1D<float>(18);
        Assert.Contains(
            "lies in other memory",
            Assert.Throws<ArgumentException>(() => trainer.Generator.Sample(locked.ArrayView)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_processor_leaves_no_samples_on_an_accelerator()
    {
        using Device device = Device.Open("cpu");
        using GanTrainer trainer = SharedDeviceTests.Trainer(device, 1);
        using Context context = ContextOf();
        using Accelerator accelerator = Emulator(context);
        using var buffer = accelerator.Allocate1D<float>(9);
        Assert.Contains(
            "\"cpu\" uses no ILGPU accelerator",
            Assert.Throws<ArgumentException>(() => trainer.Generator.Sample(buffer.View)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_accelerator_that_lacks_what_kernels_need_is_refused_with_what_that_is()
    {
        AssertRefused("was built without Optimize(OptimizationLevel.O2)", builder => builder.Default());
        AssertRefused("MathMode.Fast", builder => O2(builder).Math(MathMode.Fast));
        AssertRefused("MathMode.Fast32BitOnly", builder => O2(builder).Math(MathMode.Fast32BitOnly));
        AssertRefused("InliningMode.Disabled", builder => O2(builder).Inlining(InliningMode.Disabled));
        AssertRefused("PageLockingMode.Aggressive", builder => O2(builder).PageLocking(PageLockingMode.Aggressive));
        AssertRefused("was built without Profiling()", builder => O2(builder), new() { Profiling = true });
        AssertRefused("16 threads at most, and kernels need 64", builder => O2(builder), null, CPUDevice.Default);
        AssertRefused("no Tf32 products", builder => O2(builder), new() { Precision = MatrixPrecision.Tf32 });
        using Context context = ContextOf();
        using Accelerator accelerator = Emulator(context);
        Assert.Throws<InvalidInputException>(() => Device.Of(accelerator, new() { Threads = -1 }));
        Assert.Throws<ArgumentNullException>(() => Device.Of(null!));

        static Context.Builder O2(Context.Builder builder) => builder.Optimize(OptimizationLevel.O2);
    }

    [Fact]
    public void A_context_that_is_disposed_first_is_named()
    {
        Context context = ContextOf();
        using Accelerator accelerator = Emulator(context);
        using Device device = Device.Of(accelerator);
        using GanTrainer trainer = SharedDeviceTests.Trainer(device, 1);
        context.Dispose();
        Assert.Equal("ILGPU.Context", Assert.Throws<ObjectDisposedException>(() => trainer.Generator.Sample(1)).ObjectName);
        Assert.Throws<ObjectDisposedException>(() => Device.Of(accelerator));
    }

    [Fact]
    public void What_the_budget_does_not_leave_is_refused()
    {
        using Context context = ContextOf();
        using Accelerator accelerator = Emulator(context);
        using Device device = Device.Of(accelerator, new() { MemoryBytes = 1000 });
        Assert.Throws<DeviceOutOfMemoryException>(() => SharedDeviceTests.Trainer(device, 1));
        Assert.Equal(0, device.LiveBuffers);
        using DeviceBuffer<float> fits = device.Backend.Allocate<float>(250);
    }

    /// <summary>A context as the documentation asks for it.</summary>
    private static Context ContextOf(Func<Context.Builder, Context.Builder>? build = null) =>
        Context.Create(builder => (build ?? (plain => plain.Optimize(OptimizationLevel.O2)))(builder));

    private static Accelerator AcceleratorOf(Context context, string name)
    {
        if (name == "emulator")
            return Emulator(context);
        if (name == "cuda")
            return ((CudaDevice)CudaDevice.GetDevices(_ => true)[0]).CreateCudaAccelerator(context);
        CLDevice device = (CLDevice)CLDevice.GetDevices(_ => true)[0];
        // PoCL does not report it; see DeviceOptions.AssumeGenericAddressSpace.
        typeof(CLCapabilityContext).GetProperty("GenericAddressSpace")!.SetValue(device.Capabilities, true);
        return device.CreateCLAccelerator(context);
    }

    private static CPUAccelerator Emulator(Context context, CPUDevice? device = null) =>
        (device ?? new CPUDevice(8, 8, 1)).CreateCPUAccelerator(context, CPUAcceleratorMode.Parallel);

    private static void AssertRefused(
        string reason, Func<Context.Builder, Context.Builder> build, DeviceOptions? options = null,
        CPUDevice? device = null)
    {
        using Context context = ContextOf(build);
        using Accelerator accelerator = Emulator(context, device);
        Assert.Contains(
            reason, Assert.Throws<DeviceUnavailableException>(() => Device.Of(accelerator, options)).Message,
            StringComparison.Ordinal);
    }

    private static void Negate(Index1D i, ArrayView<float> values) => values[i] = -values[i];
}
