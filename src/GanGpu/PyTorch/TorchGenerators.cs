using GanGpu.Data;
using GanGpu.Kernels.Numerics;
using GanGpu.Presets;

namespace GanGpu.PyTorch;

/// <summary>
/// The generators of the presets as modules of PyTorch, layer by layer as the presets have them. Where a preset names
/// PyTorch code as its source, modules have that code's names, so that weights fit both ways.
/// </summary>
internal static class TorchGenerators
{
    /// <summary>The epsilons of batch norms, as the presets have them.</summary>
    public const float PerceptronEpsilon = 0.8f, AcganEpsilon = 0.8f, ResidualEpsilon = 2e-5f;

    public static TorchModule? Of(Preset preset, SampleShape sample) => preset switch
    {
        QuickPreset quick => Quick(quick, sample),
        MlpPreset mlp => Mlp(mlp, sample),
        DcganPreset dcgan => Dcgan(dcgan, sample),
        WganGpPreset wganGp => WganGp(wganGp, sample),
        WganPreset wgan => TorchModule.Sequential(Perceptron(wgan.LatentSize, wgan.BaseUnits, sample, "sample")),
        CganPreset cgan => Cgan(cgan, sample),
        AcganPreset acgan => Acgan(acgan, sample),
        SganPreset sgan => Sgan(sgan, sample),
        SnganPreset sngan => Sngan(sngan, sample),
        R3ganPreset r3gan => R3gan(r3gan, sample),
        Toy2dPreset toy => Points(toy, toy.LatentSize, sample.Length),
        _ => null,
    };

    /// <summary>What of both networks of <see cref="Toy2dPreset"/> is alike.</summary>
    public static TorchModule Points(Toy2dPreset preset, int inputs, int outputs)
    {
        List<TorchModule> layers = [];
        for (int layer = 1; layer <= preset.HiddenLayers; layer++, inputs = preset.Units)
            layers.AddRange(
                TorchModule.Linear($"dense{layer}", inputs, preset.Units, bias: true), TorchModule.Of(Activation.Relu));
        return TorchModule.Sequential([.. layers, TorchModule.Linear("output", inputs, outputs, bias: true)]);
    }

    /// <summary>A residual block of <see cref="R3ganPreset"/>.</summary>
    public static TorchModule Block(SampleShape size, string name)
    {
        const int expansion = 2;
        TorchLayers body = new TorchLayers(size)
            .SameConvolution($"{name}.conv1", expansion * size.Channels, 1, 1, activation: Activation.LeakyRelu())
            .SameConvolution($"{name}.conv2", expansion * size.Channels, 3, 1, activation: Activation.LeakyRelu())
            .SameConvolution($"{name}.conv3", size.Channels, 1, 1, bias: false);
        return Residual(body.Sequential, shortcut: null);
    }

    public static TorchModule Residual(TorchModule body, TorchModule? shortcut) => new("Residual")
    {
        Class = TorchClasses.Residual,
        Parts = shortcut is null ? [("body", body)] : [("body", body), ("shortcut", shortcut)],
    };

    private static TorchModule Mlp(MlpPreset preset, SampleShape sample) =>
        TwoHidden(preset.LatentSize, preset.GeneratorUnits, preset.Leak, sample, Activation.Tanh);

    private static TorchModule Quick(QuickPreset preset, SampleShape sample)
    {
        bool conditional = preset.Conditional == true;
        TorchModule model = TwoHidden(
            preset.LatentSize + (conditional ? QuickPreset.ClassValues : 0), preset.GeneratorUnits,
            Activation.LeakyRelu().Leak, sample, sample.IsVector ? Activation.Identity : Activation.Tanh);
        return conditional
            ? new("LabelBesideNoise")
            {
                Class = TorchClasses.LabelBesideNoise,
                Parts = [
                    ("label_emb", TorchModule.Embedding("classes", preset.Classes, QuickPreset.ClassValues)),
                    ("model", model)],
            }
            : model;
    }

    private static TorchModule TwoHidden(int inputs, HiddenUnits units, float leak, SampleShape sample, Activation last)
    {
        Activation leaky = Activation.LeakyRelu(leak);
        TorchModule[] layers =
        [
            TorchModule.Linear("dense1", inputs, units.First, bias: true), TorchModule.Of(leaky),
            TorchModule.Linear("dense2", units.First, units.Second, bias: true), TorchModule.Of(leaky),
            TorchModule.Linear("dense3", units.Second, sample.Length, bias: true, outputPlaces: () =>
                Places.OfImage(sample)),
        ];
        return TorchModule.Sequential(last == Activation.Identity ? layers : [.. layers, TorchModule.Of(last)]);
    }

    private static TorchModule Dcgan(DcganPreset preset, SampleShape sample)
    {
        (int Height, int Width)[] sizes = Halvings.Of(sample);
        (int height, int width) = sizes[^1];
        int channels = preset.BaseChannels << (sizes.Length - 2), latent = preset.LatentSize;
        SampleShape smallest = new(height, width, channels);
        // A linear layer to small images is a transposed convolution of images of one pixel, which PyTorch's example
        // has it as.
        TorchModule project = new(
            FormattableString.Invariant($"nn.ConvTranspose2d({latent}, {channels}, ({height}, {width}), bias=False)"))
        {
            KerasType = "dense",
            Tensors =
            [
                new("weight", [latent, channels, height, width], "project.weight")
                {
                    Places = () => Places.OfAxes([latent, height, width, smallest.Channels], [0, 3, 1, 2]),
                    KerasName = "kernel",
                    KerasShape = [latent, smallest.Length],
                },
            ],
        };
        TorchLayers layers = new TorchLayers(smallest).Add(project).BatchNorm("norm0", Activation.Relu);
        for (int i = sizes.Length - 2; i > 0; i--)
        {
            channels /= 2;
            int layer = sizes.Length - 1 - i;
            layers.SameTransposedConvolution(
                $"deconv{layer}", channels, 4, 2, sizes[i].Height, sizes[i].Width, bias: false)
                .BatchNorm($"norm{layer}", Activation.Relu);
        }

        return layers.SameTransposedConvolution(
            "image", sample.Channels, 4, 2, sample.Height, sample.Width, bias: false, Activation.Tanh).Sequential;
    }

    private static TorchModule WganGp(WganGpPreset preset, SampleShape sample)
    {
        (int Height, int Width)[] sizes = Halvings.Of(sample);
        (int height, int width) = sizes[^1];
        int channels = preset.BaseChannels << (sizes.Length - 2);
        TorchLayers layers = new TorchLayers(new(height, width, channels))
            .FromVectors("project", preset.LatentSize, bias: true, Activation.Relu);
        for (int i = sizes.Length - 2; i > 0; i--)
        {
            channels /= 2;
            layers.SameTransposedConvolution(
                $"deconv{sizes.Length - 1 - i}", channels, 5, 2, sizes[i].Height, sizes[i].Width,
                activation: Activation.Relu);
        }

        return layers.SameTransposedConvolution(
            "image", sample.Channels, 5, 2, sample.Height, sample.Width, activation: Activation.Tanh).Sequential;
    }

    /// <summary>The generator of PyTorch-GAN's wgan.py and cgan.py.</summary>
    private static IEnumerable<TorchModule> Perceptron(int inputs, int units, SampleShape sample, string last)
    {
        yield return TorchModule.Linear("dense1", inputs, units, bias: true);
        yield return TorchModule.Of(Activation.LeakyRelu());
        for (int layer = 2; layer <= 4; layer++, units *= 2)
        {
            yield return TorchModule.Linear($"dense{layer}", units, 2 * units, bias: true);
            yield return TorchModule.BatchNorm($"norm{layer}", 2 * units, PerceptronEpsilon, images: false);
            yield return TorchModule.Of(Activation.LeakyRelu());
        }

        yield return TorchModule.Linear(last, units, sample.Length, bias: true, outputPlaces: () =>
            Places.OfImage(sample));
        yield return TorchModule.Of(Activation.Tanh);
    }

    private static TorchModule Cgan(CganPreset preset, SampleShape sample) => new("LabelBesideNoise")
    {
        Class = TorchClasses.LabelBesideNoise,
        Parts =
        [
            ("label_emb", TorchModule.Embedding("classes", preset.Classes, preset.Classes)),
            ("model",
                TorchModule.Sequential(
                    Perceptron(preset.Classes + preset.LatentSize, preset.BaseUnits, sample, "dense5"))),
        ],
    };

    private static TorchModule Acgan(AcganPreset preset, SampleShape sample)
    {
        (int Height, int Width)[] sizes = Halvings.Of(sample);
        int doublings = Math.Min(2, sizes.Length - 1), channels = 8 * preset.BaseChannels;
        (int height, int width) = sizes[doublings];
        SampleShape smallest = new(height, width, channels);
        TorchLayers layers = new TorchLayers(smallest).BatchNorm("norm0");
        for (int i = 1; i <= doublings; i++)
        {
            (height, width) = sizes[doublings - i];
            Doubled(layers).ConvolutionTo($"conv{i}", i == 1 ? channels : channels / 2, 3, height, width)
                .BatchNorm($"norm{i}", Activation.LeakyRelu(), AcganEpsilon);
        }

        return new("LabelTimesNoise")
        {
            Class = TorchClasses.LabelTimesNoise,
            Parts =
            [
                ("label_emb", TorchModule.Embedding("classes", preset.Classes, preset.LatentSize)),
                ("l1", new TorchLayers(smallest).FromVectors("project", preset.LatentSize, bias: true).Sequential),
                ("conv_blocks", layers.SameConvolution("image", sample.Channels, 3, 1, activation: Activation.Tanh)
                    .Sequential),
            ],
        };
    }

    private static TorchModule Sgan(SganPreset preset, SampleShape sample)
    {
        List<TorchModule> layers = [];
        int inputs = preset.LatentSize, units = 2 * preset.BaseUnits;
        for (int i = 1; i <= 2; i++, inputs = units)
            layers.AddRange(
                TorchModule.Linear($"dense{i}", inputs, units, bias: true), new TorchModule("nn.Softplus()"),
                TorchModule.BatchNorm($"norm{i}", units, 1e-5f, images: false));
        return TorchModule.Sequential(
        [
            .. layers,
                TorchModule.Linear("dense3", inputs, sample.Length, bias: true, outputPlaces: () =>
                    Places.OfImage(sample)), TorchModule.Of(Activation.Tanh),
        ]);
    }

    private static TorchModule Sngan(SnganPreset preset, SampleShape sample)
    {
        (int Height, int Width)[] sizes = Halvings.Of(sample);
        (int height, int width) = sizes[^1];
        int channels = 2 * preset.BaseChannels;
        TorchLayers layers = new TorchLayers(new(height, width, channels))
            .FromVectors("project", preset.LatentSize, bias: true);
        for (int i = sizes.Length - 2; i >= 0; i--)
            UpBlock(layers, $"block{sizes.Length - 1 - i}", channels, sizes[i].Height, sizes[i].Width, preset);
        layers.BatchNorm("norm", Activation.Relu, ResidualEpsilon)
            .SameConvolution("image", sample.Channels, 3, 1, activation: Activation.Tanh);
        return preset.Conditional ? TorchModule.Sequence("Labelled", TorchClasses.Labelled, layers.All)
            : layers.Sequential;
    }

    private static void UpBlock(
        TorchLayers layers, string name, int channels, int height, int width, SnganPreset preset)
    {
        TorchLayers body = new(layers.Size), shortcut = new(layers.Size);
        Doubled(Norm(body, $"{name}.norm1", preset)).ConvolutionTo($"{name}.conv1", channels, 3, height, width);
        Norm(body, $"{name}.norm2", preset).ConvolutionTo($"{name}.conv2", channels, 3, height, width);
        Doubled(shortcut).ConvolutionTo($"{name}.shortcut", channels, 1, height, width);
        TorchModule block = preset.Conditional
            ? new("LabelledResidual")
            {
                Parts = [
                    ("body", TorchModule.Sequence("Labelled", TorchClasses.Labelled, body.All)),
                    ("shortcut", shortcut.Sequential)]
            }
            : Residual(body.Sequential, shortcut.Sequential);
        layers.Add(block, body.Size);
    }

    private static TorchLayers Norm(TorchLayers layers, string name, SnganPreset preset)
    {
        if (!preset.Conditional)
            return layers.BatchNorm(name, Activation.Relu, ResidualEpsilon);
        int channels = layers.Size.Channels;
        return layers.Add(
            new TorchModule($"ClassNorm({preset.Classes}, {channels}, eps={TorchModule.Number(ResidualEpsilon)})")
            {
                Class = TorchClasses.Labelled,
                Tensors =
            [
                .. TorchModule.Moments(name, "norm.", channels),
                new("scale.weight", [preset.Classes, channels], $"{name}.weight"),
                new("shift.weight", [preset.Classes, channels], $"{name}.bias"),
            ],
            }).Add(Activation.Relu);
    }

    private static TorchModule R3gan(R3ganPreset preset, SampleShape sample)
    {
        (int Height, int Width)[] sizes = Halvings.Of(sample);
        (int height, int width) = sizes[^1];
        TorchLayers layers = new TorchLayers(new(height, width, preset.BaseChannels))
            .FromVectors("basis", preset.LatentSize, bias: false);
        layers.Add(Block(layers.Size, "block0"));
        for (int i = sizes.Length - 2; i >= 0; i--)
        {
            Doubled(layers)
                .ConvolutionTo($"up{sizes.Length - 1 - i}", preset.BaseChannels, 1, sizes[i].Height, sizes[i].Width,
                    bias: false);
            layers.Add(Block(layers.Size, $"block{sizes.Length - 1 - i}"));
        }

        return layers.SameConvolution("image", sample.Channels, 1, 1, bias: false).Sequential;
    }

    private static TorchLayers Doubled(TorchLayers layers) =>
        layers.Add(
            new TorchModule("nn.Upsample(scale_factor=2)"),
            new(2 * layers.Size.Height, 2 * layers.Size.Width, layers.Size.Channels));
}
