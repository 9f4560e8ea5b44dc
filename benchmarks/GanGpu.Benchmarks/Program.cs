using System.CommandLine;
using GanGpu.Benchmarks.Convolution;
using GanGpu.Benchmarks.Gemm;
using GanGpu.Benchmarks.Kernels;
using GanGpu.Benchmarks.Quality;
using GanGpu.Benchmarks.Sample;
using GanGpu.Benchmarks.Step;

RootCommand root = new("Times GanGpu, alone and against its peers.") { StepCommand.Create(), GemmCommand.Create(), ConvolutionCommand.Create(), KernelsCommand.Create(), SampleCommand.Create(), QualityCommand.Create() };
return root.Parse(args).Invoke();
