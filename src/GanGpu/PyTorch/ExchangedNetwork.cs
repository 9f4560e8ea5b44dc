using GanGpu.Graph;
using GanGpu.Networks;

namespace GanGpu.PyTorch;

/// <summary>A preset's network as this library has it and as PyTorch has it, tensor for tensor.</summary>
internal sealed class ExchangedNetwork
{
    /// <summary>Names of networks, in files as well.</summary>
    public const string Generator = "generator", Discriminator = "discriminator";

    private readonly Dictionary<Tensor, int> trained, states;

    private ExchangedNetwork(
        string name, Preset preset, Network network, (int Length, SampleShape? Image) input, bool labels,
        SampleShape? result)
    {
        (Name, Preset) = (name, preset);
        string what = $"{name} of {preset.Title}";
        Tensor given = new("input", new Shape(TorchTranslation.Samples, input.Length));
        Tensor? classes = labels ? new("labels", new Shape(TorchTranslation.Samples, 1)) : null;
        Tensor made = network(Parameters, given, classes is null ? null : new OneHot(classes, preset.Classes).Output);
        TorchTranslation translation = new(what, Parameters, given, input.Image, classes, made);
        Module = translation.Assembled(result, name == Generator ? "label_emb" : "label_embedding");
        (TakenImage, GivesImages) = (translation.Input.Image, translation.Result.Image is not null);
        (trained, states) = (
            Parameters.All.ToDictionary(parameter => parameter.Tensor, parameter => parameter.Offset),
            Parameters.States.ToDictionary(state => state.Tensor, state => state.Offset));
        Tensors = [.. Module.AllTensors()];
        Check(what);
    }

    public string Name { get; }

    public Preset Preset { get; }

    public TorchModule Module { get; }

    /// <summary>The size of the images that it takes; null where it takes vectors.</summary>
    public SampleShape? TakenImage { get; }

    /// <summary>Whether it gives images, rather than vectors.</summary>
    public bool GivesImages { get; }

    public Parameters Parameters { get; } = new() { Training = false, Traced = true };

    /// <summary>PyTorch's tensors with their full names, in the order of the network.</summary>
    public IReadOnlyList<TorchTensor> Tensors { get; }

    /// <summary>A network of a preset.</summary>
    /// <param name="name">Which.</param>
    /// <param name="preset">Whose.</param>
    /// <param name="sample">The size of a sample.</param>
    /// <param name="packing">Samples that a discriminator judges together, one's channels after the other's.</param>
    /// <exception cref="InvalidInputException">The preset has no such network, or PyTorch has no counterpart of one of
    /// its layers.</exception>
    public static ExchangedNetwork Of(string name, Preset preset, SampleFormat sample, int packing)
    {
        SampleFormat packed = sample.Packed(packing);
        return name switch
        {
            Generator => new(
                name, preset, preset.Generator(sample), (preset.LatentSize, null), preset.GeneratesClasses,
                sample.Shape),
            Discriminator when preset is GanPreset gan => new(
                name, preset, gan.Discriminator(packed), (packed.Length, packed.Shape),
                preset.ClassUse == ClassUse.Condition, null),
            _ => throw new InvalidInputException($"The preset {preset.Summary} has no {name} to be written."),
        };
    }

    /// <summary>Values of a tensor as PyTorch has them.</summary>
    /// <param name="tensor">One of <see cref="Tensors"/>, no count.</param>
    /// <param name="weights">The arena of the trained values.</param>
    /// <param name="kept">The arena of the states.</param>
    public float[] ToTorch(TorchTensor tensor, float[] weights, float[] kept)
    {
        float[] values = Here(tensor.Source!, weights, kept).ToArray();
        if (tensor.SpectralState is { } state)
        {
            double[] u = [.. Here(state, weights, kept).ToArray().Select(value => (double)value)];
            double norm = SpectralWeight.Norm(values, u, u);
            for (int i = 0; i < values.Length; i++)
                values[i] = norm == 0 ? 0f : (float)(values[i] / norm);
        }

        return PlacesOf(tensor) is { } places ? Array.ConvertAll(places, place => values[place]) : values;
    }

    /// <summary>Puts values where they belong here.</summary>
    /// <param name="tensor">One of <see cref="Tensors"/>, no count.</param>
    /// <param name="values">As PyTorch has them, or where <paramref name="inOrder"/> as they are here.</param>
    /// <param name="inOrder">Whether they are in the order of this library's.</param>
    /// <param name="weights">The arena of the trained values.</param>
    /// <param name="kept">The arena of the states.</param>
    public void FromTorch(TorchTensor tensor, float[] values, bool inOrder, float[] weights, float[] kept)
    {
        Span<float> here = Here(tensor.Source!, weights, kept);
        if (!inOrder && PlacesOf(tensor) is { } places)
        {
            for (int i = 0; i < places.Length; i++)
                here[places[i]] = values[i];
        }
        else
        {
            values.CopyTo(here);
        }

        if (tensor.SpectralState is { } state)
        {
            Span<float> u = Here(state, weights, kept);
            SpectralWeight.Direction(here, u.Length).CopyTo(u);
        }
    }

    private static int[]? PlacesOf(TorchTensor tensor) => tensor.Places?.Invoke() switch
    {
        null => null,
        { } places when places.Length == tensor.Length => places,
        { } places =>
            throw new InvalidOperationException(
                $"'{tensor.Name}' has {tensor.Length} values in {places.Length} places."),
    };

    private Span<float> Here(Tensor tensor, float[] weights, float[] kept) =>
        trained.TryGetValue(tensor, out int offset) ? weights.AsSpan(offset, tensor.Shape.Length)
            : kept.AsSpan(states[tensor], tensor.Shape.Length);

    /// <summary>Every tensor must have one place in PyTorch's network.</summary>
    private void Check(string what)
    {
        ILookup<Tensor, TorchTensor> found = Tensors
            .SelectMany(tensor => new[] { (tensor, source: tensor.Source), (tensor, source: tensor.SpectralState) })
            .Where(pair => pair.source is not null).ToLookup(pair => pair.source!, pair => pair.tensor);
        foreach (Tensor tensor in trained.Keys.Concat(states.Keys).Where(tensor => found[tensor].Count() != 1))
            throw new InvalidInputException(
                $"The {what} can't be written for PyTorch: the layer '{TorchTranslation.LayerOf(tensor)}' is "
                + (found.Contains(tensor) ? "applied more than once." : "in no way to the result."));
    }
}
