using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace GanGpu.Hosting;

/// <summary>
/// A generator for services with many requests at once: as many of them draw at a time as there are processors, and the
/// others wait without a thread.
/// </summary>
/// <remarks>
/// Safe for use from several threads. Requests are served in the order in which they came. Disposal is safe at any
/// moment: it waits for the blocks under way, and requests that wait or draw end with
/// <see cref="ObjectDisposedException"/>. The meter "GanGpu.Hosting" has the histogram <c>gangpu.pool.duration</c>, the
/// seconds of a request with its waiting, and the counter <c>gangpu.pool.waiting</c>, the requests that wait now.
/// </remarks>
public sealed class GeneratorPool : IDisposable
{
    private const int MostAtOnce = 1024;

    private static readonly Meter Meter = new("GanGpu.Hosting");

    private static readonly Histogram<double> Duration =
        Meter.CreateHistogram<double>("gangpu.pool.duration", "s", "Duration of a request, waiting included.");

    private static readonly UpDownCounter<int> Waiting =
        Meter.CreateUpDownCounter<int>("gangpu.pool.waiting", "{request}", "Requests that wait for a generator.");

    private readonly Device device;
    private readonly Generator generator;
    private readonly SemaphoreSlim available;
    private readonly CancellationTokenSource ended = new();

    /// <summary>Opens the device and loads the checkpoint.</summary>
    /// <param name="options">The checkpoint and where it runs.</param>
    /// <exception cref="ArgumentException">There is no path.</exception>
    /// <exception cref="InvalidInputException">The file is missing, damaged or no checkpoint, or an option is out of its
    /// range.</exception>
    /// <exception cref="DeviceUnavailableException">The device is not there, or does not start.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The device has not enough memory.</exception>
    public GeneratorPool(GeneratorPoolOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrEmpty(options.Path, nameof(options));
        if (options.Size is < 0 or > MostAtOnce)
            throw new InvalidInputException(
                FormattableString.Invariant(
                    $"A pool can draw for 1 to {MostAtOnce} requests at once, or 0 for one on each processor, not {options.Size}."));
        // A thread for each request: many small requests are served faster so than one by one on all threads.
        device = Device.Open(options.Device, new DeviceOptions { Threads = 1, Logger = options.Logger });
        try
        {
            generator = Generator.Load(device, options.Path, options.Preset);
        }
        catch
        {
            device.Dispose();
            throw;
        }

        // On a GPU one request at a time fills the device.
        Size = options.Size > 0 ? options.Size : device.Kind == DeviceKind.Cpu ? Environment.ProcessorCount : 1;
        available = new SemaphoreSlim(Size);
    }

    /// <summary>Requests that draw at once.</summary>
    public int Size { get; }

    /// <summary>The size of a sample.</summary>
    public SampleFormat Format => generator.Format;

    /// <summary>Classes that the generator draws samples of; 0 where it knows none.</summary>
    public int Classes => generator.Classes;

    /// <summary>Draws samples, see <see cref="Generator.Sample(int, ulong, CancellationToken)"/>.</summary>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="seed">Decides the latent vectors.</param>
    /// <param name="cancellationToken">Ends the waiting, and the drawing between blocks of 64.</param>
    /// <returns>The samples.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count is less than 1.</exception>
    /// <exception cref="InvalidInputException">The samples are more than an array holds.</exception>
    /// <exception cref="ObjectDisposedException">The pool was disposed, also while it draws.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Task<SampleBatch> SampleAsync(int count, ulong seed = 0, CancellationToken cancellationToken = default) =>
        UseAsync(generator => generator.Sample(count, seed, cancellationToken), cancellationToken);

    /// <summary>Does something with the generator while at most <see cref="Size"/> requests use it.</summary>
    /// <typeparam name="T">What comes of it.</typeparam>
    /// <param name="draw">What is done, on a thread of the thread pool; the generator is not to be kept, nor
    /// disposed.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>What comes of it.</returns>
    /// <exception cref="ObjectDisposedException">The pool was disposed, also while it draws.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled. What is thrown by what is done passes.</exception>
    public async Task<T> UseAsync<T>(Func<Generator, T> draw, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(draw);
        long began = Stopwatch.GetTimestamp();
        await WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // The caller's thread may be one that must not be kept busy, such as that of a server's connection.
            return await Task.Run(() => draw(generator), CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            available.Release();
            if (Duration.Enabled)
                Duration.Record(Stopwatch.GetElapsedTime(began).TotalSeconds);
        }
    }

    /// <summary>Waits for the blocks under way, and frees the device.</summary>
    public void Dispose()
    {
        if (ended.IsCancellationRequested)
            return;
        ended.Cancel();
        generator.Dispose();
        device.Dispose();
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        Waiting.Add(1);
        try
        {
            using CancellationTokenSource either =
                CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, ended.Token);
            await available.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ObjectDisposedException(nameof(GeneratorPool));
        }
        finally
        {
            Waiting.Add(-1);
        }

        ObjectDisposedException.ThrowIf(ended.IsCancellationRequested, this);
    }
}
