using System.Globalization;
using System.Text.RegularExpressions;

namespace GanGpu.PyTorch;

/// <summary>
/// Names of Keras: "dense/kernel:0", "dense_1/kernel:0", perhaps with the model's name before them. Keras numbers the
/// layers of each type through a whole program, so that only their order counts here: the n-th "dense" of a file is the
/// n-th of the network.
/// </summary>
internal static partial class KerasNames
{
    /// <summary>Whether names are Keras's rather than PyTorch's.</summary>
    public static bool Are(IEnumerable<string> names) => names.Any(name => Form().IsMatch(name));

    /// <summary>
    /// What the tensors of a network are called, the first layer of a type without a number; null where Keras has no
    /// such network.
    /// </summary>
    public static IReadOnlyList<(string Name, TorchTensor Tensor)>? Of(TorchModule network)
    {
        List<(string Name, TorchTensor Tensor)> result = [];
        Dictionary<string, int> layers = [];
        return Add(network, "") ? result : null;

        bool Add(TorchModule module, string prefix)
        {
            if (module.Tensors.Count > 0)
            {
                if (module.KerasType is not { } type)
                    return false;
                int number = layers[type] = layers.GetValueOrDefault(type, -1) + 1;
                result.AddRange(
                    module.Tensors.Where(tensor => tensor.KerasName is not null)
                    .Select(tensor =>
                        ($"{Numbered(type, number)}/{tensor.KerasName}", tensor with { Name = prefix + tensor.Name })));
            }

            return module.Parts.All(part => Add(part.Module, $"{prefix}{part.Name}."));
        }
    }

    /// <summary>
    /// The names of a file as <see cref="Of"/> has them: by type, layers in the order of their numbers. Names of
    /// another form stay as they are.
    /// </summary>
    public static Dictionary<string, string> Renumbered(IEnumerable<string> names)
    {
        Dictionary<string, string> result = [];
        List<(string Name, string Type, int Number, string Tensor)> parts = [];
        foreach (string name in names)
        {
            Match match = Form().Match(name);
            if (match.Success
                && int.TryParse(match.Groups["number"].Value is { Length: > 0 } digits ? digits
                    : "0", NumberStyles.None, CultureInfo.InvariantCulture, out int number))
                parts.Add((name, match.Groups["type"].Value, number, match.Groups["tensor"].Value));
            else
                result[name] = name;
        }

        foreach (var type in parts.GroupBy(part => part.Type))
        {
            int[] numbers = [.. type.Select(part => part.Number).Distinct().Order()];
            foreach ((string name, _, int number, string tensor) in type)
                result[name] = $"{Numbered(type.Key, Array.IndexOf(numbers, number))}/{tensor}";
        }

        return result;
    }

    private static string Numbered(string type, int number) =>
        number == 0 ? type : FormattableString.Invariant($"{type}_{number}");

    [GeneratedRegex(
        @"^(?:.*/)?(?<type>[A-Za-z]\w*?)(?:_(?<number>\d{1,9}))?/(?<tensor>" +
        @"kernel|bias|gamma|beta|moving_mean|moving_variance|embeddings)(?::0)?$",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}
