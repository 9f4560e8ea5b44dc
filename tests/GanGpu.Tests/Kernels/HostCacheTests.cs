using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using GanGpu.Backends;
using GanGpu.Kernels.Convolution;
using GanGpu.Kernels.Gemm;
using GanGpu.Kernels.Host;
using GanGpu.Kernels.Launching;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

/// <summary>
/// Host kernels reckon with the processor's first-level cache: what they copy because of it changes no bit.
/// </summary>
[Collection(TestDevices.Collection)]
public class HostCacheTests
{
    private const int Small = 32 * 1024, Large = 48 * 1024;

    /// <summary>
    /// Shapes on both sides of every limit of <see cref="GemmHostCopies"/>: few and many rows, columns and steps,
    /// strides that share sets of the cache and strides that do not, more than one panel and more than one block of
    /// rows.
    /// </summary>
    public static TheoryData<int, int, int> Products => new()
    {
        { 24, 256, 256 }, { 25, 256, 256 }, { 64, 784, 256 }, { 64, 256, 784 }, { 96, 1024, 300 }, { 97, 1024, 300 },
            { 784, 256, 64 }, { 784, 256, 65 },
        { 256, 127, 512 }, { 300, 130, 512 }, { 300, 128, 1024 }, { 128, 160, 33 }, { 1024, 96, 70 }, { 31, 37, 700 },
            { 40, 144, 1025 },
    };

    [Theory]
    [MemberData(nameof(Products))]
    public void Products_have_the_same_bits(int m, int n, int k)
    {
        float[] a = Samples.Floats(m * k, 1), b = Samples.Floats(k * n, 2), bias = Samples.Floats(n, 3);
        foreach (int threads in (int[])[1, 2])
        {
            using HostBackend small = new(threads, firstLevelBytes: Small),
                large = new(threads, firstLevelBytes: Large);
            foreach (
                (bool transposeA, bool transposeB) in ((bool, bool)[])[
                    (false, false), (false, true), (true, false), (true, true)])
            {
                GemmShape shape = new(m, n, k, transposeA, transposeB);
                Same($"{shape}, {threads} threads", Run(small, m * n, [a, b, bias], Multiply),
                    Run(large, m * n, [a, b, bias], Multiply));

                Action Multiply(IBackend backend, Slice<float>[] x, Slice<float> y) =>
                    backend.Bind(
                        new GemmLaunch(shape, x[0], x[1], y, new() { Bias = x[2], Activation = Activation.Tanh }));
            }
        }
    }

    /// <summary>Convolutions that read images as they lie, and ones that copy patches of them.</summary>
    [Theory]
    [InlineData(8, 14, 64, 64)]
    [InlineData(8, 14, 32, 96)]
    [InlineData(3, 9, 5, 7)]
    [InlineData(16, 28, 1, 64)]
    public void Convolutions_have_the_same_bits(int batch, int side, int channels, int filters)
    {
        int output = (side - 2) / 2 + 1;
        ConvolutionShape shape =
            new(batch, side, side, channels, filters, new(4, 4, Stride: 2, PaddingTop: 1, PaddingLeft: 1), output, output);
        float[] x = Samples.Floats(batch * side * side * channels, 1),
            w = Samples.Floats(shape.PatchLength * filters, 2), dy = Samples.Floats(shape.OutPixels * filters, 3);
        foreach (int threads in (int[])[1, 2])
        {
            using HostBackend small = new(threads, firstLevelBytes: Small),
                large = new(threads, firstLevelBytes: Large);
            Compare("y", dy.Length, x, w, (backend, operands, y) =>
                backend.Bind(new ConvolutionLaunch(shape, operands[0], operands[1], y, default)));
            Compare("dx", x.Length, dy, w, (backend, operands, dx) =>
                backend.Bind(new ConvolutionInputGradientLaunch(shape, operands[0], operands[1], dx, default)));
            Compare("dw", w.Length, x, dy, (backend, operands, dw) =>
                backend.Bind(new ConvolutionWeightGradientLaunch(shape, operands[0], operands[1], dw, default)));

            void Compare(
                string what, int length, float[] left, float[] right,
                Func<IBackend, Slice<float>[], Slice<float>, Action> bind) =>
                Same($"{what} of {shape}, {threads} threads", Run(small, length, [left, right], bind),
                    Run(large, length, [left, right], bind));
        }
    }

    [Fact]
    public void The_processor_says_how_large_its_cache_is()
    {
        Assert.InRange(HostCache.FirstLevelBytes, 8 * 1024, 512 * 1024);
        Assert.Equal(0, HostCache.FirstLevelBytes % 1024);
        const string Described = "/sys/devices/system/cpu/cpu0/cache/index0/size";
        // Virtual machines often keep it from the system.
        if (X86Base.IsSupported && File.Exists(Described))
            Assert.Equal(
                File.ReadAllText(Described).Trim(),
                FormattableString.Invariant($"{HostCache.FirstLevelBytes / 1024}K"));
    }

    [Theory]
    [InlineData(Small, true)]
    [InlineData(Large, false)]
    public void A_small_cache_has_more_copied(int bytes, bool copies)
    {
        GemmHostCopies product = new(new GemmShape(512, 512, 512), bytes),
            transposed = new(new GemmShape(256, 256, 256, TransposeA: true), bytes);
        Assert.Equal(copies, product.OfA(rows: 512, columns: 512));
        Assert.Equal(copies, product.OfB(rows: 512));
        Assert.Equal(copies, transposed.OfA(rows: 256, columns: 256));
    }

    private static float[] Run(
        HostBackend backend, int length, float[][] operands, Func<IBackend, Slice<float>[], Slice<float>, Action> bind)
    {
        List<DeviceBuffer<float>> buffers = [];
        foreach (float[] operand in operands)
        {
            buffers.Add(backend.Allocate<float>(operand.Length));
            buffers[^1].CopyFrom(operand);
        }

        using DeviceBuffer<float> result = backend.Allocate<float>(length);
        bind(backend, [.. buffers.Select(buffer => buffer.All)], result.All)();
        backend.Synchronize();
        float[] values = new float[length];
        result.CopyTo(values);
        buffers.ForEach(buffer => buffer.Dispose());
        return values;
    }

    private static void Same(string what, float[] expected, float[] actual) =>
        Assert.True(
            MemoryMarshal.AsBytes<float>(expected).SequenceEqual(MemoryMarshal.AsBytes<float>(actual)),
            $"{what}: other bits.");
}
