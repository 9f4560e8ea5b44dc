using GanGpu.Backends;
using GanGpu.Kernels.Gemm;
using GanGpu.Kernels.Launching;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

/// <summary>Products of pairs of matrices, on every device, against float64.</summary>
[Collection(TestDevices.Collection)]
public class GroupedGemmTests
{
    public static TheoryData<string> DeviceNames => TestDevices.Names;

    /// <summary>One, odd, one more than a tile, multiples of four, and heads of attention over an image.</summary>
    private static readonly (int Groups, int M, int N, int K)[] Sizes =
        [(1, 1, 1, 1), (3, 5, 7, 2), (2, 33, 17, 9), (4, 8, 12, 4), (5, 16, 64, 8), (3, 64, 64, 16), (2, 3, 2, 70)];

    [Tests<GroupedGemmLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Each_pair_is_multiplied(string device)
    {
        IBackend backend = TestDevices.Open(device);
        foreach ((int groups, int m, int n, int k) in TestDevices.Bearable(device, Sizes))
        {
            foreach ((bool ta, bool tb) in new[] { (false, false), (false, true), (true, false), (true, true) })
            {
                GemmShape shape = new(m, n, k, ta, tb);
                float[] a = Samples.Floats(groups * m * k, 1), b = Samples.Floats(groups * k * n, 2);
                double[] product = new double[groups * m * n], slack = new double[groups * m * n];
                for (int i = 0; i < product.Length; i++)
                {
                    (int group, int row, int column) = (i / (m * n), i / n % m, i % n);
                    for (int j = 0; j < k; j++)
                    {
                        double term = (double)a[(group * m * k) + (ta ? (j * m) + row : (row * k) + j)]
                            * b[(group * k * n) + (tb ? (column * k) + j : (j * n) + column)];
                        product[i] += term;
                        slack[i] += Math.Abs(term) * (k + 1) * 1.2e-7;
                    }
                }

                using OperationHarness harness = new(backend, $"{device}: {groups} x {shape}");
                Slice<float> c = harness.Output(product.Length);
                harness.Check(
                    backend.Bind(new GroupedGemmLaunch(groups, shape, harness.Input(a), harness.Input(b), c)),
                    (c, new(product, slack)));
            }
        }
    }

    [Fact]
    public void Operands_that_do_not_fit_are_named()
    {
        IBackend backend = TestDevices.Open("cpu");
        using DeviceBuffer<float> a = backend.Allocate<float>(12), b = backend.Allocate<float>(13),
            c = backend.Allocate<float>(8);
        string message = Assert.Throws<ArgumentException>(
            () => backend.Bind(new GroupedGemmLaunch(2, new GemmShape(2, 2, 3), a.All, b.All, c.All))).Message;
        Assert.Contains("B must be [2,3,2], 12 elements, but has 13", message, StringComparison.Ordinal);
    }
}
