using System.CommandLine;
using GanGpu.Devices;

namespace GanGpu.Cli.Commands;

/// <summary>The options that say where it runs; every command has them.</summary>
internal sealed class DeviceArguments
{
    public Option<string> Name { get; } = new("--device")
    {
        Description = "Where to run: auto (an NVIDIA GPU, else an OpenCL GPU, else the processor), cuda, cuda:N, opencl, opencl:N, cpu or emulator.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "auto",
    };

    public Option<int> Threads { get; } = new("--threads")
    {
        Description = "Threads of the device cpu; 0 is one per core.",
        HelpName = "N",
        DefaultValueFactory = _ => 0,
    };

    public Option<bool> AssumeGenericAddressSpace { get; } = new("--opencl-assume-generic-address-space")
    {
        Description = "Also use OpenCL devices whose driver does not report the generic address space (PoCL, for one). It may well work; nothing promises it.",
    };

    /// <summary>Marks options whose value must not be empty.</summary>
    public static void RefuseEmpty(params Option[] options)
    {
        foreach (Option option in options)
        {
            option.Validators.Add(result =>
            {
                if (result.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value)))
                    result.AddError($"{option.Name} is empty");
            });
        }
    }

    /// <summary>The library's advice names the library's own property; here that is an option.</summary>
    public static string AsOption(string advice) =>
        advice.Replace($"{nameof(DeviceOptions)}.{nameof(DeviceOptions.AssumeGenericAddressSpace)}", "--opencl-assume-generic-address-space", StringComparison.Ordinal);

    public DeviceOptions Options(ParseResult parsed) => new()
    {
        Threads = parsed.GetValue(Threads),
        AssumeGenericAddressSpace = parsed.GetValue(AssumeGenericAddressSpace),
    };
}
