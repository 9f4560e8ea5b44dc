// A small web service around one generator and around a pool, and a client that asks them for 10,000 images, 16 at a
// time. Then what services do at their end: trainings and generators are disposed while they are used. Compiled and run
// by SharedGeneratorTests against the packed packages.
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.InteropServices;
using GanGpu;
using GanGpu.Hosting;

const int Requests = 10_000, AtOnce = 16, Seeds = 50;

DataSet digits = DataSource.Open("digits");
using (Device device = Device.Open("cpu"))
using (GanTrainer trainer = new(device, Preset.Mlp, digits))
{
    await foreach (TrainingReport _ in trainer.StepReportsAsync(20)) { }
    trainer.Save("generator.safetensors");
}

byte[][] alone;
using (Device device = Device.Open("cpu"))
using (Generator generator = Generator.Load(device, "generator.safetensors"))
    alone = [.. Enumerable.Range(0, Seeds).Select(seed => Image(generator, (ulong)seed))];

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Logging.ClearProviders();
builder.WebHost.UseUrls("http://127.0.0.1:0");
builder.Services.AddSingleton(_ => Device.Open("cpu"));
builder.Services.AddSingleton(
    services => Generator.Load(services.GetRequiredService<Device>(), "generator.safetensors"));
builder.Services.AddGanGenerator("generator.safetensors", options => options.Device = "cpu");
int measured = 0;
using MeterListener listener = new();
listener.InstrumentPublished = (instrument, listening) =>
{
    if (instrument.Name == "gangpu.pool.duration")
        listening.EnableMeasurementEvents(instrument);
};
listener.SetMeasurementEventCallback<double>((_, _, _, _) => Interlocked.Increment(ref measured));
listener.Start();
WebApplication app = builder.Build();
app.MapGet("/{seed}", (ulong seed, Generator generator) => Results.Bytes(Image(generator, seed)));
app.MapGet("/pool/{seed}", async (ulong seed, GeneratorPool pool, CancellationToken cancellation) => Results.Bytes(
    await pool.UseAsync(generator => Image(generator, seed), cancellation)));
await app.StartAsync();
int right = 0, asked = 0;
using (HttpClient client = new() { BaseAddress = new Uri(app.Urls.First()) })
{
    await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async _ =>
    {
        while (Interlocked.Increment(ref asked) is int request && request <= Requests)
        {
            byte[] answer = await client.GetByteArrayAsync($"{(request % 2 == 0 ? "/pool" : "")}/{request % Seeds}");
            if (answer.AsSpan().SequenceEqual(alone[request % Seeds]))
                Interlocked.Increment(ref right);
        }
    }));
}

GeneratorPool last = app.Services.GetRequiredService<GeneratorPool>();
await app.StopAsync();
await app.DisposeAsync();
try
{
    await last.SampleAsync(1);
}
catch (ObjectDisposedException)
{
    Console.WriteLine($"the pool is disposed, and measured {measured}");
}

Console.WriteLine($"{right} of {Requests} answers are right");

int trainings = 0, generators = 0;
foreach (int threads in new[] { 1, 2 })
{
    for (int i = 0; i < 3; i++)
    {
        using Device device = Device.Open("cpu", new() { Threads = threads });
        Task<TrainingReport> first;
        using (GanTrainer trainer = new(device, Preset.Mlp, digits, new() { ReportEvery = 1000 }))
        {
            first = trainer.StepReportsAsync(1_000_000).FirstAsync().AsTask();
            try
            {
                await first.WaitAsync(TimeSpan.FromMilliseconds(20 * (i + 1)));
            }
            catch (TimeoutException)
            {
            }
        }

        trainings += await Ends(first);

        Generator generator = Generator.Load(device, "generator.safetensors");
        Task drawing = Task.Run(() =>
        {
            for (ulong seed = 0; ; seed++)
                Image(generator, seed);
        });
        await Task.Delay(20 * (i + 1));
        await generator.DisposeAsync();
        generators += await Ends(drawing);
    }
}

Console.WriteLine($"trainings disposed: {trainings}");
Console.WriteLine($"generators disposed: {generators}");

using (Device device = Device.Open("cpu", new() { Threads = 1 }))
using (GanTrainer trainer = new(device, Preset.Named("dcgan"), digits, new() { BatchSize = 8 }))
{
    double one = Least(() => trainer.Generator.Sample(1)), all = Least(() => trainer.Generator.Sample(64));
    Console.WriteLine(all > 5 * one ? "one sample costs one" : $"one sample takes {one:g3} ms, 64 take {all:g3} ms");
}

static byte[] Image(Generator generator, ulong seed) =>
    MemoryMarshal.AsBytes(generator.Sample(1, seed).Values.Span).ToArray();

static async Task<int> Ends(Task task)
{
    try
    {
        await task;
        return 0;
    }
    catch (ObjectDisposedException)
    {
        return 1;
    }
}

// The least of several: a busy machine takes the processor away in some of them, not in all.
static double Least(Action action) => Enumerable.Range(0, 30).Min(_ =>
{
    long start = Stopwatch.GetTimestamp();
    action();
    return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
});
