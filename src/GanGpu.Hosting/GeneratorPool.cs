using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace GanGpu.Hosting;

/// <summary>
/// Generators of one checkpoint, for services with many requests at once: each request has a generator of its own for
/// as long as it draws. All draw the same samples for the same seed.
/// </summary>
/// <remarks>
/// Safe for use from several threads. Requests are served in the order in which they came. Disposal is safe at any
/// moment: it waits for the blocks under way, and requests that wait or draw end with
/// <see cref="ObjectDisposedException"/>. The meter "GanGpu.Hosting" has the histogram <c>gangpu.pool.duration</c>, the
/// seconds of a request with its waiting, and the counter <c>gangpu.pool.waiting</c>, the requests that wait now.
/// </remarks>
public sealed class GeneratorPool : IDisposable
{
    private const int MostGenerators = 1024;

    private static readonly Meter Meter = new("GanGpu.Hosting");

    private static readonly Histogram<double> Duration =
        Meter.CreateHistogram<double>("gangpu.pool.duration", "s", "Duration of a request, waiting included.");

    private static readonly UpDownCounter<int> Waiting =
        Meter.CreateUpDownCounter<int>("gangpu.pool.waiting", "{request}", "Requests that wait for a generator.");

    private readonly List<(Device Device, Generator Generator)> all = [];
    private readonly ConcurrentQueue<Generator> free = new();
    private readonly SemaphoreSlim available;
    private readonly CancellationTokenSource ended = new();

    /// <summary>Opens the devices and loads the checkpoint for each.</summary>
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
        if (options.Size is < 0 or > MostGenerators)
            throw new InvalidInputException(
                FormattableString.Invariant(
                    $"A pool can have 1 to {MostGenerators} generators, or 0 for one on each core, not {options.Size}."));
        try
        {
            Add(options);
            // On a GPU one generator fills the device; on the processor another core draws beside it.
            int size = options.Size > 0 ? options.Size
                : all[0].Device.Kind == DeviceKind.Cpu ? Environment.ProcessorCount : 1;
            while (all.Count < size)
                Add(options);
        }
        catch
        {
            Free();
            throw;
        }

        foreach ((_, Generator generator) in all)
            free.Enqueue(generator);
        available = new SemaphoreSlim(all.Count);
    }

    /// <summary>Generators that draw at once.</summary>
    public int Size => all.Count;

    /// <summary>The size of a sample.</summary>
    public SampleFormat Format => all[0].Generator.Format;

    /// <summary>Classes that the generators draw samples of; 0 where they know none.</summary>
    public int Classes => all[0].Generator.Classes;

    /// <summary>Draws samples, see <see cref="Generator.Sample(int, ulong, CancellationToken)"/>.</summary>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="seed">Decides the latent vectors.</param>
    /// <param name="cancellationToken">Ends the waiting, and the drawing between blocks of 64.</param>
    /// <exception cref="ObjectDisposedException">The pool was disposed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Task<SampleBatch> SampleAsync(int count, ulong seed = 0, CancellationToken cancellationToken = default) =>
        UseAsync(generator => generator.Sample(count, seed, cancellationToken), cancellationToken);

    /// <summary>Does something with a generator that nobody else uses meanwhile.</summary>
    /// <typeparam name="T">What comes of it.</typeparam>
    /// <param name="draw">What is done; the generator is not to be kept, nor disposed.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ObjectDisposedException">The pool was disposed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled. What is thrown by what is done passes.</exception>
    public async Task<T> UseAsync<T>(Func<Generator, T> draw, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(draw);
        long began = Stopwatch.GetTimestamp();
        Generator generator = await RentAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // The caller's thread may be one that must not be kept busy, such as that of a server's connection.
            return await Task.Run(() => draw(generator), CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            free.Enqueue(generator);
            available.Release();
            if (Duration.Enabled)
                Duration.Record(Stopwatch.GetElapsedTime(began).TotalSeconds);
        }
    }

    /// <summary>Waits for what is being drawn, and frees the devices.</summary>
    public void Dispose()
    {
        if (ended.IsCancellationRequested)
            return;
        ended.Cancel();
        Free();
    }

    private async Task<Generator> RentAsync(CancellationToken cancellationToken)
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
        return free.TryDequeue(out Generator? generator) ? generator
            : throw new InvalidOperationException("The pool has lost a generator.");
    }

    private void Add(GeneratorPoolOptions options)
    {
        bool first = all.Count == 0;
        Device device = Device.Open(
            first ? options.Device : all[0].Device.Name, new DeviceOptions { Threads = 1, Logger = options.Logger });
        try
        {
            all.Add((device, Generator.Load(device, options.Path, options.Preset)));
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }

    private void Free()
    {
        foreach ((Device device, Generator generator) in all)
        {
            generator.Dispose();
            device.Dispose();
        }
    }
}
