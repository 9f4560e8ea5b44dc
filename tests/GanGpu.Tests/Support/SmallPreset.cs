
namespace GanGpu.Tests.Support;

/// <summary>Presets whose tests are to take no time.</summary>
internal static class SmallPreset
{
    /// <summary>Named, with few channels and units.</summary>
    public static Preset Named(string name) => Preset.Named(name) switch
    {
        QuickPreset quick => quick with
        {
            GeneratorUnits = new(16, 16),
            DiscriminatorUnits = new(16, 16),
            LatentSize = 10,
        },
        MlpPreset mlp => mlp with { GeneratorUnits = new(16, 16), DiscriminatorUnits = new(16, 16) },
        DcganPreset dcgan => dcgan with { BaseChannels = 4, LatentSize = 10 },
        WganGpPreset wgan => wgan with { BaseChannels = 4, LatentSize = 10 },
        CganPreset cgan => cgan with { BaseUnits = 6, LatentSize = 10 },
        AcganPreset acgan => acgan with { BaseChannels = 4, LatentSize = 10 },
        SganPreset sgan => sgan with { BaseUnits = 8, LatentSize = 10, LabelledSamples = 20 },
        SnganPreset sngan => sngan with { BaseChannels = 4, LatentSize = 10 },
        WganPreset wgan => wgan with { BaseUnits = 8, LatentSize = 10 },
        R3ganPreset r3gan => r3gan with { BaseChannels = 8, LatentSize = 10 },
        Toy2dPreset toy => toy with { Units = 16 },
        Preset other => other,
    };

    /// <summary>A preset with so many channels, if it convolves images.</summary>
    public static Preset WithChannels(Preset preset, int channels) => preset switch
    {
        DcganPreset dcgan => dcgan with { BaseChannels = channels },
        WganGpPreset wgan => wgan with { BaseChannels = channels },
        SnganPreset sngan => sngan with { BaseChannels = channels },
        R3ganPreset r3gan => r3gan with { BaseChannels = channels },
        Preset other => other,
    };
}
