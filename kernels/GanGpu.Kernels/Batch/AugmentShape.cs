namespace GanGpu.Kernels.Batch;

/// <summary>Samples [Rows, Height · Width · Channels] and their augmentation; see <see cref="Augmentation"/>.</summary>
/// <param name="Rows">Samples.</param>
/// <param name="Height">Rows of pixels.</param>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Channels">Values of a pixel.</param>
/// <param name="Kinds">Bits of <see cref="Augmentation"/>.</param>
/// <param name="Adjoint">0 for the map itself; 1 for the transpose of its linear part, which carries derivatives back;
/// 2 for the linear part, which is the derivative of the transpose.</param>
internal readonly record struct AugmentShape(int Rows, int Height, int Width, int Channels, int Kinds, int Adjoint)
{
    /// <summary>Values of a sample.</summary>
    public int Length => Height * Width * Channels;
}
