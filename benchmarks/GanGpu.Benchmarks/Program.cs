using System.CommandLine;
using System.Globalization;
using GanGpu.Benchmarks.Convolution;
using GanGpu.Benchmarks.Gemm;
using GanGpu.Benchmarks.Kernels;
using GanGpu.Benchmarks.Quality;
using GanGpu.Benchmarks.Sample;
using GanGpu.Benchmarks.Serve;
using GanGpu.Benchmarks.Step;

CultureInfo.CurrentCulture = CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
RootCommand root = new("Times GanGpu, alone and against its peers.")
{
    StepCommand.Create(), GemmCommand.Create(), ConvolutionCommand.Create(), KernelsCommand.Create(),
    SampleCommand.Create(), ServeCommand.Create(), QualityCommand.Create(),
};
return root.Parse(args).Invoke();
