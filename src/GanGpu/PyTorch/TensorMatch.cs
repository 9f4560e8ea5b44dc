using GanGpu.Checkpoints;
using GanGpu.Data;

namespace GanGpu.PyTorch;

/// <summary>The tensors of a file, each with the one of a network that it is.</summary>
/// <param name="Layout">Whose names they have.</param>
/// <param name="Pairs">All tensors of the network that hold weights or moments.</param>
internal sealed record TensorMatch(WeightLayout Layout, IReadOnlyList<(TorchTensor Tensor, StoredTensor Stored)> Pairs)
{
    /// <exception cref="InvalidInputException">They do not fit, with the first that do not.</exception>
    public static TensorMatch Of(TensorFile file, TorchModule network)
    {
        WeightLayout layout = KerasNames.Are(file.Tensors.Keys) ? WeightLayout.Keras : WeightLayout.PyTorch;
        IReadOnlyList<(string Name, TorchTensor Tensor)> wanted = layout == WeightLayout.Keras
            ? KerasNames.Of(network)
                ?? throw new DataFormatException(
                    file.FilePath,
                    "has Keras's names, but Keras has no layers as this preset's; write it with PyTorch's names.")
            : [.. network.AllTensors().Select(tensor => (tensor.Name, tensor))];
        Dictionary<string, StoredTensor> found = layout == WeightLayout.Keras ? ByKerasName(file)
            : WithoutPrefix(file, wanted);

        List<(TorchTensor, StoredTensor)> pairs = [];
        List<string> faults = [];
        foreach ((string name, TorchTensor tensor) in wanted)
        {
            int[] shape = layout == WeightLayout.Keras ? tensor.KerasShape : tensor.Shape;
            bool there = found.Remove(name, out StoredTensor? stored);
            // A count of batches decides nothing in drawing samples, so that it may be missing.
            if (tensor.Source is null)
                continue;
            if (!there)
                faults.Add($"'{name}' [{string.Join(", ", shape)}] is missing");
            else if (!stored!.Shape.SequenceEqual(shape.Select(size => (long)size)))
                faults.Add(
                    $"'{Shown.Text(stored.Name)}' is [{string.Join(", ", stored.Shape)}], not " +
                    $"[{string.Join(", ", shape)}]");
            else if (!stored.IsFloat)
                faults.Add($"'{Shown.Text(stored.Name)}' is of type {stored.Type}, not F32, F16, BF16 or F64");
            else
                pairs.Add((tensor, stored));
        }

        faults.AddRange(
            found.Values.Select(
                stored => $"'{Shown.Text(stored.Name)}' [{string.Join(", ", stored.Shape)}] is too many"));
        return faults.Count == 0
            ? new TensorMatch(layout, pairs)
            : throw new DataFormatException(
                file.FilePath,
                $"does not fit the network: {Shown.List(faults)}. Name the preset and the sizes that it was trained " +
                "with.");
    }

    private static Dictionary<string, StoredTensor> ByKerasName(TensorFile file)
    {
        Dictionary<string, StoredTensor> result = [];
        foreach ((string name, string renumbered) in KerasNames.Renumbered(file.Tensors.Keys))
        {
            if (!result.TryAdd(renumbered, file.Tensors[name]))
                throw new DataFormatException(
                    file.FilePath,
                    $"has two tensors that would be '{renumbered}', '{Shown.Text(result[renumbered].Name)}' and " +
                    $"'{Shown.Text(name)}'; give a file with one network.");
        }

        return result;
    }

    /// <summary>
    /// Without what stands before all names, as modules have it whose network is one of their members.
    /// </summary>
    private static Dictionary<string, StoredTensor> WithoutPrefix(
        TensorFile file, IReadOnlyList<(string Name, TorchTensor Tensor)> wanted)
    {
        string first = wanted[0].Name;
        string prefix = file.Tensors.Keys
            .Where(name => name.EndsWith("." + first, StringComparison.Ordinal)).Select(name => name[..^first.Length])
            .FirstOrDefault(
                prefix => file.Tensors.Keys.All(name => name.StartsWith(prefix, StringComparison.Ordinal)), "");
        return file.Tensors.ToDictionary(tensor => tensor.Key[prefix.Length..], tensor => tensor.Value);
    }
}
