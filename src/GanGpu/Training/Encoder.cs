using GanGpu.Backends;
using GanGpu.Training;

namespace GanGpu;

/// <summary>
/// The encoder of a trained variational autoencoder on a device: samples in, the means of their latent vectors out, of
/// which <see cref="Generator.Generate(float[], int?, CancellationToken)"/> makes reconstructions.
/// </summary>
/// <remarks>
/// Safe for use from several threads, and beside anything else on its device, see <see cref="Device"/>. Dispose at any
/// moment: what is under way ends with <see cref="ObjectDisposedException"/>.
/// </remarks>
public sealed class Encoder : IDisposable, IAsyncDisposable
{
    private readonly DeviceUse use;
    private readonly BatchedNetwork network;

    private Encoder(Device device, Checkpoint checkpoint, VaePreset preset)
    {
        Format = checkpoint.Sample;
        LatentSize = preset.LatentSize;
        use = new DeviceUse(device.Backend, this);
        using DeviceTurn turn = device.Backend.Turn(this);
        network = new BatchedNetwork(
            device.Backend, Format.Length, (parameters, samples) => [preset.Encode(parameters, samples).Mean]);
        try
        {
            checkpoint.Get("encoder", network.Weights);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>The size of a sample.</summary>
    public SampleFormat Format { get; }

    /// <summary>Values in a latent vector.</summary>
    public int LatentSize { get; }

    /// <summary>The encoder of a saved training.</summary>
    /// <param name="device">Where it is to run; stays the caller's.</param>
    /// <param name="path">A checkpoint of the preset vae that <see cref="GanTrainer.Save(string)"/> wrote.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="InvalidInputException">The file is missing, damaged or no checkpoint, or is of a preset without
    /// an encoder.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The device has not enough memory.</exception>
    /// <exception cref="ObjectDisposedException">The device was disposed.</exception>
    public static Encoder Load(Device device, string path)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Load(device, Checkpoint.Open(path), $"'{path}'");
    }

    /// <summary>The encoder of a saved training, from a stream.</summary>
    /// <param name="device">Where it is to run; stays the caller's.</param>
    /// <param name="stream">What <see cref="GanTrainer.Save(Stream)"/> wrote of the preset vae; it is read from where it
    /// stands to its end, stays open, and need not be seekable.</param>
    /// <exception cref="InvalidInputException">The stream can't be read, is damaged or no checkpoint, or is of a preset
    /// without an encoder.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The device has not enough memory.</exception>
    /// <exception cref="ObjectDisposedException">The device was disposed.</exception>
    public static Encoder Load(Device device, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(stream);
        return Load(device, Checkpoint.Open(stream), Checkpoint.StreamShown);
    }

    private static Encoder Load(Device device, Checkpoint checkpoint, string source) =>
        new(device, checkpoint, checkpoint.Preset as VaePreset
            ?? throw new InvalidInputException(
                $"{source} is of the preset {checkpoint.Preset.Summary}, which has no encoder; take a run of the " +
                "preset vae."));

    /// <summary>The mean of each sample's latent vectors.</summary>
    /// <param name="samples">Samples of this size, in −1..1 or as the data has them, see
    /// <see cref="SampleBatch.Values"/>.</param>
    /// <param name="cancellationToken">Ends it between blocks of 256.</param>
    /// <returns>Count × <see cref="LatentSize"/> values, a vector after the other.</returns>
    /// <exception cref="InvalidInputException">The samples have another size.</exception>
    /// <exception cref="ObjectDisposedException">The encoder or its device was disposed, also while it runs.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public float[] Encode(SampleBatch samples, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(samples);
        if (samples.Format != Format)
            throw new InvalidInputException($"The encoder takes samples of {Format}, not of {samples.Format}.");
        return network.Apply(
            use, samples.Count, (first, values) =>
                samples.Values.Span.Slice(first * Format.Length, values.Length).CopyTo(values),
            cancellationToken)[0];
    }

    /// <summary>Waits for the block that is being encoded, and frees the device memory.</summary>
    public void Dispose() => use.End(network.Dispose);

    /// <summary>As <see cref="Dispose"/>, without blocking the caller's thread.</summary>
    public ValueTask DisposeAsync() => use.EndAsync(network.Dispose);
}
