using System.CommandLine;
using System.Text.Json;
using Spectre.Console;

namespace GanGpu.Cli.Commands;

/// <summary>gangpu devices: what there is to train on, and why the rest can't be used.</summary>
internal static class DevicesCommand
{
    private const string OptInNote =
        "--opencl-assume-generic-address-space also uses OpenCL devices whose driver does not report the generic " +
        "address space, which ILGPU asks for "
        + "but GanGpu's kernels do without; such a device, PoCL for one, may well work, but nothing promises that it " +
            "does.";

    private static readonly Option<bool> AsJson = new(
        "--json")
    {
        Description = "Writes JSON for other programs: name, description, whether it can be used, and why not."
    };

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
    };

    public static Command Create()
    {
        DeviceArguments device = new();
        Command command = new("devices", "Lists the devices to train on, those that can be used first.")
        {
            device.Threads,
            device.AssumeGenericAddressSpace,
            AsJson,
        };
        command.SetAction(parsed => Run(device.Options(parsed), parsed.GetValue(AsJson)));
        return command;
    }

    private static int Run(DeviceOptions options, bool json)
    {
        IReadOnlyList<DeviceInfo> all = Device.List(options);
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(all, Json));
            return ExitCode.Done;
        }

        List<DeviceInfo> usable = [.. all.Where(device => device.Usable)];
        if (Terminal.IsLive)
            WriteTable(usable);
        else
            WriteLines(usable);

        foreach (DeviceInfo device in all.Where(device => !device.Usable))
            Console.WriteLine(
                $"{device.Name} ({device.Description}) can't be used: {DeviceArguments.AsOption(device.Reason!)}.");
        Console.WriteLine(OptInNote);
        return ExitCode.Done;
    }

    private static void WriteTable(List<DeviceInfo> devices)
    {
        Table table = new Table().RoundedBorder().AddColumn("--device").AddColumn("What it is");
        foreach (DeviceInfo device in devices)
            table.AddRow($"[bold]{Markup.Escape(device.Name)}[/]", Markup.Escape(device.Description));
        AnsiConsole.Write(table);
    }

    private static void WriteLines(List<DeviceInfo> devices)
    {
        int width = devices.Max(device => device.Name.Length);
        foreach (DeviceInfo device in devices)
            Console.WriteLine($"{device.Name.PadRight(width)}  {device.Description}");
    }
}
