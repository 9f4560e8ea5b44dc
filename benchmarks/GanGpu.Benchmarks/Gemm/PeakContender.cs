using GanGpu.Backends;
using GanGpu.Benchmarking;

namespace GanGpu.Benchmarks.Gemm;

/// <summary>Multiply-adds on registers alone, on GanGpu's threads: what nothing surpasses on this processor at this moment.</summary>
internal sealed class PeakContender(HostBackend backend) : IContender
{
    private readonly Action compute = ArithmeticPeak.Bind(backend.Team);

    /// <summary>Floating-point operations of a repetition.</summary>
    public double Flops { get; } = ArithmeticPeak.Flops(backend.Team);

    public void Repeat(int times)
    {
        for (int i = 0; i < times; i++)
            compute();
    }

    public void Dispose()
    {
    }
}
