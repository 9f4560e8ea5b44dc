using System.CommandLine;

namespace GanGpu.Cli.Commands;

/// <summary>The options that say where it runs; every command has them.</summary>
internal sealed class DeviceArguments
{
    public Option<string> Name { get; } = new("--device")
    {
        Description =
            "Where to run: auto (an NVIDIA GPU, else an OpenCL GPU, else the processor), cuda, cuda:N, opencl, " +
            "opencl:N, cpu or emulator.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "auto",
    };

    public Option<int> Threads { get; } = new Option<int>("--threads")
    {
        Description = "Threads of the device cpu; 0 is one per core.",
        HelpName = "N",
        DefaultValueFactory = _ => 0,
    }.Whole(0);

    public Option<bool> AssumeGenericAddressSpace { get; } = new("--opencl-assume-generic-address-space")
    {
        Description =
            "Also use OpenCL devices whose driver does not report the generic address space (PoCL, for one). It may " +
            "well work; nothing promises it.",
    };

    public Option<MatrixPrecision> Precision { get; } = new("--precision")
    {
        Description =
            "What the factors of large matrix products are rounded to: float32 (not at all), or on CUDA tf32 (11 " +
            "significant bits) or bf16 (8). Sums are single precision.",
        HelpName = "float32|tf32|bf16",
        DefaultValueFactory = _ => MatrixPrecision.Float32,
        CustomParser = result =>
        {
            string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            switch (text)
            {
                case "float32": return MatrixPrecision.Float32;
                case "tf32": return MatrixPrecision.Tf32;
                case "bf16": return MatrixPrecision.BFloat16;
                default:
                    result.AddError(
                        $"--precision is '{text}', but must be float32, tf32 or " +
                        $"bf16{Nearest.Remark(text, ["float32", "tf32", "bf16"])}");
                    return default;
            }
        },
    };

    /// <summary>The library's advice names the library's own property; here that is an option.</summary>
    public static string AsOption(string advice) =>
        advice.Replace(
            $"{nameof(DeviceOptions)}.{nameof(DeviceOptions.AssumeGenericAddressSpace)}",
            "--opencl-assume-generic-address-space", StringComparison.Ordinal);

    public DeviceOptions Options(ParseResult parsed) => new()
    {
        Threads = parsed.GetValue(Threads),
        AssumeGenericAddressSpace = parsed.GetValue(AssumeGenericAddressSpace),
        Precision = parsed.GetValue(Precision),
    };
}
