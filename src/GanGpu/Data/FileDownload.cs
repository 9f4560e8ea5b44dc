using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace GanGpu.Data;

/// <summary>
/// One file from the first mirror that gives it. What was received lies beside its place until it is whole, and its
/// SHA-256 is the one that is pinned; only then it is renamed. An attempt goes on where the last one stopped, also that
/// of another process.
/// </summary>
internal sealed class FileDownload(
    HttpClient client, KnownFile file, string folder, IReadOnlyList<Uri> mirrors, FetchOptions options,
    IProgress<FetchProgress>? progress)
{
    private const int BufferSize = 1 << 16, MostRedirects = 5;

    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(100);

    private readonly string target = Path.Combine(folder, file.Name), part = Path.Combine(folder, $".{file.Name}.part");

    private long reported;

    /// <summary>A mirror that is not to be asked again, or is.</summary>
    private sealed class MirrorException(string reason, bool again, Exception? inner = null) : Exception(reason, inner)
    {
        public bool Again { get; } = again;

        /// <summary>What was received before does not go with what the mirror has.</summary>
        public bool Anew { get; init; }
    }

    public async Task RunAsync(CancellationToken cancellation)
    {
        if (await IsWholeAsync(target, cancellation).ConfigureAwait(false))
        {
            Report(file.Length, last: true);
            return;
        }

        List<string> faults = [];
        foreach (Uri mirror in mirrors)
        {
            if (await TryAsync(new Uri(mirror, file.Name), faults, cancellation).ConfigureAwait(false))
                return;
        }

        throw new DownloadException(
            $"'{file.Name}' could not be downloaded: {string.Join("; ", faults)}. Try again later, give another " +
            $"address, or put the file into '{folder}' " +
            $"yourself{(Here() > 0 ? "; what was received is kept" : "")}.");
    }

    private async Task<bool> TryAsync(Uri address, List<string> faults, CancellationToken cancellation)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await ReceiveAsync(address, cancellation).ConfigureAwait(false);
                File.Move(part, target, overwrite: true);
                Report(file.Length, last: true);
                return true;
            }
            catch (MirrorException e)
            {
                if (e.Anew)
                    File.Delete(part);
                if (!e.Again || attempt == options.Attempts)
                {
                    faults.Add($"{address.Host} {e.Message}");
                    progress?.Report(new FetchProgress(file.Name, Here(), file.Length, faults[^1]));
                    return false;
                }
            }

            await Task.Delay(options.Pause * (1 << Math.Min(attempt - 1, 5)), cancellation).ConfigureAwait(false);
        }
    }

    private async Task ReceiveAsync(Uri address, CancellationToken cancellation)
    {
        using FileStream received =
            new(part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, useAsync: true);
        if (received.Length > file.Length)
            received.SetLength(0);
        long begun = received.Length;
        if (begun < file.Length)
        {
            using HttpResponseMessage response = await AskAsync(address, begun, cancellation).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.PartialContent)
                begun = 0;
            received.SetLength(begun);
            received.Position = begun;
            await CopyAsync(response, received, cancellation).ConfigureAwait(false);
        }

        received.Flush(flushToDisk: true);
        if (await SumAsync(received, cancellation).ConfigureAwait(false) == file.Sha256)
            return;
        // What was received earlier may be what is wrong, so that all of it is worth a second attempt.
        throw new MirrorException("sent another file: its SHA-256 is not the one that is known", again: begun > 0)
        {
            Anew = true
        };
    }

    private async Task<HttpResponseMessage> AskAsync(Uri address, long from, CancellationToken cancellation)
    {
        for (int redirects = 0; ; redirects++)
        {
            if (address.Scheme != Uri.UriSchemeHttps)
                throw new MirrorException(
                    $"leads to '{address.GetLeftPart(UriPartial.Authority)}', which is not https", again: false);
            HttpRequestMessage request = new(HttpMethod.Get, address);
            if (from > 0)
                request.Headers.Range = new RangeHeaderValue(from, null);
            HttpResponseMessage response = await SendAsync(request, cancellation).ConfigureAwait(false);
            try
            {
                if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308))
                {
                    Check(response, from);
                    return response;
                }

                address = response.Headers.Location is { } next && redirects < MostRedirects
                    ? new Uri(address, next)
                    : throw new MirrorException("redirects without end", again: false);
                response.Dispose();
            }
            catch
            {
                response.Dispose();
                throw;
            }
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using (request)
        using (CancellationTokenSource patience = new(options.Patience, options.Clock))
        using (CancellationTokenSource late =
            CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token))
        {
            try
            {
                return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, late.Token)
                    .ConfigureAwait(false);
            }
            catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
            {
                throw Silent(e);
            }
            catch (HttpRequestException e)
            {
                // Without a network, or with a certificate that is not trusted, a second attempt a second later is a
                // second wait.
                bool again = e.HttpRequestError
                    is not (HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
                        or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError);
                throw new MirrorException(
                    $"can't be reached ({(e.InnerException ?? e).Message.TrimEnd('.')})", again, e);
            }
        }
    }

    private void Check(HttpResponseMessage response, long from)
    {
        int code = (int)response.StatusCode;
        if (code == 416)
            throw new MirrorException("does not have the rest of what was received before", again: true)
            {
                Anew = true
            };

        if (code is not (200 or 206))
            throw new MirrorException($"answered {code} ({response.ReasonPhrase})", again: code is 408
                or 429 or >= 500);
        if (code == 206
            && (response.Content.Headers.ContentRange is not { From: { } begin } range || begin != from
                || (range.Length is { } whole && whole != file.Length)))
            throw new MirrorException("sent another part of the file than it was asked for", again: true)
            {
                Anew = true
            };

        long expected = code == 206 ? file.Length - from : file.Length;
        if (response.Content.Headers.ContentLength is { } length && length != expected)
            throw new MirrorException(
                FormattableString.Invariant($"sends {length} bytes instead of {expected}"), again: false);
    }

    private async Task CopyAsync(HttpResponseMessage response, FileStream received, CancellationToken cancellation)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        using CancellationTokenSource patience = new(options.Patience, options.Clock);
        using CancellationTokenSource late =
            CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            using Stream content = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            while (received.Position < file.Length)
            {
                patience.CancelAfter(options.Patience);
                int read = await ReadAsync(content, buffer, late.Token, cancellation).ConfigureAwait(false);
                if (read == 0)
                    throw new MirrorException(
                        FormattableString.Invariant($"stopped after {received.Position} of {file.Length} bytes"),
                        again: true);
                // A server that does not stop sending must not fill the disk.
                await received.WriteAsync(
                    buffer.AsMemory(0, (int)Math.Min(read, file.Length - received.Position)), cancellation)
                    .ConfigureAwait(false);
                Report(received.Position);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>A connection that was cut reads as an end; what fails here is never the disk.</summary>
    private async Task<int> ReadAsync(
        Stream content, byte[] buffer, CancellationToken late, CancellationToken cancellation)
    {
        try
        {
            return await content.ReadAsync(buffer, late).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw Silent(e);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return 0;
        }
    }

    private MirrorException Silent(Exception inner) =>
        new(FormattableString.Invariant($"sent nothing for {options.Patience.TotalSeconds:0.#} s"), again: true, inner);

    private async Task<bool> IsWholeAsync(string path, CancellationToken cancellation)
    {
        if (new FileInfo(path) is not { Exists: true } info || info.Length != file.Length)
            return false;
        using FileStream there = File.OpenRead(path);
        return await SumAsync(there, cancellation).ConfigureAwait(false) == file.Sha256;
    }

    private static async Task<string> SumAsync(FileStream stream, CancellationToken cancellation)
    {
        stream.Position = 0;
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellation).ConfigureAwait(false));
    }

    private long Here() => new FileInfo(part) is { Exists: true } info ? info.Length : 0;

    private void Report(long received, bool last = false)
    {
        if (progress is null || (!last && reported != 0 && Stopwatch.GetElapsedTime(reported) < ReportInterval))
            return;
        reported = Stopwatch.GetTimestamp();
        progress.Report(new FetchProgress(file.Name, received, file.Length));
    }
}
