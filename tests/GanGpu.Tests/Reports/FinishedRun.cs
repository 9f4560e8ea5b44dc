using GanGpu.Images;
using GanGpu.Runs;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Reports;

/// <summary>A run's folder as a training would have left it, without one; deleted afterwards.</summary>
internal sealed class FinishedRun : IDisposable
{
    public const int SampleEvery = 100, ReportEvery = 10;

    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("gangpu-report-");

    /// <param name="name">The folder's name.</param>
    /// <param name="data">What settings.json calls the data.</param>
    /// <param name="steps">Steps it was trained.</param>
    /// <param name="change">Changes reports before they are written.</param>
    public FinishedRun(
        string name = "run", string data = "digits", int steps = 1000,
        Func<TrainingReport, TrainingReport>? change = null)
    {
        Folder = Path.Combine(root.FullName, name);
        RunSettings settings = new()
        {
            Preset = Preset.Mlp,
            Options = new TrainingOptions { ReportEvery = ReportEvery },
            Data = data,
            DataCount = 200,
            Sample = SampleFormat.OfImages(8, 8, 1),
            SampleEvery = SampleEvery,
            Best = "sw",
            Sessions = [
                new RunSession {
                    DeviceAsked = "auto", Device = "cpu", DeviceDescription = "a \"processor\" <of> two cores",
                    Environment = RunEnvironment.Current(), FromStep = 0, ToStep = steps }],
        };
        using RunFolder run = RunFolder.Create(Folder, settings);
        for (int step = 0; step <= steps; step += ReportEvery)
        {
            if (step > 0)
            {
                // Curves that move, so that their extremes are where a test looks for them.
                TrainingReport report = GanReport.Of(
                    step, step / 100.0, 1 + MathF.Sin(step / 50f), 2 + MathF.Cos(step / 70f), 0.7f, 0.8f, 500,
                    TimeSpan.FromSeconds(step / 500.0));
                if (step % SampleEvery == 0)
                    report = report with { Quality = new QualityReport("sw", 1000.0 / step) };
                run.Append(change?.Invoke(report) ?? report);
            }

            if (step % SampleEvery == 0)
                run.SaveSamples(step, Grid(step, steps).ToPng());
        }
    }

    public string Folder { get; }

    public void Dispose() => root.Delete(recursive: true);

    private static SampleBatch Grid(int step, int steps)
    {
        float[] values = new float[4 * 64];
        Array.Fill(values, (2f * step / steps) - 1);
        return new SampleBatch(SampleFormat.OfImages(8, 8, 1), 4, values);
    }
}
