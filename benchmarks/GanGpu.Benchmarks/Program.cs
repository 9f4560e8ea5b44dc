using System.CommandLine;
using GanGpu.Benchmarks;

RootCommand root = new("Times GanGpu, alone and against its peers.") { StepCommand.Create(), GemmCommand.Create() };
return root.Parse(args).Invoke();
