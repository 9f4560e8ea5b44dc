using static TorchSharp.torch;

namespace GanGpu.TorchPeer;

/// <summary>A preset's networks in TorchSharp, written from the sources that the preset names.</summary>
/// <param name="Generator">From latent vectors.</param>
/// <param name="Discriminator">To logits.</param>
/// <param name="TakesImages">Samples are [n, channels, height, width], see <see cref="ImageLayout"/>; else they are
/// rows.</param>
/// <param name="ByBatch">The discriminator has batch norms: real and generated samples are judged each by
/// themselves.</param>
internal sealed record TorchNetworks(TorchNetwork Generator, TorchNetwork Discriminator, bool TakesImages, bool ByBatch)
    : IDisposable
{
    private const double Leak = 0.2;

    public static TorchNetworks Of(Preset preset, SampleShape sample) => preset switch
    {
        MlpPreset => Mlp(sample),
        DcganPreset dcgan => Dcgan(sample, dcgan.LatentSize, dcgan.BaseChannels),
        WganGpPreset wgan => WganGp(sample, wgan.LatentSize, wgan.BaseChannels),
        _ => throw new ArgumentException($"There is no TorchSharp peer of {preset}."),
    };

    public void Dispose()
    {
        Generator.Dispose();
        Discriminator.Dispose();
    }

    private static TorchNetworks Mlp(SampleShape sample) => new(
        new TorchNetwork()
            .Add(nn.Linear(100, 128), Placement.Dense, Placement.Vector).Add(nn.LeakyReLU(Leak))
            .Add(nn.Linear(128, 256), Placement.Dense, Placement.Vector).Add(nn.LeakyReLU(Leak))
            .Add(nn.Linear(256, sample.Length), Placement.Dense, Placement.Vector).Add(nn.Tanh()),
        new TorchNetwork()
            .Add(nn.Linear(sample.Length, 256), Placement.Dense, Placement.Vector).Add(nn.LeakyReLU(Leak))
            .Add(nn.Linear(256, 128), Placement.Dense, Placement.Vector).Add(nn.LeakyReLU(Leak))
            .Add(nn.Linear(128, 1), Placement.Dense, Placement.Vector),
        TakesImages: false,
        ByBatch: false);

    private static TorchNetworks Dcgan(SampleShape sample, int latentSize, int baseChannels)
    {
        const int kernel = 4;
        int[] sides = Sides(sample);
        int channels = baseChannels << (sides.Length - 2);
        SampleShape smallest = new(sides[^1], sides[^1], channels);
        TorchNetwork generator = new TorchNetwork()
            .Add(nn.Linear(latentSize, smallest.Length, hasBias: false), Placement.DenseToImages(smallest))
            .Add(nn.Unflatten(1, [channels, sides[^1], sides[^1]]))
            .BatchNorm(channels).Add(nn.ReLU(inplace: true));
        for (int i = sides.Length - 2; i > 0; i--, channels /= 2)
            generator.Transposed(channels, channels / 2, kernel, sides[i], bias: false).BatchNorm(channels / 2)
                .Add(nn.ReLU(inplace: true));
        generator.Transposed(channels, sample.Channels, kernel, sides[0], bias: false).Add(nn.Tanh());

        TorchNetwork discriminator = new TorchNetwork()
            .Convolution(sample.Channels, baseChannels, kernel, sides[0], bias: false)
            .Add(nn.LeakyReLU(Leak, inplace: true));
        for (int i = 1; i < sides.Length - 1; i++)
            discriminator.Convolution(baseChannels << (i - 1), baseChannels << i, kernel, sides[i], bias: false)
                .BatchNorm(baseChannels << i).Add(nn.LeakyReLU(Leak, inplace: true));
        discriminator.Add(nn.Flatten())
            .Add(nn.Linear(smallest.Length, 1, hasBias: false), Placement.DenseOfImages(smallest));
        return new(generator, discriminator, TakesImages: true, ByBatch: true);
    }

    private static TorchNetworks WganGp(SampleShape sample, int latentSize, int baseChannels)
    {
        const int kernel = 5;
        int[] sides = Sides(sample);
        int channels = baseChannels << (sides.Length - 2);
        SampleShape smallest = new(sides[^1], sides[^1], channels);
        TorchNetwork generator = new TorchNetwork()
            .Add(nn.Linear(latentSize, smallest.Length), Placement.DenseToImages(smallest),
                Placement.BiasToImages(smallest))
            .Add(nn.ReLU(inplace: true))
            .Add(nn.Unflatten(1, [channels, sides[^1], sides[^1]]));
        for (int i = sides.Length - 2; i > 0; i--, channels /= 2)
            generator.Transposed(channels, channels / 2, kernel, sides[i], bias: true).Add(nn.ReLU(inplace: true));
        generator.Transposed(channels, sample.Channels, kernel, sides[0], bias: true).Add(nn.Tanh());

        TorchNetwork critic = new();
        for (int i = 0; i < sides.Length - 1; i++)
            critic.Convolution(
                i == 0 ? sample.Channels : baseChannels << (i - 1), baseChannels << i, kernel, sides[i], bias: true)
                .Add(nn.LeakyReLU(Leak, inplace: true));
        critic.Add(nn.Flatten())
            .Add(nn.Linear(smallest.Length, 1), Placement.DenseOfImages(smallest), Placement.Vector);
        return new(generator, critic, TakesImages: true, ByBatch: false);
    }

    /// <summary>Lengths of a square image's sides, halved and rounded up until they are 4 or less.</summary>
    private static int[] Sides(SampleShape sample)
    {
        if (sample.Height != sample.Width)
            throw new ArgumentException($"The peers take square images only, not {sample}.");
        List<int> sides = [sample.Height];
        do
            sides.Add((sides[^1] + 1) / 2);
        while (sides[^1] > 4);
        return [.. sides];
    }
}
