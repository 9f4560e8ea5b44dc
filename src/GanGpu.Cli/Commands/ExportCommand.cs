using System.CommandLine;
using GanGpu.OnnxExport;
using GanGpu.Training;

namespace GanGpu.Cli.Commands;

/// <summary>gangpu export: trained networks for other programs.</summary>
internal static class ExportCommand
{
    private static readonly Argument<string> Run = new("RUN") { Description = "A run's folder, or a checkpoint file." };
    private static readonly Option<bool> Best = new("--best") { Description = "Takes the run's best checkpoint, see gangpu train --best, instead of the latest." };

    private static readonly Option<string?> Onnx = new("--onnx")
    {
        Description = "The file that the generator is written to as ONNX (operator set 17): latent vectors in, images [batch, channels, height, width] in -1..1 out.",
        HelpName = "FILE.onnx",
    };

    private static readonly Option<bool> Discriminator = new("--discriminator") { Description = "Writes the discriminator instead: images in, logits out." };

    public static Command Create()
    {
        Command command = new("export", "Writes a trained network for other programs.") { Run, Onnx, Discriminator, Best };
        DeviceArguments.RefuseEmpty(Onnx);
        command.Validators.Add(result =>
        {
            if (result.GetValue(Onnx) is null)
                result.AddError("nothing to write: name a file with --onnx");
        });
        command.SetAction(parsed => Write(parsed));
        return command;
    }

    private static int Write(ParseResult parsed)
    {
        string run = parsed.GetRequiredValue(Run);
        if (string.IsNullOrWhiteSpace(run))
            throw new InvalidInputException("RUN is empty; name a run's folder or a checkpoint file.");
        string checkpoint = File.Exists(run) ? run : RunFolder.FindCheckpoint(run, parsed.GetValue(Best));
        bool discriminator = parsed.GetValue(Discriminator);
        string what = discriminator ? "Discriminator" : "Generator";
        if (parsed.GetValue(Onnx) is { } onnx)
        {
            SampleCommand.CheckTarget(onnx, isFile: true);
            if (discriminator)
                OnnxFile.WriteDiscriminator(checkpoint, onnx);
            else
                OnnxFile.WriteGenerator(checkpoint, onnx);
            Console.WriteLine($"{what} of {checkpoint} as ONNX: {onnx}");
        }

        return ExitCode.Done;
    }
}
