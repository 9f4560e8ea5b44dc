using System.CommandLine;
using GanGpu.OnnxExport;

namespace GanGpu.Cli.Commands;

/// <summary>gangpu export: trained networks for other programs.</summary>
internal static class ExportCommand
{
    private static readonly Argument<string> Run = TrainedRun.Argument();
    private static readonly Option<bool> Best = TrainedRun.BestOption();

    private static readonly Option<string?> Onnx = new("--onnx")
    {
        Description =
            "The file that the generator is written to as ONNX (operator set 17): latent vectors in, images [batch, " +
            "channels, height, width] in -1..1 out.",
        HelpName = "FILE.onnx",
    };

    private static readonly Option<string?> SafeTensors = new("--safetensors")
    {
        Description =
            "The file that the generator's weights are written to with PyTorch's names and layouts, as " +
            "load_state_dict(strict=True) takes them.",
        HelpName = "FILE.safetensors",
    };

    private static readonly Option<string?> PyTorch = new("--pytorch")
    {
        Description =
            "The file that Python code is written to, with the generator as modules of PyTorch: those that the names " +
            "of --safetensors are of.",
        HelpName = "FILE.py",
    };

    private static readonly Option<bool> Discriminator =
        new("--discriminator") { Description = "Writes the discriminator instead: images in, logits out." };

    public static Command Create()
    {
        Command command = new("export", "Writes a trained network for other programs.") {
            Run, Onnx, SafeTensors, PyTorch, Discriminator, Best };
        command.Validators.Add(result =>
        {
            if (Targets.All(target => result.GetResult(target.Option) is null))
                result.AddError("nothing to write: name a file with --onnx, --safetensors or --pytorch");
        });
        command.SetAction(parsed => Write(parsed));
        return command;
    }

    private static (Option<string?> Option, string Ending)[] Targets =>
        [(Onnx, ".onnx"), (SafeTensors, ".safetensors"), (PyTorch, ".py")];

    private static int Write(ParseResult parsed)
    {
        string checkpoint = TrainedRun.Find(parsed.GetRequiredValue(Run), parsed.GetValue(Best)).Checkpoint;
        bool discriminator = parsed.GetValue(Discriminator);
        string what = discriminator ? "Discriminator" : "Generator";
        HashSet<string> taken = [Path.GetFullPath(checkpoint)];
        foreach ((Option<string?> option, string ending) in Targets)
        {
            if (parsed.GetValue(option) is not { } target)
                continue;
            OutputPath.CheckFile(option.Name, target, $"a file of the kind {option.HelpName}", ending, needed: false);
            if (!taken.Add(Path.GetFullPath(target)))
                throw new InvalidInputException(
                    $"'{target}' is the checkpoint itself or named twice; name another file.");
        }

        if (parsed.GetValue(Onnx) is { } onnx)
        {
            if (discriminator)
                OnnxFile.WriteDiscriminator(checkpoint, onnx);
            else
                OnnxFile.WriteGenerator(checkpoint, onnx);
            Console.WriteLine($"{what} of {checkpoint} as ONNX: {onnx}");
        }

        if (parsed.GetValue(SafeTensors) is { } weights)
        {
            if (discriminator)
                TorchWeights.WriteDiscriminator(checkpoint, weights);
            else
                TorchWeights.WriteGenerator(checkpoint, weights);
            Console.WriteLine($"{what} of {checkpoint} as weights for PyTorch: {weights}");
        }

        if (parsed.GetValue(PyTorch) is { } code)
        {
            if (discriminator)
                TorchWeights.WriteDiscriminatorCode(checkpoint, code);
            else
                TorchWeights.WriteGeneratorCode(checkpoint, code);
            Console.WriteLine($"{what} of {checkpoint} as code for PyTorch: {code}");
        }

        return ExitCode.Done;
    }
}
