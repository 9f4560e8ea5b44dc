using GanGpu.Cli;

return await CommandLine.RunAsync(args).ConfigureAwait(false);
