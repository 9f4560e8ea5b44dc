using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace GanGpu.Tests.Reports;

/// <summary>
/// A Chromium without a window, told what to do through its DevTools protocol. GANGPU_TEST_BROWSER names the program,
/// and then it has to be there; without it, tests are skipped where none is found.
/// </summary>
internal sealed partial class HeadlessBrowser : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private static readonly string[] Programs =
        ["chromium", "chromium-browser", "chromium-headless-shell", "google-chrome"];

    private readonly ClientWebSocket socket = new();
    private readonly CancellationTokenSource late =
        CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly DirectoryInfo profile;
    private readonly Process process;
    private int calls;

    private HeadlessBrowser(Process process, DirectoryInfo profile) =>
        (this.process, this.profile) = (process, profile);

    /// <summary>Addresses that pages have asked for.</summary>
    public ConcurrentBag<string> Requests { get; } = [];

    /// <summary>What scripts threw, and what the browser complained of.</summary>
    public ConcurrentBag<string> Complaints { get; } = [];

    /// <summary>Opens a file, and waits until its script is through.</summary>
    public static async Task<HeadlessBrowser> OpenAsync(string path)
    {
        string? named = Environment.GetEnvironmentVariable("GANGPU_TEST_BROWSER");
        string? program = string.IsNullOrEmpty(named) ? Array.Find(Programs, IsThere) : named;
        if (program is null)
            Assert.Skip(
                $"There is no browser ({string.Join(", ", Programs)}) in the path; Debian's package is chromium.");
        DirectoryInfo profile = Directory.CreateTempSubdirectory("gangpu-browser-");
        // In a container there is neither a user to keep out nor a kernel that lets the sandbox be made; the page is
        // our own.
        ProcessStartInfo start = new(
            program,
            ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1200,1600",
                "--remote-debugging-port=0", "--user-data-dir=" + profile.FullName, "about:blank"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        HeadlessBrowser browser = new(Process.Start(start)!, profile);
        try
        {
            browser.late.CancelAfter(Limit);
            await browser.ConnectAsync();
            foreach (string domain in new[] { "Runtime", "Network", "Page", "Log" })
                await browser.CallAsync(domain + ".enable", new { });
            await browser.CallAsync("Page.navigate", new { url = new Uri(path).AbsoluteUri });
            // Between two pages there is no document for a moment.
            while (await browser.EvaluateAsync(
                "document.documentElement ? document.documentElement.dataset.ready || " +
                "document.documentElement.dataset.fault || '' : ''") == "")
                await Task.Delay(50, browser.late.Token);
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    /// <summary>The value of an expression, as a text.</summary>
    public async Task<string> EvaluateAsync(string expression)
    {
        JsonElement result =
            await CallAsync("Runtime.evaluate", new { expression = $"String({expression})", returnByValue = true });
        Assert.False(result.TryGetProperty("exceptionDetails", out JsonElement thrown), thrown.ToString());
        return result.GetProperty("result").GetProperty("value").GetString()!;
    }

    /// <summary>Presses the mouse at one place, moves it to another, and lets go.</summary>
    public async Task DragAsync(double fromX, double toX, double y, int clicks = 1)
    {
        await MouseAsync("mousePressed", fromX, y, clicks);
        await MouseAsync("mouseMoved", (fromX + toX) / 2, y, 0);
        await MouseAsync("mouseMoved", toX, y, 0);
        await MouseAsync("mouseReleased", toX, y, clicks);
    }

    public async Task PressAsync(string key, int code)
    {
        foreach (string type in new[] { "keyDown", "keyUp" })
            await CallAsync("Input.dispatchKeyEvent", new { type, key, code = key, windowsVirtualKeyCode = code });
    }

    public async Task<JsonElement> CallAsync(string method, object parameters)
    {
        int id = ++calls;
        await socket.SendAsync(
            JsonSerializer.SerializeToUtf8Bytes(new { id, method, @params = parameters }), WebSocketMessageType.Text,
            endOfMessage: true, late.Token);
        while (true)
        {
            JsonElement message = await ReceiveAsync();
            if (message.TryGetProperty("id", out JsonElement answered) && answered.GetInt32() == id)
                return message.TryGetProperty("result", out JsonElement result) ? result
                    : throw new InvalidOperationException($"{method}: {message}");
            Note(message);
        }
    }

    public async ValueTask DisposeAsync()
    {
        socket.Dispose();
        late.Dispose();
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.Dispose();
        try
        {
            profile.Delete(recursive: true);
        }
        catch (IOException)
        {
            // One of its children may still be writing its last.
        }
    }

    private static bool IsThere(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, program)));

    private async Task MouseAsync(string type, double x, double y, int clickCount) =>
        await CallAsync("Input.dispatchMouseEvent", new { type, x, y, button = "left", buttons = 1, clickCount });

    private async Task ConnectAsync()
    {
        string? port = null;
        while (port is null && await process.StandardError.ReadLineAsync(late.Token) is { } line)
            port = Listening().Match(line) is { Success: true } match ? match.Groups[1].Value : null;
        Assert.True(
            port is not null,
            $"The browser ended with {(process.HasExited ? process.ExitCode : 0)} before it listened.");
        // Nobody needs what else they say, but full pipes would stop it.
        _ = process.StandardError.ReadToEndAsync(CancellationToken.None);
        _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        using HttpClient client = new();
        while (true)
        {
            using JsonDocument pages =
                JsonDocument.Parse(await client.GetStringAsync($"http://127.0.0.1:{port}/json/list", late.Token));
            JsonElement page = pages.RootElement.EnumerateArray()
                .FirstOrDefault(one => one.GetProperty("type").GetString() == "page");
            if (page.ValueKind == JsonValueKind.Object)
            {
                await socket.ConnectAsync(new Uri(page.GetProperty("webSocketDebuggerUrl").GetString()!), late.Token);
                return;
            }

            await Task.Delay(50, late.Token);
        }
    }

    private async Task<JsonElement> ReceiveAsync()
    {
        using MemoryStream text = new();
        byte[] part = new byte[1 << 16];
        WebSocketReceiveResult result;
        do
        {
            result = await socket.ReceiveAsync(part, late.Token);
            text.Write(part, 0, result.Count);
        }
        while (!result.EndOfMessage);
        return JsonSerializer.Deserialize<JsonElement>(Encoding.UTF8.GetString(text.ToArray()));
    }

    private void Note(JsonElement message)
    {
        switch (message.GetProperty("method").GetString())
        {
            case "Network.requestWillBeSent":
                Requests.Add(message.GetProperty("params").GetProperty("request").GetProperty("url").GetString()!);
                break;
            case "Runtime.exceptionThrown" or "Log.entryAdded":
                Complaints.Add(message.ToString());
                break;
        }
    }

    [GeneratedRegex(@"DevTools listening on ws://127\.0\.0\.1:(\d+)/")]
    private static partial Regex Listening();
}
