namespace GanGpu.Images;

/// <summary>Encoded images, wherever they lie.</summary>
internal interface IImageSource : IDisposable
{
    /// <summary>The folder or file, for messages.</summary>
    string Location { get; }

    /// <summary>The images' names below it, with forward slashes, in ordinal order.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>How many files look like images but are of a kind that can't be read, by their ending.</summary>
    IReadOnlyDictionary<string, int> LeftOut { get; }

    /// <summary>Bytes of all images as they are encoded.</summary>
    long EncodedBytes { get; }

    /// <summary>
    /// What must be the same for the same images to be here again, as far as that can be told without reading them.
    /// </summary>
    IEnumerable<string> Fingerprint { get; }

    /// <summary>What an image is called in messages.</summary>
    string PathOf(int index);

    /// <summary>An encoded image; may be called by several threads at once.</summary>
    /// <exception cref="Data.DataFormatException">It can't be read, or is not what the source said of it.</exception>
    byte[] Read(int index);

    /// <summary>The file with StyleGAN's labels; null where there is none.</summary>
    /// <exception cref="Data.DataFormatException">It can't be read.</exception>
    byte[]? ReadLabels();
}
