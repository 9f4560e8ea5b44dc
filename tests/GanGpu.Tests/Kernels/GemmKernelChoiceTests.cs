using GanGpu.Backends;
using GanGpu.Kernels.Gemm;
using GanGpu.Kernels.Gpu;
using GanGpu.Tests.Support;
using ILGPU;

namespace GanGpu.Tests.Kernels;

/// <summary>
/// Every kernel that makes products on a GPU against one thread for each element, on the same device and from the same
/// operands.
/// </summary>
[Collection(TestDevices.Collection)]
public sealed class GemmKernelChoiceTests
{
    private static readonly GemmKernelChoice[] Choices =
        [new(32, 1), new(32, 2), new(32, 4), new(32, 8), new(64, 1), new(128, 1)];

    [Theory]
    [InlineData("emulator")]
    [InlineData("opencl")]
    [InlineData("cuda")]
    public void Every_kernel_agrees_with_one_thread_an_element(string deviceName)
    {
        IlgpuBackend backend = Assert.IsType<IlgpuBackend>(TestDevices.Open(deviceName));
        KernelLoader loader = new(backend.Stream.Accelerator);
        GemmGpu plain = new(loader, choose: _ => GemmKernelChoice.Elements);
        Random random = new(1);
        (int, int, int)[] shapes = deviceName == "emulator"
            ? [(33, 4, 40), (31, 65, 17)]
            : [(1, 1, 1), (33, 1, 40), (5, 70, 15), (32, 32, 16), (31, 65, 17), (36, 68, 12), (132, 260, 20),
                (64, 64, 264), (200, 136, 8)];
        foreach ((int m, int n, int k) in shapes)
        {
            foreach (
                (bool transposeA, bool transposeB) in ((bool, bool)[])[
                    (false, false), (false, true), (true, false), (true, true)])
            {
                GemmShape shape = new(m, n, k, transposeA, transposeB);
                using var a = Random(m * k);
                using var b = Random(k * n);
                using var c = Random(m * n);
                using var expected = Random(m * n);

                // Each form with what is fused behind it in training: every kernel takes a moment to compile.
                (GemmFusion fusion, Activation f, int length) = (transposeA, transposeB) switch
                {
                    (false, false) => (GemmFusion.Bias, Activation.Tanh, n),
                    (false, true) => (GemmFusion.ActivationGradient, Activation.LeakyRelu(), m * n),
                    (true, false) => (GemmFusion.ColumnSums, default, n),
                    (true, true) => (GemmFusion.None, default(Activation), 1),
                };
                using var operand = Random(length);
                using var expectedSums = Random(length);
                ArrayView<float> wanted = fusion == GemmFusion.ColumnSums ? expectedSums.View : operand.View;
                plain.Bind(
                    backend.Stream, new(shape, a.View, b.View, expected.View, fusion, f, wanted, Aligned: true))();
                GemmOperands operands = new(shape, a.View, b.View, c.View, fusion, f, operand.View, Aligned: true);
                foreach (
                    GemmKernelChoice choice in Choices
                    .Where(choice => deviceName != "opencl" || choice.KSlices is 1 or 8)
                    .Where(choice => choice.Threads <= loader.Accelerator.MaxNumThreadsPerGroup
                        && (choice.Tile == 32 || operands.Vectorized)))
                {
                    new GemmGpu(loader, choose: _ => choice).Bind(backend.Stream, operands)();
                    Agree($"{choice} {fusion} {shape}", k, expected, c);
                    if (fusion == GemmFusion.ColumnSums)
                        Agree($"{choice} sums of {shape}", k, expectedSums, operand);
                }
            }
        }

        IlgpuBuffer<float> Random(int length)
        {
            var buffer = (IlgpuBuffer<float>)backend.Allocate<float>(length);
            buffer.CopyFrom([.. Enumerable.Range(0, length).Select(_ => random.NextSingle() * 2 - 1)]);
            return buffer;
        }
    }

    /// <summary>What a card of 132 multiprocessors is given.</summary>
    [Theory]
    [InlineData(4096, 4096, 4096, true, 128, 1)]
    [InlineData(1024, 1024, 1024, true, 64, 1)]
    [InlineData(4096, 4096, 4096, false, 32, 1)]
    [InlineData(784, 256, 64, true, 32, 1)]
    [InlineData(64, 784, 256, true, 32, 4)]
    [InlineData(64, 256, 784, true, 32, 8)]
    [InlineData(64, 128, 100, true, 32, 1)]
    [InlineData(1, 1, 1, false, 32, 1)]
    public void The_kernel_follows_the_shape(int m, int n, int k, bool vectorized, int tile, int kSlices) =>
        Assert.Equal(
            new GemmKernelChoice(tile, kSlices),
            GemmKernelChoice.Of(new(m, n, k), vectorized, new GpuLimits(132, 1024, 48 * 1024)));

    [Fact]
    public void A_processor_gets_small_tiles() =>
        Assert.Equal(
            32, GemmKernelChoice.Of(
                new(4096, 4096, 4096), vectorized: true, new GpuLimits(2, 4096, 1 << 20, IsProcessor: true)).Tile);

    /// <summary>Groups of 64 threads and little shared memory leave the kernel that needs neither.</summary>
    [Theory]
    [InlineData(64, 48 * 1024)]
    [InlineData(1024, 6 * 1024)]
    public void A_small_device_gets_what_it_can_run(int threads, int sharedBytes)
    {
        Assert.Equal(
            new GemmKernelChoice(32, 1),
            GemmKernelChoice.Of(new(64, 256, 784), vectorized: true, new GpuLimits(132, threads, sharedBytes)));
        Assert.True(
            GemmKernelChoice.Of(new(4096, 4096, 4096), vectorized: true, new GpuLimits(16, threads, sharedBytes))
                .Threads <= threads);
    }

    // Both add products of magnitude at most 1, in different orders if K is divided into slices. One may fuse
    // multiplication and addition although the other does not: a rounding, 2^-24 of a sum below k, per product.
    private static void Agree(string what, int k, IlgpuBuffer<float> expected, IlgpuBuffer<float> actual)
    {
        float[] want = new float[expected.Length], got = new float[actual.Length];
        expected.CopyTo(want);
        actual.CopyTo(got);
        float tolerance = (k + 4) * 6e-8f * MathF.Sqrt(k);
        for (int i = 0; i < want.Length; i++)
            Assert.True(Math.Abs(want[i] - got[i]) <= tolerance, $"{what}, element {i}: {got[i]:R}, not {want[i]:R}.");
    }
}
