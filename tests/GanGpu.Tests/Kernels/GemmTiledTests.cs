using GanGpu.Backends;
using GanGpu.Kernels;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

/// <summary>The tiled product against the naive kernel, on the same device and from the same operands.</summary>
[Collection(TestDevices.Collection)]
public sealed class GemmTiledTests
{
    [Theory]
    [InlineData("emulator")]
    [InlineData("opencl")]
    [InlineData("cuda")]
    public void It_agrees_with_the_naive_kernel(string deviceName)
    {
        IlgpuBackend backend = Assert.IsType<IlgpuBackend>(TestDevices.Open(deviceName));
        KernelLoader loader = new(backend.Stream.Accelerator);
        GemmGpu tiled = new(loader), naive = new(loader, naive: true);
        Random random = new(1);
        foreach ((int m, int n, int k) in ((int, int, int)[])[(1, 1, 1), (33, 1, 40), (5, 70, 15), (32, 32, 16), (31, 65, 17)])
        {
            foreach ((bool transposeA, bool transposeB) in ((bool, bool)[])[(false, false), (false, true), (true, false), (true, true)])
            {
                GemmShape shape = new(m, n, k, transposeA, transposeB);
                using var a = Random(m * k);
                using var b = Random(k * n);
                using var bias = Random(n);
                using var output = Random(m * n);
                using var c = Random(m * n);
                using var expected = Random(m * n);
                using var sums = Random(n);
                using var expectedSums = Random(n);

                naive.BindColumnSums(backend.Stream, shape, a.View, b.View, expected.View, expectedSums.View)();
                tiled.BindColumnSums(backend.Stream, shape, a.View, b.View, c.View, sums.View)();
                Agree(shape, k, expected, c);
                Agree(shape, k, expectedSums, sums);

                naive.BindBias(backend.Stream, shape, Activation.Tanh, a.View, b.View, bias.View, expected.View)();
                tiled.BindBias(backend.Stream, shape, Activation.Tanh, a.View, b.View, bias.View, c.View)();
                Agree(shape, k, expected, c);

                naive.BindActivationGradient(backend.Stream, shape, Activation.LeakyRelu(), a.View, b.View, output.View, expected.View)();
                tiled.BindActivationGradient(backend.Stream, shape, Activation.LeakyRelu(), a.View, b.View, output.View, c.View)();
                Agree(shape, k, expected, c);
            }
        }

        IlgpuBuffer<float> Random(int length)
        {
            var buffer = (IlgpuBuffer<float>)backend.Allocate<float>(length);
            buffer.CopyFrom([.. Enumerable.Range(0, length).Select(_ => random.NextSingle() * 2 - 1)]);
            return buffer;
        }
    }

    // Both add the products in order of k; one may fuse multiplication and addition where the other does not: at most a
    // rounding, 2^-24 of a sum below k, per term.
    private static void Agree(GemmShape shape, int k, IlgpuBuffer<float> expected, IlgpuBuffer<float> actual)
    {
        float[] want = new float[expected.Length], got = new float[actual.Length];
        expected.CopyTo(want);
        actual.CopyTo(got);
        float tolerance = (k + 4) * 6e-8f * MathF.Sqrt(k);
        for (int i = 0; i < want.Length; i++)
            Assert.True(Math.Abs(want[i] - got[i]) <= tolerance, $"{shape}, element {i}: {got[i]:R}, not {want[i]:R}.");
    }
}
