using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using GanGpu.Tests.Data;

namespace GanGpu.Tests.Cli;

/// <summary>gangpu data fetch, and what training says of a data set that was not fetched.</summary>
public class DataFetchCommandTests
{
    [Theory]
    [InlineData("mnist", "12 MB")]
    [InlineData("cifar10", "170 MB")]
    public void Training_says_what_downloads_a_data_set_and_does_not_do_it(string name, string size)
    {
        using Workplace place = new();
        string line = Gangpu.Run(place, Cache(place), "train", "--data", name, "--device", "cpu", "--steps", "1")
            .FailedWith(2);
        Assert.Contains($"gangpu data fetch {name}", line, StringComparison.Ordinal);
        Assert.Contains(size, line, StringComparison.Ordinal);
        Assert.Empty(place.Entries());
    }

    [Fact]
    public void A_data_set_in_the_cache_is_trained_on_by_its_name()
    {
        using Workplace place = new();
        string folder = place.At("cache/data/cifar100");
        Directory.CreateDirectory(folder);
        List<string> sums = [];
        // Two records of every kind would do, but the length is part of what is known.
        foreach ((string file, long length) in new[] { ("train.bin", 50_000L * 3074), ("test.bin", 10_000L * 3074) })
        {
            using FileStream stream = File.Create(Path.Combine(folder, file));
            stream.SetLength(length);
            sums.Add($"{Convert.ToHexStringLower(SHA256.HashData(stream))}  {file}\n");
        }

        File.WriteAllText(Path.Combine(folder, "SHA256SUMS"), string.Concat(sums));
        // All of it is here, so that nothing is asked for.
        string fetched = Gangpu.Run(place, Cache(place), "data", "fetch", "cifar100").Succeeded().Output;
        Assert.Contains($"lies in {folder}", fetched, StringComparison.Ordinal);
        Assert.Contains("gangpu train --data cifar100", fetched, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(
            Gangpu.Run(place, Cache(place), "data", "fetch", "cifar100", "--json").Succeeded().Output);
        Assert.Equal(
            ("cifar100", folder),
            (json.RootElement.GetProperty("name").GetString(), json.RootElement.GetProperty("folder").GetString()));
        Assert.Equal("", Gangpu.Run(place, Cache(place), "data", "fetch", "cifar100", "--quiet").Succeeded().Output);

        Result result = Gangpu.Run(
            place, Cache(place), "train", "--data", "cifar100", "--device", "cpu", "--steps", "1", "--batch", "4",
            "--out", "run").Succeeded();
        Assert.Contains("cifar100: 50000 samples of 32x32x3", result.Output, StringComparison.Ordinal);
        Assert.Contains("\"cifar100\"", File.ReadAllText(place.At("run/settings.json")), StringComparison.Ordinal);
        Assert.Contains(
            "downloaded", Gangpu.Run(place, Cache(place), "data", "list").Succeeded()
            .OutputLines.Single(line => line.Contains("cifar100", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_that_name_comes_first()
    {
        using Workplace place = new();
        File.Copy(place.DataFile, place.At("mnist"));
        Assert.StartsWith(
            $"mnist: {Workplace.ImageCount} images", Gangpu.Run(place, Cache(place), "data", "inspect", "mnist")
            .Succeeded().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_files_than_the_known_are_refused()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("SSL_CERT_FILE makes a certificate trusted on Linux only.");
        using Workplace place = new();
        int sent = 0;
        await using FileServer server = new(async request =>
        {
            Interlocked.Increment(ref sent);
            await request.FileAsync(new byte[9_912_422]);
        });
        Result result = await Task.Run(
            () => Gangpu.RunAlone(
                place, Online(place), "data", "fetch", "mnist", "--mirror", server.Address.ToString()));
        string line = result.FailedWith(3);
        Assert.Contains("localhost sent another file", line, StringComparison.Ordinal);
        Assert.Equal(1, sent);
        Assert.DoesNotContain(place.Entries("cache"), entry => entry.EndsWith(".gz", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_processes_at_once_take_turns()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("SSL_CERT_FILE makes a certificate trusted on Linux only.");
        using Workplace place = new();
        TaskCompletionSource asked = new(), waited = new();
        await using FileServer server = new(async request =>
        {
            asked.TrySetResult();
            await waited.Task;
            await request.HeadAsync("404 Not Found", "Content-Length: 0");
        });
        string[] fetch = ["data", "fetch", "kmnist", "--mirror", server.Address.ToString()];
        Task<Result> first = Task.Run(() => Gangpu.RunAlone(place, Online(place), fetch));
        await asked.Task;
        using Process second = Gangpu.Start(place, Online(place), fetch);
        Task<string> errors = second.StandardError.ReadToEndAsync();
        // It says what it waits for, or ends without.
        while (await second.StandardOutput.ReadLineAsync() is { } line
            && !line.Contains("another process", StringComparison.Ordinal)) { }
        Assert.Single(server.Requests);
        waited.SetResult();
        await second.WaitForExitAsync();
        Assert.Contains("404", new Result(second.ExitCode, "", await errors).FailedWith(3), StringComparison.Ordinal);
        Assert.Contains("404", (await first).FailedWith(3), StringComparison.Ordinal);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Ctrl_C_ends_a_download_and_keeps_what_is_here()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("SSL_CERT_FILE makes a certificate trusted on Linux only.");
        using Workplace place = new();
        TaskCompletionSource half = new();
        await using FileServer server = new(async request =>
        {
            await request.FileAsync(new byte[9_912_422], stopAfter: 5_000_000);
            half.SetResult();
            await Task.Delay(Timeout.Infinite, request.Ended);
        });
        using Process process =
            Gangpu.Start(place, Online(place), ["data", "fetch", "mnist", "--mirror", server.Address.ToString()]);
        await half.Task;
        string part = place.At("cache/data/mnist/.train-images-idx3-ubyte.gz.part");
        while (!File.Exists(part) || new FileInfo(part).Length < 5_000_000)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        using (Process kill = Process.Start(
            "kill", ["-s", "INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(130, process.ExitCode);
        Assert.Equal(5_000_000, new FileInfo(part).Length);
    }

    [Theory]
    [InlineData("no data set 'emnist'", "emnist")]
    [InlineData("https", "mnist", "--mirror", "http://localhost/")]
    [InlineData("--mirror", "mnist", "--mirror", "nowhere")]
    [InlineData("gangpu data fetch --help", "mnist", "--fast")]
    public void A_wrong_request_is_refused(string said, params string[] arguments)
    {
        using Workplace place = new();
        Assert.Contains(
            said, Gangpu.Run(place, Cache(place), ["data", "fetch", .. arguments]).FailedWith(2),
            StringComparison.Ordinal);
        Assert.Empty(place.Entries());
    }

    private static Dictionary<string, string> Cache(Workplace place) => new() { ["GANGPU_CACHE"] = place.At("cache") };

    /// <summary>Trusts the server of the test and nobody else, and finds no way out of this machine.</summary>
    private static Dictionary<string, string> Online(Workplace place)
    {
        string trusted = place.At("../trusted.pem");
        File.WriteAllText(trusted, FileServer.Certificate.ExportCertificatePem());
        return new(Cache(place))
        {
            ["SSL_CERT_FILE"] = trusted,
            ["SSL_CERT_DIR"] = place.At("none"),
            ["HTTPS_PROXY"] = "http://127.0.0.1:9",
            ["NO_PROXY"] = "localhost",
        };
    }
}
