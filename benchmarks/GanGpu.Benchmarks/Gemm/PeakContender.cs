using GanGpu.Backends;


namespace GanGpu.Benchmarks.Gemm;

/// <summary>Multiply-adds on registers alone, : what nothing surpasses on this device at this moment.</summary>
internal sealed class PeakContender(IBackend backend) : IContender
{
    private readonly Action compute = backend.ArithmeticPeak().Issue;

    /// <summary>Floating-point operations of a repetition.</summary>
    public double Flops { get; } = backend.ArithmeticPeak().Flops;

    public void Repeat(int times)
    {
        for (int i = 0; i < times; i++)
            compute();
    }

    public void Dispose()
    {
    }
}
