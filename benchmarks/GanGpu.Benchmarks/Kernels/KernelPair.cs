using GanGpu.Kernels.Launching;
using static TorchSharp.torch;

namespace GanGpu.Benchmarks.Kernels;

/// <summary>One operation, bound on both sides to the same operands.</summary>
/// <param name="Ours">Issues this library's kernel.</param>
/// <param name="Theirs">Does the same by libtorch; what it returns is disposed.</param>
/// <param name="Check">Throws where one run of each does not give the same.</param>
internal sealed record KernelPair(Action Ours, Func<Tensor[]> Theirs, Action Check)
{
    private const double Tolerance = 2e-5;

    /// <summary>An operation whose results are what libtorch returns, in the same order.</summary>
    public static KernelPair Of(Operands operands, Action ours, Slice<float>[] results, Func<Tensor[]> theirs) =>
        new(ours, theirs, () =>
        {
            ours();
            operands.Backend.Synchronize();
            Tensor[] expected = theirs();
            for (int i = 0; i < results.Length; i++)
            {
                Same(Operands.Download(results[i]), expected[i]);
                expected[i].Dispose();
            }
        });

    /// <exception cref="InvalidOperationException">They differ by more than roundings: there is nothing to
    /// time.</exception>
    public static void Same(float[] ours, Tensor theirs)
    {
        using Tensor contiguous = theirs.contiguous();
        float[] expected = contiguous.data<float>().ToArray();
        double scale = Math.Max(1, expected.Max(Math.Abs));
        for (int i = 0; i < expected.Length; i++)
        {
            // NaN, which an element that was not written would be, is never within.
            if (!(Math.Abs(ours[i] - expected[i]) <= Tolerance * scale))
                throw new InvalidOperationException(
                    FormattableString.Invariant(
                        $"Element {i} is {ours[i]:R} by GanGpu but {expected[i]:R} by libtorch."));
        }
    }
}
