
namespace GanGpu;

/// <summary>
/// The precision to which the factors of matrix products are rounded. Sums are always in single precision.
/// </summary>
public enum MatrixPrecision
{
    /// <summary>No rounding: 24 significant bits. The default on every device.</summary>
    Float32,

    /// <summary>
    /// 11 significant bits, the range of single precision: relative error of a product at most 2^−10. On tensor cores.
    /// </summary>
    Tf32,

    /// <summary>
    /// 8 significant bits, the range of single precision: relative error of a product at most 2^−7. On tensor cores.
    /// </summary>
    BFloat16,
}
