using System.Globalization;
using GanGpu.Kernels.Gemm;
using TorchSharp;
using static TorchSharp.torch;

namespace GanGpu.Benchmarks.Gemm;

/// <summary>Makes sure that what is timed is the same product.</summary>
internal static class SameProducts
{
    private const double Tolerance = 1e-5;

    /// <returns>The largest difference of an element, relative to its sum over |a||b|, which is what rounding is
    /// relative to.</returns>
    /// <exception cref="InvalidOperationException">They differ: there is nothing to time.</exception>
    public static double Check(GemmShape shape, GanGpuGemmContender ours, TorchGemmContender theirs)
    {
        ours.Repeat(1);
        theirs.Repeat(1);
        using DisposeScope scope = NewDisposeScope();
        Tensor magnitudes = theirs.Left.abs().mm(theirs.Right.abs());
        Tensor differences = (tensor(ours.Product(), shape.M, shape.N) - theirs.Product).abs() / magnitudes;
        double worst = differences.max().ToDouble();
        // NaN, which an element that was not written would be, is never within.
        if (!(worst < Tolerance))
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                $"GanGpu and libtorch do not compute the same product {shape}: an element differs by {worst:E1} of " +
                $"its sum over |a||b|."));
        }

        return worst;
    }
}
