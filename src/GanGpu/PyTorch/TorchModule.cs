using System.Globalization;

namespace GanGpu.PyTorch;

/// <summary>A module of PyTorch, with what it takes to write it as code and to fill it with values.</summary>
/// <param name="Code">The expression that makes it; of a module with parts what is called with them, such as
/// "nn.Sequential".</param>
internal sealed record TorchModule(string Code)
{
    /// <summary>Tensors of its own.</summary>
    public IReadOnlyList<TorchTensor> Tensors { get; init; } = [];

    /// <summary>Modules that it is made of.</summary>
    public IReadOnlyList<(string Name, TorchModule Module)> Parts { get; init; } = [];

    /// <summary>Whether its parts are numbered rather than named.</summary>
    public bool IsSequence { get; init; }

    /// <summary>The class that the code names, where that is none of PyTorch's.</summary>
    public string? Class { get; init; }

    /// <summary>Whether it is told the classes of samples as well.</summary>
    public bool TakesLabels { get; init; }

    /// <summary>What Keras calls such a layer, such as "conv2d"; null where it has none.</summary>
    public string? KerasType { get; init; }

    /// <summary>Modules one after the other.</summary>
    public static TorchModule Sequence(IReadOnlyList<TorchModule> layers)
    {
        bool labels = layers.Any(layer => layer.TakesLabels);
        return new(labels ? "Labelled" : "nn.Sequential")
        {
            Class = labels ? TorchClasses.Labelled : null,
            TakesLabels = labels,
            IsSequence = true,
            Parts = [.. layers.Select((layer, i) => (i.ToString(CultureInfo.InvariantCulture), layer))],
        };
    }

    /// <summary>What some modules make of what goes in, and what others make of it, added.</summary>
    /// <param name="body">Modules one after the other.</param>
    /// <param name="shortcut">Likewise; none where what goes in is added as it is.</param>
    public static TorchModule Residual(IReadOnlyList<TorchModule> body, IReadOnlyList<TorchModule> shortcut)
    {
        bool labels = body.Concat(shortcut).Any(layer => layer.TakesLabels);
        return new(labels ? "LabelledResidual" : "Residual")
        {
            Class = labels ? TorchClasses.Labelled : TorchClasses.Residual,
            TakesLabels = labels,
            Parts = shortcut.Count == 0 ? [("body", Sequence(body))]
                : [("body", Sequence(body)), ("shortcut", Sequence(shortcut))],
        };
    }

    /// <summary>A number as Python reads it.</summary>
    public static string Number(float value) => float.IsFinite(value)
        ? value.ToString("R", CultureInfo.InvariantCulture).ToLowerInvariant()
        : $"float('{(float.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf")}')";

    /// <summary>All tensors with their full names, in the order of the network.</summary>
    public IEnumerable<TorchTensor> AllTensors(string prefix = "") =>
        Tensors.Select(tensor => tensor with { Name = prefix + tensor.Name })
            .Concat(Parts.SelectMany(part => part.Module.AllTensors($"{prefix}{part.Name}.")));
}
