namespace GanGpu.TorchPeer;

/// <summary>How <see cref="TorchGan"/> does its step; the results are the same but for rounding.</summary>
/// <param name="Stacked">The discriminator judges real and fake samples in one pass instead of two.</param>
/// <param name="FrozenOpponent">
/// The generator's step asks for no gradients of the discriminator's weights. Most training loops compute them and
/// throw them away.
/// </param>
/// <param name="ChannelsLast">Images lie with their channels last in memory.</param>
internal readonly record struct TorchVariant(bool Stacked, bool FrozenOpponent, bool ChannelsLast = false)
{
    /// <summary>As tutorials write it.</summary>
    public static TorchVariant Plain => default;

    /// <summary>All that there are for some networks.</summary>
    public static IReadOnlyList<TorchVariant> For(Preset preset) => preset switch
    {
        DcganPreset => [new(false, false), new(false, true), new(false, false, true), new(false, true, true)],
        WganGpPreset =>
            [new(false, false), new(false, true), new(true, true), new(false, true, true), new(true, true, true)],
        _ => [new(false, false), new(false, true), new(true, false), new(true, true)],
    };

    public override string ToString() =>
        (Stacked ? "one pass" : "two passes") + (FrozenOpponent ? ", D frozen in G's step" : "")
            + (ChannelsLast ? ", channels last" : "");
}
