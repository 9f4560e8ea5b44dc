namespace GanGpu.Data;

/// <summary>Opens data sets of one form: files of a format, or what the library draws itself.</summary>
internal interface IDataReader
{
    /// <summary>The names of sets that need no file; empty for files.</summary>
    IReadOnlyList<string> Names => [];

    /// <summary>The samples to train on.</summary>
    /// <param name="place">Where they are.</param>
    /// <returns>Null if the place holds nothing of this form.</returns>
    /// <exception cref="DataFormatException">It does, but is unreadable or damaged.</exception>
    DataSet? Open(DataPlace place);

    /// <summary>Samples of the same kind that <see cref="Open"/> does not give, to measure by.</summary>
    /// <param name="place">Where the samples to train on are.</param>
    /// <returns>Null if the place holds nothing of this form, or nothing is held out.</returns>
    /// <exception cref="DataFormatException">They are there, but unreadable or damaged.</exception>
    DataSet? OpenHeldOut(DataPlace place) => null;

    /// <summary>What opens the same set from any folder; null for what is no name of this form.</summary>
    /// <param name="name">A path or a name.</param>
    /// <param name="fullName">The same for names of other forms that are a part of this one.</param>
    string? FullName(string name, Func<string, string> fullName) => Names.Contains(name) ? name : null;
}
