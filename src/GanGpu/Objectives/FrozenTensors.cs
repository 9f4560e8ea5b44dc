using System.Collections;

namespace GanGpu.Objectives;

/// <summary>
/// Patterns of the names of tensors that a training leaves as they are, see <see cref="TrainingOptions.Frozen"/>; equal
/// by content, since options are.
/// </summary>
/// <param name="patterns">The patterns, in which * is any text.</param>
internal sealed class FrozenTensors(IEnumerable<string> patterns) : IReadOnlyList<string>, IEquatable<FrozenTensors>
{
    private const char AnyText = '*';

    private readonly string[] patterns = [.. patterns];

    /// <summary>Of a training that leaves nothing as it is.</summary>
    public static FrozenTensors None { get; } = new([]);

    public int Count => patterns.Length;

    public string this[int index] => patterns[index];

    /// <summary>Whether a tensor is to stay as it is.</summary>
    /// <param name="name">As checkpoints name it.</param>
    public bool Has(string name) => patterns.Any(pattern => Fits(pattern, name));

    /// <exception cref="InvalidInputException">A pattern is no text, or an empty one.</exception>
    public void Validate()
    {
        if (patterns.Any(string.IsNullOrWhiteSpace))
            throw new InvalidInputException(
                $"The option {nameof(TrainingOptions.Frozen)} has a pattern without a name; give names of tensors, " +
                "such as generator.dense1*.");
    }

    /// <exception cref="InvalidInputException">A pattern fits no tensor.</exception>
    /// <param name="names">All tensors that could be frozen.</param>
    public void CheckUsed(IReadOnlyList<string> names)
    {
        if (patterns.FirstOrDefault(pattern => !names.Any(name => Fits(pattern, name))) is { } unused)
        {
            string written = unused.Replace(AnyText.ToString(), "", StringComparison.Ordinal);
            IEnumerable<string> nearest = Nearest.Few(written, names).Select(name => $"'{name}'");
            throw new InvalidInputException(
                $"No tensor has a name like '{Shown.Text(unused)}', which is to be frozen; the nearest are " +
                $"{string.Join(", ", nearest)}.");
        }
    }

    public IEnumerator<string> GetEnumerator() => ((IEnumerable<string>)patterns).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public bool Equals(FrozenTensors? other) => other is not null && patterns.SequenceEqual(other.patterns);

    public override bool Equals(object? obj) => Equals(obj as FrozenTensors);

    public override int GetHashCode() => string.Join('\n', patterns).GetHashCode(StringComparison.Ordinal);

    public override string ToString() => $"[{string.Join(", ", patterns)}]";

    private static bool Fits(string pattern, string name)
    {
        string[] parts = pattern.Split(AnyText);
        if (parts.Length == 1)
            return pattern == name;
        if (!name.StartsWith(parts[0], StringComparison.Ordinal))
            return false;
        int at = parts[0].Length;
        foreach (string part in parts[1..^1])
        {
            int found = name.IndexOf(part, at, StringComparison.Ordinal);
            if (found < 0)
                return false;
            at = found + part.Length;
        }

        return name.Length - at >= parts[^1].Length && name.EndsWith(parts[^1], StringComparison.Ordinal);
    }
}
