namespace GanGpu.Modalities.Images;

/// <summary>What the image files of a folder or an archive were like before they were brought to one size.</summary>
internal sealed record ImageSourceSummary
{
    /// <summary>Images that were read.</summary>
    public required int Images { get; init; }

    /// <summary>Columns of the image with the fewest pixels, as it is held upright.</summary>
    public required int SmallestWidth { get; init; }

    /// <summary>Rows of the image with the fewest pixels.</summary>
    public required int SmallestHeight { get; init; }

    /// <summary>Columns of the image with the most pixels.</summary>
    public required int LargestWidth { get; init; }

    /// <summary>Rows of the image with the most pixels.</summary>
    public required int LargestHeight { get; init; }

    /// <summary>Images without any colour, however they are encoded.</summary>
    public required int Grey { get; init; }

    /// <summary>Images with colour.</summary>
    public int Colour => Images - Grey;

    /// <summary>Images with a pixel that is not opaque.</summary>
    public required int Transparent { get; init; }

    /// <summary>Images that were cropped, since they had another aspect ratio.</summary>
    public required int Cropped { get; init; }

    /// <summary>What transparent parts were laid on, such as "black"; null where opacity was kept.</summary>
    public required string? Background { get; init; }

    /// <summary>How many files look like images but are of a kind that can't be read, by their ending, such as
    /// ".heic".</summary>
    public required IReadOnlyDictionary<string, int> LeftOut { get; init; }

    /// <summary>The names of images that were damaged and left out, see
    /// <see cref="ImageOptions.SkipDamaged"/>.</summary>
    public required IReadOnlyList<string> Damaged { get; init; }
}
