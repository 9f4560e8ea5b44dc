using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using GanGpu.Data;
using Microsoft.Extensions.Time.Testing;

namespace GanGpu.Tests.Data;

/// <summary>
/// Downloads from servers on this machine, most of which misbehave. Each must end with the right file or none.
/// </summary>
public sealed class DataFetchTests : IDisposable
{
    private const string FileName = "images.gz";

    private static readonly byte[] Content = RandomBytes(300_000, 1);

    private readonly TempFolder temp = new();

    private readonly List<FetchProgress> reports = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => temp.Dispose();

    [Fact]
    public async Task A_file_is_downloaded_once_and_its_progress_told()
    {
        await using FileServer server = new(request => request.FileAsync(Content));
        string folder = await FetchAsync(server);
        Assert.Equal(Path.Combine(temp.Folder, "data", "test"), folder);
        AssertDone(folder);
        Assert.Equal(Content.Length, reports[^1].Received);
        Assert.All(reports, report => Assert.Equal((FileName, Content.Length), (report.File, report.Length)));
        Assert.Equal(reports.Select(report => report.Received), reports.Select(report => report.Received).Order());

        await FetchAsync(server);
        Assert.Equal("/" + FileName, Assert.Single(server.Requests).Path);
    }

    [Fact]
    public void Progress_of_all_files_is_their_share()
    {
        List<double> shares = [];
        KnownDataSet set = new("test", "", "", [], [new("a", 100, ""), new("b", 300, "")]);
        KnownDataSet.ShareOfAll progress = new(set, new Reports<double>(shares));
        foreach ((string file, long received) in new[] { ("a", 50L), ("a", 100), ("b", 300) })
            progress.Report(new FetchProgress(file, received, file == "a" ? 100 : 300));
        Assert.Equal([0.125, 0.25, 1], shares);
    }

    [Fact]
    public async Task A_cut_connection_is_gone_on_with_where_it_stopped()
    {
        // The second and third answer begin where the one before was cut.
        await using FileServer server = new(request => request.FileAsync(Content, stopAfter: 120_000));
        AssertDone(await FetchAsync(server));
        Assert.Equal([null, 120_000, 240_000], server.Requests.Select(request => request.From));
    }

    [Fact]
    public async Task A_later_command_goes_on_with_what_was_received()
    {
        await using (FileServer server = new(request => request.FileAsync(Content, stopAfter: 100_000)))
        {
            DownloadException fault =
                await Assert.ThrowsAsync<DownloadException>(() => FetchAsync(server, attempts: 1));
            Assert.Contains($"stopped after 100000 of {Content.Length} bytes", fault.Message, StringComparison.Ordinal);
            Assert.Contains("what was received is kept", fault.Message, StringComparison.Ordinal);
            Assert.False(File.Exists(Target));
        }

        await using FileServer again = new(request => request.FileAsync(Content));
        AssertDone(await FetchAsync(again));
        Assert.Equal(100_000, Assert.Single(again.Requests).From);
    }

    [Fact]
    public async Task A_server_without_ranges_sends_all_of_it_again()
    {
        int requests = 0;
        await using FileServer server = new(async request =>
        {
            await request.HeadAsync("200 OK", $"Content-Length: {Content.Length}");
            await request.Stream.WriteAsync(
                Content.AsMemory(0, requests++ == 0 ? 100_000 : Content.Length), request.Ended);
        });
        AssertDone(await FetchAsync(server));
        Assert.Equal([null, 100_000], server.Requests.Select(request => request.From));
    }

    [Theory]
    [InlineData("416 Range Not Satisfiable", null)]
    [InlineData("206 Partial Content", "Content-Range: bytes 5-299999/300000")]
    [InlineData("206 Partial Content", "Content-Range: bytes 100000-199999/200000")]
    [InlineData("206 Partial Content", "X-Nothing: here")]
    public async Task A_wrong_answer_to_a_range_begins_anew(string status, string? header)
    {
        WritePart(Content[..100_000]);
        await using FileServer server = new(async request =>
        {
            if (request.From is null)
                await request.FileAsync(Content);
            else
                await request.HeadAsync(status, header is null ? [] : [header]);
        });
        AssertDone(await FetchAsync(server));
        Assert.Equal([100_000, null], server.Requests.Select(request => request.From));
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(300_000)]
    [InlineData(400_000)]
    public async Task What_was_received_and_is_wrong_is_thrown_away(int length)
    {
        WritePart(RandomBytes(length, 2));
        await using FileServer server = new(request => request.FileAsync(Content));
        AssertDone(await FetchAsync(server));
    }

    [Fact]
    public async Task Another_file_is_refused_and_nothing_is_left_of_it()
    {
        byte[] wrong = [.. Content];
        wrong[^1] ^= 1;
        await using FileServer server = new(request => request.FileAsync(wrong));
        DownloadException fault = await Assert.ThrowsAsync<DownloadException>(() => FetchAsync(server));
        Assert.Contains("SHA-256", fault.Message, StringComparison.Ordinal);
        Assert.Contains(FileName, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("is kept", fault.Message, StringComparison.Ordinal);
        Assert.Equal([".lock"], Directory.GetFiles(Path.GetDirectoryName(Target)!).Select(Path.GetFileName));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_damaged_file_that_is_there_is_replaced()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Target)!);
        await File.WriteAllBytesAsync(Target, RandomBytes(Content.Length, 3), Cancellation);
        await using FileServer server = new(request => request.FileAsync(Content));
        AssertDone(await FetchAsync(server));
    }

    [Theory]
    [InlineData("404 Not Found", 1)]
    [InlineData("403 Forbidden", 1)]
    [InlineData("503 Service Unavailable", 3)]
    [InlineData("429 Too Many Requests", 3)]
    public async Task The_next_mirror_is_asked_where_one_has_no_file(string status, int times)
    {
        await using FileServer bad = new(request => request.HeadAsync(status, "Content-Length: 0")),
            good = new(request => request.FileAsync(Content));
        AssertDone(await FetchAsync([bad, good]));
        Assert.Equal(times, bad.Requests.Count);
        Assert.Single(good.Requests);
        Assert.Contains(reports, report => report.Remark?.Contains(status[..3], StringComparison.Ordinal) == true);
    }

    [Theory]
    [InlineData(299_999)]
    [InlineData(300_001)]
    [InlineData(0)]
    public async Task A_file_of_another_length_is_not_even_received(int length)
    {
        await using FileServer bad = new(async request =>
        {
            await request.HeadAsync("200 OK", $"Content-Length: {length}");
            await request.Stream.WriteAsync(new byte[length], request.Ended);
        });
        await using FileServer good = new(request => request.FileAsync(Content));
        AssertDone(await FetchAsync([bad, good]));
        Assert.Contains(
            reports, report =>
            report.Remark?.Contains($"sends {length} bytes instead of 300000", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task A_server_that_never_stops_fills_no_disk()
    {
        await using FileServer server = new(async request =>
        {
            await request.HeadAsync("200 OK");
            while (true)
                await request.Stream.WriteAsync(Content, request.Ended);
        });
        // What it sent first is the file, so that it is even taken.
        AssertDone(await FetchAsync(server));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_silent_server_is_left_for_the_next(int told)
    {
        CountingClock clock = new();
        await using FileServer silent = new(async request =>
        {
            if (told > 0)
                await request.HeadAsync("200 OK", $"Content-Length: {Content.Length}");
            if (told > 1)
                await request.Stream.WriteAsync(Content.AsMemory(0, 1000), request.Ended);
            // Patience begins anew with the answer, and with every part of the file.
            while (clock.Timers < (told > 0 ? 2 : 1) || (told > 1 && Received() < 1000))
                await Task.Delay(10, request.Ended);
            clock.Advance(TimeSpan.FromSeconds(20));
            await Task.Delay(Timeout.Infinite, request.Ended);
        });
        await using FileServer good = new(request => request.FileAsync(Content));
        AssertDone(await FetchAsync([silent, good], attempts: 1, clock));
        Assert.Contains(
            reports, report => report.Remark?.Contains("sent nothing for 20 s", StringComparison.Ordinal) == true);
        Assert.Equal(told > 1 ? 1000 : null, Assert.Single(good.Requests).From);
    }

    [Fact]
    public async Task A_slow_server_is_waited_for()
    {
        CountingClock clock = new();
        await using FileServer server = new(async request =>
        {
            await request.HeadAsync("200 OK", $"Content-Length: {Content.Length}");
            // Ten pauses are together four times what one may be, and two of them less than that.
            for (int i = 0; i < 10; i++)
            {
                await request.Stream.WriteAsync(Content.AsMemory(i * 30_000, 30_000), request.Ended);
                while (i < 9 && Received() < (i + 1) * 30_000)
                    await Task.Delay(10, request.Ended);
                clock.Advance(TimeSpan.FromSeconds(8));
            }
        });
        AssertDone(await FetchAsync([server], attempts: 1, clock));
    }

    [Fact]
    public async Task Redirects_are_followed()
    {
        await using FileServer server = new(request => request.Path.StartsWith("/there", StringComparison.Ordinal)
            ? request.FileAsync(Content) : request.HeadAsync("302 Found", $"Location: /there{request.Path}"));
        AssertDone(await FetchAsync(server));
    }

    [Fact]
    public async Task A_redirect_out_of_tls_is_refused_without_asking_there()
    {
        await using FileServer plain = new(request => request.FileAsync(Content), tls: false);
        await using FileServer server =
            new(request => request.HeadAsync("302 Found", $"Location: {plain.Address}{FileName}"));
        DownloadException fault = await Assert.ThrowsAsync<DownloadException>(() => FetchAsync(server));
        Assert.Contains("which is not https", fault.Message, StringComparison.Ordinal);
        Assert.Empty(plain.Requests);
        Assert.False(File.Exists(Target));
    }

    [Fact]
    public async Task Redirects_in_a_circle_end()
    {
        await using FileServer server = new(request => request.HeadAsync("301 Moved", $"Location: {request.Path}"));
        DownloadException fault = await Assert.ThrowsAsync<DownloadException>(() => FetchAsync(server));
        Assert.Contains("redirects without end", fault.Message, StringComparison.Ordinal);
        Assert.Equal(6, server.Requests.Count);
    }

    [Fact]
    public async Task A_mirror_out_of_tls_is_refused()
    {
        await using FileServer plain = new(request => request.FileAsync(Content), tls: false);
        await Assert.ThrowsAsync<InvalidInputException>(
            () => KnownDataSet.Named("mnist").FetchAsync(plain.Address, cancellationToken: Cancellation));
        Assert.Empty(plain.Requests);
        Assert.Empty(temp.Entries());
    }

    [Fact]
    public async Task A_certificate_that_nobody_trusts_is_refused()
    {
        await using FileServer server = new(request => request.FileAsync(Content));
        FetchOptions options = Options() with { Handler = () => new SocketsHttpHandler { UseProxy = false } };
        DownloadException fault = await Assert.ThrowsAsync<DownloadException>(
            () => DataFetch.FetchAsync(Set([server.Address]), options, null, Cancellation));
        Assert.Contains("can't be reached", fault.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Without_a_network_one_sentence_names_the_ways_out()
    {
        Uri nobody;
        await using (FileServer gone = new(_ => Task.CompletedTask))
            nobody = gone.Address;
        DownloadException fault = await Assert.ThrowsAsync<DownloadException>(
            () => DataFetch.FetchAsync(Set([nobody]), Options(), null, Cancellation));
        foreach (
            string said in new[] { FileName, "localhost can't be reached", "another address", Path.GetDirectoryName(Target)! })
            Assert.Contains(said, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
    }

    [Fact]
    public async Task Cancellation_keeps_what_was_received()
    {
        using CancellationTokenSource cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await using FileServer server = new(async request =>
        {
            await request.HeadAsync("200 OK", $"Content-Length: {Content.Length}");
            await request.Stream.WriteAsync(Content.AsMemory(0, 50_000), request.Ended);
            while (Received() < 50_000)
                await Task.Delay(10, request.Ended);
            await cancel.CancelAsync();
            await Task.Delay(Timeout.Infinite, request.Ended);
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => DataFetch.FetchAsync(Set([server.Address]), Options(), null, cancel.Token));
        Assert.Equal(50_000, Received());
    }

    [Fact]
    public async Task Of_several_at_once_one_downloads()
    {
        await using FileServer server = new(async request =>
        {
            while (!Said("another process"))
                await Task.Delay(10, request.Ended);
            await request.FileAsync(Content);
        });
        await Task.WhenAll(
            Enumerable.Range(0, 4)
            .Select(_ => DataFetch.FetchAsync(
                Set([server.Address]), Options(), new Reports<FetchProgress>(reports), Cancellation)));
        AssertDone(Path.GetDirectoryName(Target)!);
        Assert.Single(server.Requests);
        Assert.Contains(
            reports, report => report.Remark?.Contains("another process", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task An_archive_is_unpacked_by_names_that_are_known()
    {
        byte[] first = RandomBytes(2 * 3073, 4), second = RandomBytes(3073, 5);
        byte[] archive = Tar(("cifar/readme.html", [1, 2]), ("cifar/a.bin", first), ("../../../evil.bin", [3]),
            ("../../b.bin", second));
        await using FileServer server = new(request => request.FileAsync(archive));
        KnownDataSet set = new("test", "", "", [server.Address], [FileOf("all.tar.gz", archive)])
        {
            Unpacked = [("a.bin", first.Length), ("b.bin", second.Length)]
        };
        string folder = await DataFetch.FetchAsync(set, Options(), null, Cancellation);
        Assert.Equal(
            [".lock", "SHA256SUMS", "a.bin", "b.bin"], Directory.GetFiles(folder).Select(Path.GetFileName)
            .Order(StringComparer.Ordinal));
        Assert.Equal(first, await File.ReadAllBytesAsync(Path.Combine(folder, "a.bin"), Cancellation));
        Assert.Equal(second, await File.ReadAllBytesAsync(Path.Combine(folder, "b.bin"), Cancellation));
        Assert.Equal(6, temp.Entries().Length);
        Assert.True(set.IsPresentIn(folder));

        await DataFetch.FetchAsync(set, Options(), null, Cancellation);
        Assert.Single(server.Requests);

        // What was damaged since is noticed, and made good.
        first[100] ^= 1;
        await File.WriteAllBytesAsync(Path.Combine(folder, "a.bin"), first, Cancellation);
        await DataFetch.FetchAsync(set, Options(), null, Cancellation);
        Assert.Equal(2, server.Requests.Count);
        Assert.NotEqual(first, await File.ReadAllBytesAsync(Path.Combine(folder, "a.bin"), Cancellation));
    }

    [Theory]
    [InlineData("holds a 'a.bin' of 5 bytes instead of one of 6", "a.bin", "b.bin")]
    [InlineData("lacks 'b.bin'", "c.bin", "d.bin")]
    public async Task An_archive_without_the_files_that_it_should_have_is_refused(string said, params string[] names)
    {
        byte[] archive = Tar([.. names.Select(name => (name, new byte[5])), ("a.bin", new byte[6])]);
        await using FileServer server = new(request => request.FileAsync(archive));
        KnownDataSet set = new("test", "", "", [server.Address], [FileOf("all.tar.gz", archive)])
        {
            Unpacked = [("a.bin", 6), ("b.bin", 6)]
        };
        DataFormatException fault = await Assert.ThrowsAsync<DataFormatException>(
            () => DataFetch.FetchAsync(set, Options(), null, Cancellation));
        Assert.Contains(said, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_name_is_refused_with_those_that_there_are() => Assert.Contains(
        "cifar10", Assert.Throws<InvalidInputException>(() => KnownDataSet.Named("cifar")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void What_is_known_is_complete()
    {
        Assert.Equal(
            ["mnist", "fashion-mnist", "kmnist", "cifar10", "cifar100"], KnownDataSet.All.Select(set => set.Name));
        Assert.All(KnownDataSet.All, set =>
        {
            Assert.All(
                set.Mirrors, mirror => Assert.True(mirror.Scheme == "https" && mirror.AbsolutePath.EndsWith('/')));
            Assert.All(set.Files, file => Assert.Matches("^[0-9a-f]{64}$", file.Sha256));
        });
        IEnumerable<string> sums = KnownDataSet.All.SelectMany(set => set.Files).Select(file => file.Sha256);
        Assert.Equal(sums.Count(), sums.Distinct().Count());
    }

    private string Target => Path.Combine(temp.Folder, "data", "test", FileName);

    private static byte[] RandomBytes(int length, int seed)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static KnownFile FileOf(string name, byte[] content) =>
        new(name, content.Length, Convert.ToHexStringLower(SHA256.HashData(content)));

    private static byte[] Tar(params (string Name, byte[] Content)[] files)
    {
        MemoryStream packed = new();
        using (GZipStream zip = new(packed, CompressionLevel.Fastest, leaveOpen: true))
        using (TarWriter tar = new(zip))
        {
            foreach ((string name, byte[] content) in files)
                tar.WriteEntry(
                    new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
        }

        return packed.ToArray();
    }

    private static KnownDataSet Set(IReadOnlyList<Uri> mirrors) =>
        new("test", "", "", mirrors, [FileOf(FileName, Content)]);

    private FetchOptions Options() => new()
    {
        Cache = temp.Folder,
        Handler = FileServer.Handler,
        Pause = TimeSpan.FromMilliseconds(1),
    };

    private Task<string> FetchAsync(FileServer server, int attempts = 3) => FetchAsync([server], attempts);

    /// <summary>
    /// With twenty seconds of patience by the clock that is given, which stands still by itself, else with minutes that
    /// only end a hang.
    /// </summary>
    private Task<string> FetchAsync(FileServer[] servers, int attempts = 3, TimeProvider? clock = null) =>
        DataFetch.FetchAsync(
        Set([.. servers.Select(server => server.Address)]),
        Options() with
        {
            Attempts = attempts,
            Patience = TimeSpan.FromSeconds(clock is null ? 300 : 20),
            Clock = clock ?? TimeProvider.System,
        },
        new Reports<FetchProgress>(reports), Cancellation);

    /// <summary>Bytes of the file that are on the disk, before it is whole.</summary>
    private long Received() =>
        new FileInfo(Path.Combine(Path.GetDirectoryName(Target)!, $".{FileName}.part")) is { Exists: true } part
        ? part.Length : 0;

    private bool Said(string remark)
    {
        lock (reports)
            return reports.Exists(report => report.Remark?.Contains(remark, StringComparison.Ordinal) == true);
    }

    private void WritePart(byte[] content) => temp.Write(Path.Combine("data", "test", $".{FileName}.part"), content);

    private static void AssertDone(string folder)
    {
        Assert.Equal(Content, File.ReadAllBytes(Path.Combine(folder, FileName)));
        Assert.Equal(
            [".lock", FileName], Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    /// <summary>A clock that goes when it is told to, and counts who waits by it.</summary>
    private sealed class CountingClock : FakeTimeProvider
    {
        private int timers;

        public int Timers => Volatile.Read(ref timers);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            ITimer timer = base.CreateTimer(callback, state, dueTime, period);
            Interlocked.Increment(ref timers);
            return timer;
        }
    }

    private sealed class Reports<T>(List<T> reports) : IProgress<T>
    {
        public void Report(T value)
        {
            lock (reports)
                reports.Add(value);
        }
    }
}
