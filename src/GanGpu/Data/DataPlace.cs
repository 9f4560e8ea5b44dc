namespace GanGpu.Data;

/// <summary>Where a data set is: a path, or the name of one that needs no file. Readers share what is found there.</summary>
internal sealed class DataPlace
{
    private readonly Lazy<FileKind> kind;

    /// <param name="name">The path or name.</param>
    /// <param name="open">Opens what is at another place, of which this one's samples are made.</param>
    public DataPlace(string name, Func<string, DataSet?> open)
    {
        Name = name;
        Open = open;
        IsFile = File.Exists(name);
        IsFolder = Directory.Exists(name);
        kind = new(() => FileKind.Of(name));
    }

    /// <summary>The path or name.</summary>
    public string Name { get; }

    /// <summary>Whether it is the path of a file.</summary>
    public bool IsFile { get; }

    /// <summary>Whether it is the path of a folder.</summary>
    public bool IsFolder { get; }

    /// <summary>What a file's content says that it is.</summary>
    /// <exception cref="InvalidInputException">It can't be read.</exception>
    public FileKind Kind => kind.Value;

    /// <summary>Opens what is at another place; null if only held-out samples are asked for, and it has none.</summary>
    public Func<string, DataSet?> Open { get; }

    /// <summary>The last part of the path.</summary>
    public string LastName => Path.GetFileName(Path.TrimEndingDirectorySeparator(Name));

    /// <summary>Whether it is a file of some format.</summary>
    /// <exception cref="InvalidInputException">It can't be read.</exception>
    public bool IsOf(FileFormat format) => IsFile && Kind.Format == format;
}
