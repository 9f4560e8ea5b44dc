using GanGpu.Data;
using GanGpu.Graph;
using GanGpu.Networks;
using GanGpu.Objectives;
using GanGpu.Presets;

namespace GanGpu.PyTorch;

/// <summary>A preset's network as this library has it and as PyTorch has it, tensor for tensor.</summary>
internal sealed class ExchangedNetwork
{
    private readonly Dictionary<string, Parameter> trained, states;

    private ExchangedNetwork(
        Preset preset, TorchModule? module, Network network, int inputs, bool labels, bool isGenerator)
    {
        Module = module
            ?? throw new InvalidInputException($"The preset {preset.GetType().Name} has no counterpart in PyTorch.");
        IsGenerator = isGenerator;
        Preset = preset;
        // Applying the network once is what makes its parameters known.
        Tensor? classes = labels ? new OneHot(new Tensor("labels", new Shape(1, 1)), preset.Classes).Output : null;
        network(Parameters, new Tensor("input", new Shape(1, inputs)), classes);
        (trained, states) = (
            Parameters.All.ToDictionary(parameter => parameter.Tensor.Name),
            Parameters.States.ToDictionary(state => state.Tensor.Name));
        Tensors = [.. Module.AllTensors().Select(tensor => tensor.Tensor)];
        Check();
    }

    public Preset Preset { get; }

    public bool IsGenerator { get; }

    public TorchModule Module { get; }

    public Parameters Parameters { get; } = new() { Training = false };

    /// <summary>PyTorch's tensors with their full names, in the order of the network.</summary>
    public IReadOnlyList<TorchTensor> Tensors { get; }

    public static ExchangedNetwork Generator(Preset preset, SampleShape sample) =>
        new(preset, TorchGenerators.Of(preset, sample), preset.Generator(sample), preset.LatentSize,
            preset.GeneratesClasses, isGenerator: true);

    /// <param name="preset">Whose discriminator.</param>
    /// <param name="sample">The size of a sample.</param>
    /// <param name="packing">Samples that it judges together, one's channels after the other's.</param>
    public static ExchangedNetwork Discriminator(GanPreset preset, SampleShape sample, int packing)
    {
        SampleShape packed = sample with { Channels = checked(sample.Channels * packing) };
        return new(
            preset, TorchDiscriminators.Of(preset, packed), preset.Discriminator(packed), packed.Length, preset.ClassUse
            == ClassUse.Condition, isGenerator: false);
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

    private Span<float> Here(string name, float[] weights, float[] kept)
    {
        (float[] arena, Parameter parameter) = trained.TryGetValue(name, out Parameter? found) ? (weights, found)
            : (kept, states[name]);
        return arena.AsSpan(parameter.Offset, parameter.Tensor.Shape.Length);
    }

    /// <summary>
    /// Both descriptions of a network must be of the same one; a preset that was changed without the other is found
    /// here.
    /// </summary>
    private void Check()
    {
        string[] sources = [
            .. Tensors.Select(tensor => tensor.Source).Concat(Tensors.Select(tensor => tensor.SpectralState))
            .OfType<string>().Order(StringComparer.Ordinal)];
        string[] here = [.. trained.Keys.Concat(states.Keys).Order(StringComparer.Ordinal)];
        if (!sources.SequenceEqual(here))
            throw new InvalidOperationException(
                $"The network of {Preset} has the tensors {string.Join(", ", here.Except(sources))}, which that of " +
                $"PyTorch has not, or the other way round: {string.Join(", ", sources.Except(here))}.");
        foreach (TorchTensor tensor in Tensors.Where(tensor => tensor.Source is not null))
        {
            Shape shape = (trained.GetValueOrDefault(tensor.Source!) ?? states[tensor.Source!]).Tensor.Shape;
            if (shape.Length != tensor.Length)
                throw new InvalidOperationException(
                    $"'{tensor.Source}' of {Preset} is {shape}, but '{tensor.Name}' has {tensor.Length} values.");
        }
    }
}
