using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace GanGpu.Tests.Data;

/// <summary>
/// An HTTPS server on this machine whose every answer a test writes itself, byte by byte: it can do what a well-behaved
/// server can't. Its certificate is its own.
/// </summary>
internal sealed class FileServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ended = new();
    private readonly Func<Request, Task> answer;
    private readonly bool tls;
    private readonly Task accepting;
    private readonly List<Request> requests = [];

    public FileServer(Func<Request, Task> answer, bool tls = true)
    {
        (this.answer, this.tls) = (answer, tls);
        listener.Start();
        accepting = AcceptAsync();
    }

    /// <summary>One for all: to make a key takes long.</summary>
    public static X509Certificate2 Certificate { get; } = MakeCertificate();

    public Uri Address => new($"{(tls ? "https" : "http")}://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}/");

    public IReadOnlyList<Request> Requests
    {
        get
        {
            lock (requests)
                return [.. requests];
        }
    }

    /// <summary>What a client asked for, and the way to answer.</summary>
    public sealed record Request(string Path, long? From, Stream Stream, CancellationToken Ended)
    {
        public async Task HeadAsync(string status, params string[] headers) =>
            await Stream.WriteAsync(
                Encoding.ASCII.GetBytes(
                    $"HTTP/1.1 {status}\r\nConnection: " +
                    $"close\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n"), Ended);

        /// <summary>
        /// Answers as a server should, ranges too; but stops after so many bytes if that is asked for.
        /// </summary>
        public async Task FileAsync(byte[] content, int? stopAfter = null)
        {
            int from = (int)(From ?? 0);
            if (From is null)
                await HeadAsync("200 OK", $"Content-Length: {content.Length}");
            else
                await HeadAsync(
                    "206 Partial Content", $"Content-Length: {content.Length - from}",
                    $"Content-Range: bytes {from}-{content.Length - 1}/{content.Length}");
            await Stream.WriteAsync(
                content.AsMemory(from, Math.Min(stopAfter ?? int.MaxValue, content.Length - from)), Ended);
        }
    }

    /// <summary>A handler that trusts this certificate, and no other.</summary>
    public static SocketsHttpHandler Handler() => new()
    {
        SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            certificate?.GetCertHashString() == Certificate.Thumbprint },
        UseProxy = false,
    };

    public async ValueTask DisposeAsync()
    {
        // The listener is stopped last: where it were stopped between two connections, it would be asked for the next
        // one and throw.
        await ended.CancelAsync();
        await accepting;
        listener.Stop();
        ended.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> connections = [];
        try
        {
            while (true)
                connections.Add(ServeAsync(await listener.AcceptSocketAsync(ended.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            using NetworkStream network = new(socket, ownsSocket: true);
            using SslStream? secure = tls ? new SslStream(network) : null;
            if (secure is not null)
                await secure.AuthenticateAsServerAsync(Certificate);
            Stream stream = secure is null ? network : secure;
            using StreamReader reader = new(stream, Encoding.ASCII, leaveOpen: true);
            if (await reader.ReadLineAsync(ended.Token) is not { } line)
                return;
            string path = line.Split(' ')[1];
            long? from = null;
            while (await reader.ReadLineAsync(ended.Token) is { Length: > 0 } header)
            {
                if (header.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase))
                    from = long.Parse(
                        header["Range: bytes=".Length..].TrimEnd('-'),
                        System.Globalization.CultureInfo.InvariantCulture);
            }

            Request request = new(path, from, stream, ended.Token);
            lock (requests)
                requests.Add(request);
            await answer(request);
            if (secure is not null)
                await secure.ShutdownAsync();
        }
        catch (Exception e)
            when (e is IOException or OperationCanceledException or ObjectDisposedException
                or System.Security.Authentication.AuthenticationException)
        {
            // The client hung up, which is its right.
        }
    }

    private static X509Certificate2 MakeCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 made =
            request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        // Windows serves only with keys that came from a file.
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }
}
