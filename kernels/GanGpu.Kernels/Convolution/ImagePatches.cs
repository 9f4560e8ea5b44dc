namespace GanGpu.Kernels.Convolution;

/// <summary>
/// The patches that a kernel of Taps rows and columns covers of images [n, Height, Width, Channels]: patch p = (n, y,
/// x) begins at pixel (y · Stride + Top, x · Stride + Left), and its values are those of its pixels in order, 0 outside
/// of the image.
/// </summary>
internal readonly unsafe struct ImagePatches
{
    public required float* Images { get; init; }

    public required int Height { get; init; }

    public required int Width { get; init; }

    public required int Channels { get; init; }

    public required int TapRows { get; init; }

    public required int TapColumns { get; init; }

    public required int Stride { get; init; }

    public required int Top { get; init; }

    public required int Left { get; init; }

    /// <summary>Rows of patches in an image; <see cref="Columns"/> is the number of patches in a row.</summary>
    public required int Rows { get; init; }

    public required int Columns { get; init; }

    /// <summary>The patches of a convolution's forward pass.</summary>
    public static ImagePatches Of(ConvolutionShape shape, float* x) => new()
    {
        Images = x,
        Height = shape.Height,
        Width = shape.Width,
        Channels = shape.Channels,
        TapRows = shape.KernelHeight,
        TapColumns = shape.KernelWidth,
        Stride = shape.Stride,
        Top = -shape.PaddingTop,
        Left = -shape.PaddingLeft,
        Rows = shape.OutHeight,
        Columns = shape.OutWidth,
    };

    /// <summary>The patches of dy that contribute to the pixels of a phase of the input gradient.</summary>
    public static ImagePatches Of(ConvolutionShape shape, ConvolutionPhase phase, float* dy) => new()
    {
        Images = dy,
        Height = shape.OutHeight,
        Width = shape.OutWidth,
        Channels = shape.Filters,
        TapRows = phase.Rows.Taps,
        TapColumns = phase.Columns.Taps,
        Stride = 1,
        Top = phase.Rows.First,
        Left = phase.Columns.First,
        Rows = phase.Rows.Pixels,
        Columns = phase.Columns.Pixels,
    };

    /// <summary>
    /// Copies the values [value, value + values) of the patches [patch, patch + patches) to rows that are stride floats
    /// apart.
    /// </summary>
    public void Copy(int patch, int patches, int value, int values, float* target, nint stride)
    {
        int x = patch % Columns, y = patch / Columns % Rows, n = patch / Columns / Rows, run = TapColumns * Channels;
        int firstTap = value / run, firstValue = value - firstTap * run;
        for (; patches > 0; patches--, target += stride)
        {
            float* image = Images + (nint)n * Height * Width * Channels, to = target;
            int left = x * Stride + Left, row = y * Stride + Top + firstTap, from = firstValue, remaining = values;
            // The values of this row of taps that are inside of the image.
            int inside = Math.Clamp(-left * Channels, 0, run), outside = Math.Clamp((Width - left) * Channels, 0, run);
            for (; remaining > 0; row++, from = 0)
            {
                int to1 = Math.Min(run, from + remaining), length = to1 - from;
                if ((uint)row >= (uint)Height)
                {
                    new Span<float>(to, length).Clear();
                }
                else
                {
                    float* source = image + ((nint)row * Width + left) * Channels;
                    int first = Math.Clamp(inside, from, to1), last = Math.Clamp(outside, first, to1);
                    if (first > from)
                        new Span<float>(to, first - from).Clear();
                    new ReadOnlySpan<float>(source + first, last - first)
                        .CopyTo(new Span<float>(to + (first - from), last - first));
                    if (last < to1)
                        new Span<float>(to + (last - from), to1 - last).Clear();
                }

                to += length;
                remaining -= length;
            }

            if (++x == Columns)
            {
                x = 0;
                if (++y == Rows)
                {
                    y = 0;
                    n++;
                }
            }
        }
    }
}
