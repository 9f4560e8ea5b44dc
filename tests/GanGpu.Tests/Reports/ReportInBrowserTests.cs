using System.Globalization;
using GanGpu.Objectives;
using GanGpu.Runs;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Reports;

/// <summary>The report as a browser shows it.</summary>
public sealed class ReportInBrowserTests
{
    /// <summary>A folder's name can hold anything but slashes, what the data is called anything at all.</summary>
    private const string HostileName =
        "<script>window.hacked=1<!-- <img src=x onerror='window.hacked=2'>\" &lt; {{data}} 𝕏";

    private const string HostileData =
        "\"'></script><script>window.hacked=3</script><img src=http://127.0.0.1:9/x " +
        "onerror=window.hacked=4>{{title}}\u2028{{data}}";

    [Fact]
    public async Task A_report_shows_all_of_a_run_whatever_it_is_called_and_loads_nothing()
    {
        using FinishedRun run = new(HostileName, HostileData);
        RunReport.Write(run.Folder, RunState.Diverged, "<b>because</b>");
        await using HeadlessBrowser browser =
            await HeadlessBrowser.OpenAsync(Path.Combine(run.Folder, RunReport.FileName));

        Assert.Equal("undefined", await browser.EvaluateAsync("document.documentElement.dataset.fault"));
        Assert.Equal("undefined", await browser.EvaluateAsync("window.hacked"));
        Assert.Empty(browser.Complaints);
        Assert.All(
            browser.Requests, url =>
            Assert.True(url.StartsWith("file:", StringComparison.Ordinal)
                || url.StartsWith("data:", StringComparison.Ordinal), url));
        Assert.Equal(HostileName, await browser.EvaluateAsync("document.title"));
        Assert.Equal(HostileName, await browser.EvaluateAsync("document.querySelector('h1').textContent"));
        Assert.Equal("0", await browser.EvaluateAsync("document.querySelectorAll('h1 *, #state *').length"));
        Assert.Equal(
            "Diverged: <b>because</b>", await browser.EvaluateAsync("document.getElementById('state').textContent"));
        Assert.Equal(
            HostileData,
            await browser.EvaluateAsync(
                "[...document.querySelectorAll('#settings tr')].find(row => row.firstChild.textContent === " +
                "'data').lastChild.textContent"));
        Assert.Equal(
            "a \"processor\" <of> two cores",
            await browser.EvaluateAsync(
                "[...document.querySelectorAll('#sessions tr')].find(row => row.firstChild.textContent === " +
                "'device_description').lastChild.textContent"));

        Assert.Equal(
            "Losses|How often the discriminator is right / share|Quality / sw|Throughput / steps per second",
            await browser.EvaluateAsync(
                "[...document.querySelectorAll('#charts h2')].map(h => h.textContent).join('|')"));
        // Each curve but the quality's is drawn as it is and as its mean.
        Assert.Equal(
            "4,4,1,2",
            await browser.EvaluateAsync(
                "[...document.querySelectorAll('#charts svg')].map(s => s.querySelectorAll('path').length).join()"));
        Assert.Equal("10", await browser.EvaluateAsync("document.querySelectorAll('#charts circle').length"));
        Assert.Equal("10", await browser.EvaluateAsync("document.getElementById('time').max"));
        Assert.Equal("Samples at step 1000", await browser.EvaluateAsync("document.getElementById('grid').alt"));
        Assert.NotEqual("0", await browser.EvaluateAsync("document.getElementById('grid').naturalWidth"));
    }

    [Fact]
    public async Task Curves_zoom_to_what_the_mouse_marks_and_a_slider_goes_through_time()
    {
        using FinishedRun run = new();
        RunReport.Write(run.Folder, RunState.Done);
        await using HeadlessBrowser browser =
            await HeadlessBrowser.OpenAsync(Path.Combine(run.Folder, RunReport.FileName));
        Assert.Equal("0,1000", await Shown());

        await browser.EvaluateAsync("document.querySelector('#charts svg').scrollIntoView({ block: 'center' })");
        double[] box = [
            .. (await browser.EvaluateAsync(
                "(b => [b.left, b.top, b.width, b.height])(document.querySelector('#charts " +
                "svg').getBoundingClientRect())"))
            .Split(',').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
        double At(double share) => box[0] + (((58 + (share * (640 - 58 - 26))) / 640) * box[2]);
        double middle = box[1] + (box[3] / 2);
        string before = await browser.EvaluateAsync("document.querySelector('#charts svg path').getAttribute('d')");
        await browser.DragAsync(At(0.2), At(0.6), middle);
        int[] range = [.. (await Shown()).Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
        // A pixel is two steps.
        Assert.InRange(range[0], 195, 205);
        Assert.InRange(range[1], 595, 605);
        Assert.NotEqual(
            before, await browser.EvaluateAsync("document.querySelector('#charts svg path').getAttribute('d')"));
        await browser.EvaluateAsync("document.getElementById('whole').click()");
        Assert.Equal("0,1000", await Shown());
        await browser.EvaluateAsync("document.getElementById('closer').click()");
        Assert.Equal("250,750", await Shown());
        // Two clicks at one place.
        await browser.DragAsync(At(0.5), At(0.5), middle);
        await browser.DragAsync(At(0.5), At(0.5), middle, clicks: 2);
        Assert.Equal("0,1000", await Shown());

        string last = await browser.EvaluateAsync("document.getElementById('grid').src");
        await browser.EvaluateAsync("document.getElementById('time').focus()");
        await browser.PressAsync("ArrowLeft", 37);
        Assert.Equal("Samples at step 900", await browser.EvaluateAsync("document.getElementById('grid').alt"));
        Assert.NotEqual(last, await browser.EvaluateAsync("document.getElementById('grid').src"));
        await browser.PressAsync("Home", 36);
        Assert.Equal("Samples at step 0", await browser.EvaluateAsync("document.getElementById('grid').alt"));
        Assert.Empty(browser.Complaints);

        async Task<string> Shown() =>
            await browser.EvaluateAsync(
                "document.documentElement.dataset.from + ',' + document.documentElement.dataset.to");
    }

    [Fact]
    public async Task A_report_is_dark_for_those_who_want_that_and_runs_no_other_script()
    {
        using FinishedRun run = new();
        RunReport.Write(run.Folder, RunState.Done);
        await using HeadlessBrowser browser =
            await HeadlessBrowser.OpenAsync(Path.Combine(run.Folder, RunReport.FileName));
        List<string> grounds = [];
        foreach (string scheme in new[] { "light", "dark" })
        {
            await browser.CallAsync(
                "Emulation.setEmulatedMedia",
                new { features = new[] { new { name = "prefers-color-scheme", value = scheme } } });
            grounds.Add(await browser.EvaluateAsync("getComputedStyle(document.body).backgroundColor"));
        }

        Assert.Equal(["rgb(251, 251, 250)", "rgb(21, 24, 27)"], grounds);

        // What would run if a text of the user's ever became part of the page.
        await browser.EvaluateAsync(
            "(s => { s.textContent = 'window.hacked = 1'; document.body.append(s); " +
            "})(document.createElement('script'))");
        await browser.EvaluateAsync(
            "document.body.insertAdjacentHTML('beforeend', '<img src=\"http://127.0.0.1:9/x\">')");
        Assert.Equal("undefined", await browser.EvaluateAsync("window.hacked"));
        await browser.CallAsync(
            "Runtime.evaluate", new { expression = "new Promise(done => setTimeout(done, 100))", awaitPromise = true });
        string fault = await browser.EvaluateAsync("document.documentElement.dataset.fault");
        Assert.Contains("policy script-src", fault, StringComparison.Ordinal);
        Assert.Contains("policy img-src", fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_run_suffers_from_stands_out_and_gaps_are_gaps()
    {
        using FinishedRun run = new(change: report => report.Step switch
        {
            >= 300 and <= 400 => report with { Diagnosis = Diagnosis.ModeCollapse },
            1000 => report.With(Metric.DiscriminatorLoss, float.NaN).With(Metric.GeneratorLoss, float.PositiveInfinity)
                with
            { Diagnosis = Diagnosis.NotANumber },
            _ => report,
        });
        RunReport.Write(run.Folder, RunState.Diverged);
        await using HeadlessBrowser browser =
            await HeadlessBrowser.OpenAsync(Path.Combine(run.Folder, RunReport.FileName));
        Assert.Equal("undefined", await browser.EvaluateAsync("document.documentElement.dataset.fault"));
        string health = await browser.EvaluateAsync("document.getElementById('health').textContent");
        Assert.Contains("Steps 300 to 400: Mode collapse", health, StringComparison.Ordinal);
        Assert.Contains("Not a number", health, StringComparison.Ordinal);
        Assert.Equal(
            "true", await browser.EvaluateAsync("document.getElementById('health').classList.contains('bad')"));
        Assert.Equal(
            "NaN|Infinity",
            await browser.EvaluateAsync(
                "[...document.querySelectorAll('.tile.bad b')].map(b => b.textContent).join('|')"));
        Assert.Equal(
            "false",
            await browser.EvaluateAsync(
                "[...document.querySelectorAll('#charts path')].some(p => /NaN|Infinity/.test(p.getAttribute('d')))"));
    }
}
