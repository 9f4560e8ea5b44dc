using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace GanGpu.Cli;

/// <summary>The usual help, and what a command is called like in practice.</summary>
internal sealed class HelpWithExamples : SynchronousCommandLineAction
{
    private static readonly Dictionary<string, string[]> Examples = new()
    {
        ["train"] =
        [
            "gangpu train",
            "gangpu train --data train-images-idx3-ubyte.gz --epochs 100 --seed 7 --out runs/mnist",
            "gangpu train --data photos/ --image-size 32 --channels 3 --lr-d 1e-4",
            "gangpu train --config dcgan.json --batch-size 32 --dry-run",
            "gangpu train --resume runs/mnist --epochs 50",
            "gangpu train --from runs/mnist --data photos/ --freeze discriminator.dense1* --lr 1e-4",
        ],
        ["sample"] =
        [
            "gangpu sample runs/mnist",
            "gangpu sample runs/mnist --count 10000 --out fakes.npy",
            "gangpu sample runs/mnist/checkpoint.safetensors --count 100 --seed 7 --out pictures/",
        ],
        ["interpolate"] =
        [
            "gangpu interpolate runs/mnist",
            "gangpu interpolate runs/mnist --seeds 0..7 --loop --count 16 --out walk.webp",
            "gangpu interpolate runs/mnist --mode linear --truncation 1 --out rows.png",
        ],
        ["evaluate"] =
        [
            "gangpu evaluate runs/mnist",
            "gangpu evaluate runs/ring --plot points.png",
            "gangpu evaluate runs/mnist --samples 5000 --seed 7 --json > quality.json",
            "gangpu-onnx evaluate runs/mnist --features inception.onnx --feature-range 0..1 --feature-name inception",
        ],
        ["neighbours"] =
            ["gangpu neighbours runs/mnist", "gangpu neighbours runs/mnist --count 30 -k 5 --out near.png"],
        ["export"] =
        [
            "gangpu export runs/mnist --onnx generator.onnx",
            "gangpu export runs/mnist --best --discriminator --onnx discriminator.onnx",
            "gangpu export runs/mnist --safetensors generator.safetensors --pytorch generator.py",
        ],
        ["import"] =
        [
            "gangpu import generator.safetensors --out imported.safetensors",
            "gangpu import netG.safetensors --preset dcgan --image-size 64 --channels 3 --out imported.safetensors",
        ],
        ["devices"] = ["gangpu devices"],
        ["info"] = ["gangpu info runs/mnist"],
        ["completion"] = ["gangpu completion bash >> ~/.bashrc", "gangpu completion pwsh >> $PROFILE"],
        ["explain"] = ["gangpu explain --measure", "gangpu explain --preset dcgan --batch-size 16 --json"],
        ["data"] = ["gangpu data list", "gangpu data fetch cifar10", "gangpu data inspect photos/"],
        ["fetch"] =
            ["gangpu data fetch mnist", "gangpu data fetch cifar10 --mirror https://files.example.org/datasets/"],
        ["list"] = ["gangpu data list"],
        ["inspect"] =
        [
            "gangpu data inspect photos/",
            "gangpu data inspect pictures.zip --image-size 64 --channels 3 --out sheet.png",
            "gangpu data inspect mnist --json",
        ],
        ["bench"] = [
            "gangpu bench", "gangpu bench --device cpu --threads 1 --batch-size 64",
            "gangpu bench --json > machine.json"],
    };

    private readonly HelpAction help = new();

    /// <summary>Whoever asks for help has not yet got the rest right.</summary>
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        int code = help.Invoke(parseResult);
        string[] examples = Examples.GetValueOrDefault(parseResult.CommandResult.Command.Name)
            ?? ["gangpu train", "gangpu train --help"];
        TextWriter output = parseResult.InvocationConfiguration.Output;
        output.WriteLine(examples.Length > 1 ? "Examples:" : "Example:");
        foreach (string example in examples)
            output.WriteLine($"  {example}");
        output.WriteLine();
        return code;
    }
}
