
namespace GanGpu.Cli.Modalities;

/// <summary>The pictures of all kinds of samples; a new kind that has one is an entry here.</summary>
internal static class SamplePictures
{
    private static readonly ISamplePicture[] All = [new ImageSheet(), new ScatterPlot()];

    /// <summary>The picture of samples; null if they have none.</summary>
    public static ISamplePicture? Of(SampleFormat format) => Array.Find(All, picture => picture.Fits(format));

    /// <summary>Refuses samples of which a single one is no picture.</summary>
    /// <param name="format">What they are.</param>
    /// <param name="name">What they are called, such as "These samples".</param>
    /// <param name="otherwise">What to do instead, or what follows from it.</param>
    /// <exception cref="InvalidInputException">They are none.</exception>
    public static void RequireSingly(SampleFormat format, string name, string otherwise)
    {
        if (Of(format) is not { DrawsSingly: true })
        {
            string size = format.IsFlat ? FormattableString.Invariant($"{format.Length} numbers") : $"{format}";
            throw new InvalidInputException($"{name} are {format.Modality} of {size}, no pictures; {otherwise}");
        }
    }

    /// <summary>Writes a PNG; one that is there is replaced.</summary>
    /// <exception cref="InvalidInputException">It can't be written.</exception>
    public static void Save(this ISamplePicture picture, string path, SampleBatch samples, DataSet? real = null)
    {
        byte[] png = picture.Draw(samples, real);
        SampleBatch.Save(path, stream => stream.Write(png));
    }
}
