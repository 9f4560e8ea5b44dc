namespace GanGpu.Kernels;

/// <summary>How a float32 is laid out.</summary>
internal static class FloatBits
{
    public const int MantissaBits = 23, ExponentBias = 127, MantissaMask = (1 << MantissaBits) - 1;

    /// <summary>The bits of √½: what lies from it up to √2 is closest to 1, where the logarithm's polynomial is shortest.</summary>
    public const int SqrtHalf = 0x3F3504F3;
}
