namespace GanGpu.Modalities.Images;

/// <summary>The classes of images that were decoded, and what is to be said of them.</summary>
/// <param name="Labels">The class of each image; null where there are none.</param>
/// <param name="Names">What the classes are called, by number; null where there are none.</param>
/// <param name="WhyNone">Why there are none, as the rest of a sentence that begins with the data's name; null where
/// there is nothing to say.</param>
/// <param name="Remarks">Sentences on what was taken for what.</param>
internal sealed record ImageClasses(byte[]? Labels, IReadOnlyList<string>? Names, string? WhyNone,
    IReadOnlyList<string> Remarks)
{
    /// <summary>Labels are bytes.</summary>
    public const int Most = byte.MaxValue + 1;
}
