using GanGpu.Backends;
using GanGpu.Kernels.Batch;
using GanGpu.Kernels.Elementwise;
using GanGpu.Kernels.Launching;
using GanGpu.Kernels.Optimizers;
using GanGpu.Kernels.Random;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

/// <summary>
/// What holds for a bound operation however often, on however many threads and on whichever device it is replayed.
/// </summary>
[Collection(TestDevices.Collection)]
public class ReplayTests
{
    public static TheoryData<string> DeviceNames => TestDevices.Names;

    /// <summary>The emulator is ILGPU's own and allocates inside each launch.</summary>
    public static TheoryData<string> AllocationFree => ["cpu", "cpu with one thread", "opencl", "cuda"];

    [Fact]
    public void Every_operation_has_a_case() => Assert.Equal(
        TestsAttribute.Launches,
        OperationCase.All(2, 3).Select(one => one.Operation).Distinct()
            .OrderBy(type => type.Name, StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(AllocationFree))]
    public void A_thousand_replays_allocate_nothing(string device)
    {
        IBackend backend = TestDevices.Open(device);
        // OpenCL and CUDA only queue: a hundred launches show an allocation as well as a thousand.
        int replays = device.StartsWith("cpu", StringComparison.Ordinal) ? 1000 : 100;
        foreach (OperationCase one in OperationCase.All(9, 35))
        {
            using OperationHarness harness = new(backend, one.Operation.Name);
            Action action = one.Bind(backend, harness);
            harness.Run(action);
            action();

            // The least of three: a collection in between counts what is left of the thread's allocation block as
            // allocated.
            long bytes = Enumerable.Range(0, 3).Min(_ => Allocated(action, replays));
            backend.Synchronize();
            Assert.True(bytes == 0, $"{device}: {one.Operation} allocates {bytes} bytes in {replays} replays.");
        }
    }

    /// <summary>
    /// Sizes at which the host shares the work between its threads, with parts that do not come out even.
    /// </summary>
    [Theory]
    [InlineData(131, 257)]
    [InlineData(37, 1031)]
    [InlineData(515, 67)]
    public void One_and_two_threads_give_the_same_bits(int rows, int columns)
    {
        IBackend one = TestDevices.Open("cpu with one thread"), two = TestDevices.Open("cpu");
        IReadOnlyList<OperationCase> cases = OperationCase.All(rows, columns);
        for (int i = 0; i < cases.Count; i++)
        {
            byte[][] expected = Bits(one, cases[i]), got = Bits(two, cases[i]);
            for (int operand = 0; operand < expected.Length; operand++)
                Assert.True(
                    expected[operand].AsSpan().SequenceEqual(got[operand]),
                    $"{cases[i].Operation} (case {i}), operand {operand}: two threads give other bits than one.");
        }
    }

    /// <summary>Noise and data order are promised to be the same everywhere (DESIGN, invariant 3).</summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Uniform_noise_has_the_same_bits_on_every_device(string device) =>
        AgreesWithCpu(device, new(typeof(NoiseLaunch), (backend, h) =>
        backend.Bind(
            new NoiseLaunch(
                NoiseDistribution.Uniform, 0xFEDC_BA98_7654_3210, 77, h.Input([123_456u]), h.Output(4099)))));

    /// <summary>All 256 bytes: a batch is what the networks see first, and must not depend on the device.</summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void A_batch_has_the_same_bits_on_every_device(string device) =>
        AgreesWithCpu(device, new(typeof(BatchLaunch), (backend, h) =>
        backend.Bind(
            new BatchLaunch(
                new(100, 9, 5), 256, h.Input([34u]), h.Input([.. Enumerable.Range(0, 25_600).Select(i => (byte)i)]),
                h.Output(9 * 256)))));

    /// <summary>
    /// Launches that wait for each other's results, with nothing between them that waits for the device.
    /// </summary>
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Launches_run_in_the_order_they_were_issued(string device)
    {
        const int slots = 3, steps = 8;
        IBackend backend = TestDevices.Open(device);
        using OperationHarness harness = new(backend, $"{device}: Scale and AdvanceStep, {steps} times");
        Slice<uint> step = harness.InOut([1u]);
        Slice<float> metrics = harness.InOut([1f, -3f]), ring = harness.InOut(new float[2 * slots]);
        Action twice = backend.Bind(new ScaleLaunch(2f, metrics, metrics)),
            end = backend.Bind(
                new AdvanceStepLaunch(new(new(), step, harness.Input([1f]), harness.Output(2), ring), metrics));
        double[] expected = new double[2 * slots];
        for (int t = 1; t <= steps; t++)
        {
            expected[2 * ((t - 1) % slots)] = Math.Pow(2, t);
            expected[(2 * ((t - 1) % slots)) + 1] = -3 * Math.Pow(2, t);
        }

        harness.Check(
            () =>
            {
                for (int t = 0; t < steps; t++)
                {
                    twice();
                    end();
                }
            },
            (ring, Expected.Within(expected, 0)));
        Assert.Equal(steps + 1u, OperationHarness.Read(step)[0]);
    }

    private static long Allocated(Action action, int replays)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < replays; i++)
            action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void AgreesWithCpu(string device, OperationCase one)
    {
        byte[] got = Bits(TestDevices.Open(device), one)[^1];
        // Opened here, for it is the measure also where GANGPU_TEST_DEVICES leaves out the cpu.
        using Device cpu = Device.Open("cpu", new DeviceOptions { Threads = 1 });
        byte[] expected = Bits(cpu.Backend, one)[^1];
        int differing = Enumerable.Range(0, expected.Length / 4)
            .Count(i => BitConverter.ToInt32(expected, 4 * i) != BitConverter.ToInt32(got, 4 * i));
        Assert.True(
            differing == 0,
            $"{device}: {one.Operation}: {differing} of {expected.Length / 4} elements have other bits than on the " +
            "cpu.");
    }

    private static byte[][] Bits(IBackend backend, OperationCase one)
    {
        using OperationHarness harness = new(backend, one.Operation.Name);
        return harness.Run(one.Bind(backend, harness));
    }
}
