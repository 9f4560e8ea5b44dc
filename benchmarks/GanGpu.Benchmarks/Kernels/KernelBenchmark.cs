using BenchmarkDotNet.Attributes;
using static TorchSharp.torch;

namespace GanGpu.Benchmarks.Kernels;

/// <summary>
/// Every kernel next to TorchSharp's same operation, by BenchmarkDotNet, on this process's cpu device.
/// </summary>
public class KernelBenchmark
{
    private static readonly (string Name, Func<Operands, KernelPair> Bind)[] All =
        [.. DenseKernels.All(), .. ElementwiseKernels.All(), .. NormalizationKernels.All(), .. TrainingKernels.All()];

    private Action ours = () => { }, release = () => { };
    private Func<Tensor[]> theirs = () => [];

    /// <summary>Threads of both sides.</summary>
    internal static int Threads { get; set; } = 1;

    /// <summary>Parts of the names of the kernels to time; none for all.</summary>
    internal static string[] Filter { get; set; } = [];

    public static IEnumerable<string> Names =>
        All.Select(kernel => kernel.Name)
            .Where(name => Filter.Length == 0
                || Filter.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase)));

    [ParamsSource(nameof(Names))]
    public string Kernel { get; set; } = "";

    [GlobalSetup]
    public void Bind()
    {
        set_num_threads(Threads);
        Device device = Device.Open("cpu", new DeviceOptions { Threads = Threads });
        Operands operands = new(device.Backend);
        release = () =>
        {
            operands.Dispose();
            device.Dispose();
        };
        try
        {
            KernelPair pair = All.Single(kernel => kernel.Name == Kernel).Bind(operands);
            pair.Check();
            (ours, theirs) = (pair.Ours, pair.Theirs);
        }
        catch (Exception e)
        {
            // BenchmarkDotNet would say no more than that it failed.
            Console.Error.WriteLine($"{Kernel}: {e.Message}");
            throw;
        }
    }

    [GlobalCleanup]
    public void Release() => release();

    [Benchmark(Baseline = true)]
    public void TorchSharp()
    {
        foreach (Tensor result in theirs())
            result.Dispose();
    }

    [Benchmark]
    public void GanGpu() => ours();
}
