using GanGpu.Cli;
using GanGpu.Onnx.Cli;

return await CommandLine.RunAsync(args, new OnnxFeatureArguments()).ConfigureAwait(false);
