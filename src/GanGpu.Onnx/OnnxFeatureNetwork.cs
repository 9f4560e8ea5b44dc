using System.Globalization;
using System.Runtime.InteropServices;
using GanGpu.Data;
using GanGpu.Measures;
using Microsoft.ML.OnnxRuntime;

namespace GanGpu.Onnx;

/// <summary>
/// A network of the user's own as the space in which images are compared: an ONNX file with one input of images and an
/// output of features, run by ONNX Runtime on the processor.
/// </summary>
/// <remarks>
/// Real and generated images go the same way: as bytes (a generator's are rounded, as they are when they are saved),
/// brought to the network's size by the antialiased cubic that image files are read with, grey made RGB where the
/// network wants three channels and RGB made grey (Rec. 709) where it wants one, then into its range of values. Nothing
/// is sent anywhere: ONNX Runtime's reports to its maker are off, unless ORT_DISABLE_TELEMETRY says otherwise or
/// another part of the program has started ONNX Runtime before.
/// <para>
/// Safe for use from several threads. Dispose it when nobody uses it any more.
/// </para>
/// </remarks>
public sealed class OnnxFeatureNetwork : IFeatureNetwork, IDisposable
{
    /// <summary>Numbers that Inception's last pooling gives, which FID is of.</summary>
    private const int InceptionFeatures = 2048;

    private readonly InferenceSession session;
    private readonly ModelSignature signature;
    private readonly OnnxFeatureOptions options;
    private volatile bool disposed;

    private OnnxFeatureNetwork(InferenceSession session, ModelSignature signature, OnnxFeatureOptions options)
    {
        this.session = session;
        this.signature = signature;
        this.options = options;
    }

    /// <summary>Such as "inception.onnx's features".</summary>
    public string Space => (options.IsInception ? signature.File : options.Name ?? signature.File) + "'s features";

    /// <summary>
    /// "FID" where the caller says that this is the Inception network of FID, and "Fréchet distance" for all others.
    /// </summary>
    public string FrechetName => options.IsInception ? "FID" : IFeatureNetwork.DefaultFrechetName;

    /// <summary>Opens a file.</summary>
    /// <param name="path">An ONNX file; where it keeps weights in files of their own, they must be beside it.</param>
    /// <param name="options">What the file does not say.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="InvalidInputException">
    /// The file is not there, is no ONNX network, or takes or gives something else than it should; an option does not
    /// fit it.
    /// </exception>
    public static OnnxFeatureNetwork Open(string path, OnnxFeatureOptions options)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        try
        {
            // ONNX Runtime would wait for a FIFO for ever.
            RegularFile.OpenRead(path).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"The feature network '{path}' can't be read: {e.Message}", e);
        }

        Telemetry.TurnOff();
        InferenceSession? session = null;
        try
        {
            using SessionOptions how = new()
            {
                // Its warnings are of no use to who only runs a network.
                LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
                IntraOpNumThreads = options.Threads,
            };
            session = new InferenceSession(path, how);
            ModelSignature signature = ModelSignature.Of(path, session, options);
            OnnxFeatureNetwork network = new(session, signature, options);
            if (signature.Features is { } count)
                network.RequireFeatures(count);
            return network;
        }
        catch (Exception e)
            when (e is DllNotFoundException or TypeInitializationException { InnerException: DllNotFoundException })
        {
            throw new InvalidInputException(
                $"ONNX Runtime has no native library for {RuntimeInformation.RuntimeIdentifier}; measure without a " +
                "feature network here.", e);
        }
        catch (OnnxRuntimeException e)
        {
            session?.Dispose();
            throw new InvalidInputException($"'{path}' is no ONNX network that ONNX Runtime can run: {Reason(e)}", e);
        }
        catch
        {
            session?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Check(DataSet data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (!data.Format.HasRows || !data.Format.Encoding.IsBounded)
            throw new InvalidInputException(
                $"'{data.Name}' has {data.Format.Modality}, and a feature network looks at images.");
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The count is less than 1.</exception>
    /// <exception cref="InvalidInputException">The samples are no images of 1 or 3 channels, the network can't run on
    /// images of their size, or it gives features that are no finite numbers or more than an array holds.</exception>
    /// <exception cref="ObjectDisposedException">The network was disposed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public FeatureSet Features(DataSet data, int? count = null, CancellationToken cancellationToken = default)
    {
        Check(data);
        if (count is { } asked)
            ArgumentOutOfRangeException.ThrowIfLessThan(asked, 1, nameof(count));
        int taken = Math.Min(count ?? data.Count, data.Count);
        return Run(
            data.Pixels.IsEmpty ? data.Samples(0, taken).ToBytes() : data.Pixels, taken, data.Format.Shape,
            cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidInputException">The samples are no images of 1 or 3 channels, the network can't run on
    /// images of their size, or it gives features that are no finite numbers or more than an array holds.</exception>
    /// <exception cref="ObjectDisposedException">The network was disposed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public FeatureSet Features(SampleBatch samples, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return Run(
            samples.ToBytes(), samples.Count, samples.Format.Shape,
            cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        disposed = true;
        session.Dispose();
    }

    private FeatureSet Run(ReadOnlyMemory<byte> pixels, int count, SampleShape shape, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        ImageInput input = new(shape, signature, options);
        return signature.TakesBytes ? Run<byte>(pixels, count, shape, input, input.Convert, cancellation)
            : Run<float>(pixels, count, shape, input, input.Convert, cancellation);
    }

    private delegate void Conversion<T>(ReadOnlySpan<byte> image, Span<T> target);

    private FeatureSet Run<T>(
        ReadOnlyMemory<byte> pixels, int count, SampleShape shape, ImageInput input, Conversion<T> convert,
        CancellationToken cancellation)
        where T : unmanaged
    {
        int batch = signature.Batch ?? Math.Min(options.BatchSize, count), length = input.To.Length;
        T[] images = new T[checked(batch * length)];
        float[] features = [];
        int width = 0;
        for (int first = 0; first < count; first += batch)
        {
            cancellation.ThrowIfCancellationRequested();
            int rows = Math.Min(batch, count - first), start = first;
            Parallel.For(
                0, rows, row =>
                convert(pixels.Span.Slice((start + row) * shape.Length, shape.Length),
                    images.AsSpan(row * length, length)));
            // A network of a fixed batch gets what was in the places before, and its features of it are left.
            int given = signature.Batch ?? rows;
            Apply(images.AsMemory(0, given * length), input.Sizes(given), input.To, Take, cancellation);

            void Take(ReadOnlySpan<float> values, ReadOnlySpan<int> sizes)
            {
                int of = RequireFeatures(ModelSignature.FeaturesOf(signature.File, signature.Output, sizes) ?? 0);
                if (start == 0)
                {
                    if ((long)count * of > Array.MaxLength)
                        throw new InvalidInputException(
                            string.Create(CultureInfo.InvariantCulture,
                                $"{count} samples of {of} features are more than one array can hold; take at most " +
                                $"{Array.MaxLength / of}."));
                    (width, features) = (of, new float[count * of]);
                }

                if (sizes[0] != given || of != width)
                    throw new InvalidInputException(
                        string.Create(CultureInfo.InvariantCulture,
                            $"Output '{signature.Output}' of '{signature.File}' has {sizes[0]} rows of {of} features " +
                            $"for {given} images; it must have one row for each image, all alike."));
                values[..(rows * width)].CopyTo(features.AsSpan(start * width));
            }
        }

        return new FeatureSet(features, count, width);
    }

    private delegate void Received(ReadOnlySpan<float> values, ReadOnlySpan<int> sizes);

    private void Apply<T>(
        Memory<T> images, long[] sizes, SampleShape shape, Received received, CancellationToken cancellation)
        where T : unmanaged
    {
        using Microsoft.ML.OnnxRuntime.RunOptions run = new();
        using OrtValue value = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, images, sizes);
        // ONNX Runtime looks at it before each node.
        using CancellationTokenRegistration registration = cancellation.Register(() => run.Terminate = true);
        try
        {
            using IDisposableReadOnlyCollection<OrtValue> results =
                session.Run(run, [signature.Input], [value], [signature.Output]);
            received(
                results[0].GetTensorDataAsSpan<float>(),
                Array.ConvertAll(results[0].GetTensorTypeAndShape().Shape, size => checked((int)size)));
        }
        catch (OnnxRuntimeException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
        catch (OnnxRuntimeException e)
        {
            throw new InvalidInputException($"'{signature.File}' can't run on images of {shape}: {Reason(e)}", e);
        }
    }

    private int RequireFeatures(int count) => !options.IsInception || count == InceptionFeatures
        ? count
        : throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture,
            $"'{signature.File}' gives {count} features, and FID is of the {InceptionFeatures} of Inception's last " +
            $"pooling: it is another network or another output " +
            $"({nameof(OnnxFeatureOptions)}.{nameof(OnnxFeatureOptions.Name)})."));

    /// <summary>The first line of what ONNX Runtime says, as the end of a sentence.</summary>
    private static string Reason(OnnxRuntimeException e)
    {
        string line = e.Message.Split(['\r', '\n'], 2)[0].Trim().TrimEnd('.');
        return (line.Length <= MostOfReason ? line : line[..MostOfReason] + " …") + ".";
    }

    private const int MostOfReason = 300;
}
