namespace GanGpu.Data;

/// <summary>Opens data sets of one form: files of a format, or what the library draws itself.</summary>
internal interface IDataReader
{
    /// <summary>The names of sets that need no file; empty for files.</summary>
    IReadOnlyList<string> Names => [];

    /// <summary>What they are, for a list; empty for files.</summary>
    string Description => "";

    /// <summary>Whether a place holds samples of this form to train on; those of the first reader that says so are
    /// opened.</summary>
    /// <exception cref="InvalidInputException">The place can't be read.</exception>
    bool Knows(DataPlace place) => Names.Contains(place.Name);

    /// <summary>The samples to train on, of a place that it knows.</summary>
    /// <exception cref="InvalidInputException">They are unreadable or damaged.</exception>
    DataSet Open(DataPlace place);

    /// <summary>Samples of the same kind that <see cref="Open"/> does not give, to measure by. Asked of the reader that
    /// knows the place, or of all if none does: some places hold nothing else.</summary>
    /// <returns>Null if nothing is held out.</returns>
    /// <exception cref="InvalidInputException">They are there, but unreadable or damaged.</exception>
    DataSet? OpenHeldOut(DataPlace place) => null;

    /// <summary>What opens the same set from any folder; null for what is no name of this form.</summary>
    /// <param name="name">A path or a name.</param>
    /// <param name="fullName">The same for names of other forms that are a part of this one.</param>
    string? FullName(string name, Func<string, string> fullName) => Names.Contains(name) ? name : null;
}
