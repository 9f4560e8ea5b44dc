using GanGpu.Data;
using GanGpu.Kernels.Numerics;
using GanGpu.Presets;

namespace GanGpu.PyTorch;

/// <summary>
/// The discriminators of the presets as modules of PyTorch. What only training has, noise and dropout, is left out, but
/// for dropout where it has a number among the layers of the source.
/// </summary>
internal static class TorchDiscriminators
{
    /// <param name="preset">Whose discriminator.</param>
    /// <param name="sample">The size of what it is given: of packed samples with as many times the channels.</param>
    public static TorchModule? Of(Preset preset, SampleShape sample) => preset switch
    {
        QuickPreset quick => Quick(quick, sample),
        MlpPreset mlp =>
            Perceptron(sample, mlp.DiscriminatorUnits.First, mlp.DiscriminatorUnits.Second, mlp.Leak, "dense3"),
        DcganPreset dcgan => Dcgan(dcgan, sample),
        WganGpPreset wganGp => WganGp(wganGp, sample),
        WganPreset wgan =>
            Perceptron(sample, 4 * wgan.BaseUnits, 2 * wgan.BaseUnits, Activation.LeakyRelu().Leak, "logit"),
        CganPreset cgan => Cgan(cgan, sample),
        AcganPreset acgan => Acgan(acgan, sample),
        SganPreset sgan => Sgan(sgan, sample),
        SnganPreset sngan => Sngan(sngan, sample),
        R3ganPreset r3gan => R3gan(r3gan, sample),
        Toy2dPreset toy => TorchGenerators.Points(toy, sample.Length, 1),
        _ => null,
    };

    private static TorchModule Quick(QuickPreset preset, SampleShape sample)
    {
        int classValues = preset.Conditional == true ? QuickPreset.ClassValues : 0;
        TorchModule model = Perceptron(
            sample, preset.DiscriminatorUnits.First, preset.DiscriminatorUnits.Second, Activation.LeakyRelu().Leak,
            "dense3", classValues);
        return classValues > 0
            ? new("LabelBesideSample")
            {
                Class = TorchClasses.LabelBesideSample,
                Parts = [
                    ("label_embedding", TorchModule.Embedding("classes", preset.Classes, classValues)),
                    ("model", model)],
            }
            : model;
    }

    /// <summary>The sample, and as many values beside it, through two hidden layers to a logit.</summary>
    private static TorchModule Perceptron(
        SampleShape sample, int first, int second, float leak, string last, int beside = 0) => TorchModule.Sequential(
    [
        TorchModule.Linear(
            "dense1", sample.Length + beside, first, bias: true, inputPlaces: () =>
            [.. Places.OfImage(sample), .. Enumerable.Range(sample.Length, beside)]),
            TorchModule.Of(Activation.LeakyRelu(leak)),
        TorchModule.Linear("dense2", first, second, bias: true), TorchModule.Of(Activation.LeakyRelu(leak)),
        TorchModule.Linear(last, second, 1, bias: true),
    ]);

    private static TorchModule Dcgan(DcganPreset preset, SampleShape sample)
    {
        int halvings = Halvings.Of(sample).Length - 1;
        TorchLayers layers = new TorchLayers(sample)
            .SameConvolution("conv0", preset.BaseChannels, 4, 2, bias: false, Activation.LeakyRelu());
        for (int i = 1; i < halvings; i++)
            layers.SameConvolution($"conv{i}", preset.BaseChannels << i, 4, 2, bias: false)
                .BatchNorm($"norm{i}", Activation.LeakyRelu());
        (int height, int width, int channels) = layers.Size;
        // As in PyTorch's example the last layer is a convolution as large as its images.
        return layers.Add(
            new TorchModule(FormattableString.Invariant($"nn.Conv2d({channels}, 1, ({height}, {width}), bias=False)"))
            {
                KerasType = "dense",
                Tensors =
            [
                new("weight", [1, channels, height, width], "logit.weight")
                {
                    Places = () => Places.OfAxes([height, width, channels, 1], [3, 2, 0, 1]),
                    KerasName = "kernel",
                    KerasShape = [layers.Size.Length, 1],
                },
            ],
            }).Add(new TorchModule("nn.Flatten()")).Sequential;
    }

    private static TorchModule WganGp(WganGpPreset preset, SampleShape sample)
    {
        TorchLayers layers = new(sample);
        for (int i = 0; i < Halvings.Of(sample).Length - 1; i++)
            layers.SameConvolution($"conv{i}", preset.BaseChannels << i, 5, 2, activation: Activation.LeakyRelu());
        return layers.ToVectors("logit", 1, bias: true).Sequential;
    }

    private static TorchModule Cgan(CganPreset preset, SampleShape sample)
    {
        int inputs = sample.Length + preset.Classes, units = 4 * preset.BaseUnits;
        List<TorchModule> layers =
        [
            TorchModule.Linear(
                "dense1", inputs, units, bias: true, inputPlaces: () =>
                [.. Places.OfImage(sample), .. Enumerable.Range(sample.Length, preset.Classes)]),
            TorchModule.Of(Activation.LeakyRelu()),
        ];
        for (int i = 2; i <= 3; i++)
            layers.AddRange(
                TorchModule.Linear($"dense{i}", units, units, bias: true), new TorchModule("nn.Dropout(0.4)"),
                TorchModule.Of(Activation.LeakyRelu()));
        return new("LabelBesideSample")
        {
            Class = TorchClasses.LabelBesideSample,
            Parts =
            [
                ("label_embedding", TorchModule.Embedding("classes", preset.Classes, preset.Classes)),
                ("model", TorchModule.Sequential([.. layers, TorchModule.Linear("logit", units, 1, bias: true)])),
            ],
        };
    }

    private static TorchModule Acgan(AcganPreset preset, SampleShape sample)
    {
        TorchLayers layers = new(sample);
        for (int i = 0; i < Halvings.Of(sample).Length; i++)
        {
            layers.SameConvolution($"conv{i}", preset.BaseChannels << i, 3, 2, activation: Activation.LeakyRelu())
                .Add(new TorchModule("nn.Dropout2d(0.25)"));
            if (i > 0)
                layers.BatchNorm($"norm{i}", epsilon: TorchGenerators.AcganEpsilon);
        }

        return layers.ToVectors("logits", 1 + preset.Classes, bias: true).Sequential;
    }

    private static TorchModule Sgan(SganPreset preset, SampleShape sample)
    {
        int[] units =
            [4 * preset.BaseUnits, 2 * preset.BaseUnits, preset.BaseUnits, preset.BaseUnits, preset.BaseUnits];
        List<TorchModule> layers = [];
        int inputs = sample.Length;
        for (int i = 0; i < units.Length; i++, inputs = units[i - 1])
            layers.AddRange(
                TorchModule.Linear($"dense{i + 1}", inputs, units[i], bias: true, inputPlaces: i == 0
                    ? () => Places.OfImage(sample) : null), TorchModule.Of(Activation.Relu));
        return TorchModule.Sequential([.. layers, TorchModule.Linear("classes", inputs, preset.Classes, bias: true)]);
    }

    private static TorchModule Sngan(SnganPreset preset, SampleShape sample)
    {
        int halvings = Math.Max(1, Halvings.Of(sample).Length - 2);
        TorchLayers layers = new(sample);
        for (int i = 0; i < halvings + 2; i++)
            SpectralBlock(layers, $"block{i + 1}", preset.BaseChannels, halve: i < halvings, first: i == 0);
        layers.Add(Activation.Relu).Add(new TorchModule("SumPool()") { Class = TorchClasses.SumPool });
        int features = preset.BaseChannels;
        TorchModule linear = TorchModule.Linear("logit", features, 1, bias: false, spectral: true);
        return preset.Conditional
            ? new("Projection")
            {
                Class = TorchClasses.Projection,
                Parts = [
                    ("features", layers.Sequential), ("linear", linear),
                    ("classes", TorchModule.Embedding("classes", preset.Classes, features, spectral: true))],
            }
            : layers.Add(linear).Sequential;
    }

    private static void SpectralBlock(TorchLayers layers, string name, int channels, bool halve, bool first)
    {
        SampleShape size = layers.Size;
        (int height, int width) = halve ? ((size.Height + 1) / 2 * 2, (size.Width + 1) / 2 * 2)
            : (size.Height, size.Width);
        TorchLayers body = new(size), shortcut = new(size);
        if (!first)
            body.Add(Activation.Relu);
        body.ConvolutionTo($"{name}.conv1", channels, 3, size.Height, size.Width, spectral: true).Add(Activation.Relu)
            .ConvolutionTo($"{name}.conv2", channels, 3, height, width, spectral: true);
        bool passes = !halve && size.Channels == channels;
        layers.Add(
            TorchGenerators.Residual(
                body.Sequential, passes ? null
                : shortcut.ConvolutionTo($"{name}.shortcut", channels, 1, height, width, spectral: true)
                .Sequential), body.Size);
        if (halve)
            Halved(layers);
    }

    private static TorchModule R3gan(R3ganPreset preset, SampleShape sample)
    {
        (int Height, int Width)[] sizes = Halvings.Of(sample);
        TorchLayers layers = new TorchLayers(sample).SameConvolution("image", preset.BaseChannels, 1, 1, bias: false);
        for (int i = 0; i < sizes.Length - 1; i++)
        {
            layers.Add(TorchGenerators.Block(layers.Size, $"block{i}"))
                .ConvolutionTo($"down{i}", preset.BaseChannels, 1, 2 * sizes[i + 1].Height, 2 * sizes[i + 1].Width,
                    bias: false);
            Halved(layers);
        }

        return layers.Add(TorchGenerators.Block(layers.Size, $"block{sizes.Length - 1}"))
            .ToVectors("logit", 1, bias: false).Sequential;
    }

    private static void Halved(TorchLayers layers) =>
        layers.Add(
            new TorchModule("nn.AvgPool2d(2)"),
            new(layers.Size.Height / 2, layers.Size.Width / 2, layers.Size.Channels));
}
