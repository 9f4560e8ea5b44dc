using GanGpu.Kernels.Random;

namespace GanGpu.Kernels.Batch;

/// <summary>
/// The augmentation of one sample in one step, drawn from the Philox blocks with counters (row, step, stream, 0) and
/// (…, 1).
/// </summary>
internal struct AugmentDraw
{
    /// <summary>
    /// Brightness is added to all values; saturation and contrast multiply the distances from the pixel's and from the
    /// sample's mean.
    /// </summary>
    public float Brightness, Saturation, Contrast;

    /// <summary>Pixel (y, x) comes from (y + MoveY, x + MoveX).</summary>
    public int MoveY, MoveX;

    /// <summary>The rectangle that is set to 0; its end is exclusive.</summary>
    public int CutTop, CutBottom, CutLeft, CutRight;

    public static AugmentDraw Of(AugmentShape shape, ulong seed, uint stream, uint step, int row)
    {
        Philox.Block color = Philox.Generate(seed, (uint)row, step, stream),
            place = Philox.Generate(seed, (uint)row, step, stream, 1);
        AugmentDraw draw;
        draw.Brightness = Has(shape, 1) ? Philox.ToUnit(color.X) - 0.5f : 0f;
        draw.Saturation = Has(shape, 2) ? 2f * Philox.ToUnit(color.Y) : 1f;
        draw.Contrast = Has(shape, 4) ? 0.5f + Philox.ToUnit(color.Z) : 1f;
        int mostY = (shape.Height + 4) / 8, mostX = (shape.Width + 4) / 8;
        draw.MoveY = Has(shape, 8) ? Below(place.X, 2 * mostY + 1) - mostY : 0;
        draw.MoveX = Has(shape, 8) ? Below(place.Y, 2 * mostX + 1) - mostX : 0;

        // The middle of the rectangle may be anywhere, so that less is cut out at the edges.
        int cutHeight = Has(shape, 16) ? (shape.Height + 1) / 2 : 0, cutWidth = (shape.Width + 1) / 2;
        draw.CutTop = Below(place.Z, shape.Height + 1 - cutHeight % 2) - cutHeight / 2;
        draw.CutLeft = Below(place.W, shape.Width + 1 - cutWidth % 2) - cutWidth / 2;
        draw.CutBottom = draw.CutTop + cutHeight;
        draw.CutRight = draw.CutLeft + cutWidth;
        return draw;
    }

    /// <summary>Whether a pixel of the result is cut out.</summary>
    public readonly bool Cuts(int y, int x) => y >= CutTop & y < CutBottom & x >= CutLeft & x < CutRight;

    private static bool Has(AugmentShape shape, int kind) => (shape.Kinds & kind) != 0;

    /// <summary>An integer from 0 to count − 1.</summary>
    private static int Below(uint word, int count) => (int)((ulong)word * (uint)count >> 32);
}
