using System.Text.Json;
using SkiaSharp;

namespace GanGpu.Tests.Cli;

public sealed class NeighboursCommandTests : IDisposable
{
    private const int Tile = 84, Gap = 2, Side = 28, IdxHeader = 16;

    private readonly Workplace place = new();

    public NeighboursCommandTests() => SharedRun.CopyTo(place);

    public void Dispose() => place.Dispose();

    [Fact]
    public void A_row_shows_a_sample_and_its_neighbours_and_the_figures_name_them()
    {
        Result result = Gangpu.Run(
            place, "neighbours", "run", "--device", "cpu", "--count", "3", "-k", "2", "--samples", "20", "--seed", "4",
            "--out", "near.png").Succeeded();
        Assert.Contains(result.OutputLines, line => line.StartsWith("generated  20 samples", StringComparison.Ordinal));
        JsonElement figures = JsonDocument.Parse(place.Read("near.json")).RootElement,
            samples = figures.GetProperty("samples");
        Assert.Equal(20, figures.GetProperty("report").GetProperty("generated").GetProperty("samples").GetInt32());
        // An IDX file has nothing beside it that was not trained on.
        Assert.False(figures.GetProperty("report").TryGetProperty("held_out", out _));
        Assert.Equal(3, samples.GetArrayLength());

        Gangpu.Run(place, "sample", "run", "--device", "cpu", "--count", "3", "--seed", "4", "--out", "drawn.npy")
            .Succeeded();
        byte[] drawn = place.Read("drawn.npy")[^(3 * Side * Side)..],
            data = File.ReadAllBytes(place.DataFile)[IdxHeader..];
        using SKBitmap picture = SKBitmap.Decode(place.At("near.png"));
        Assert.Equal(((3 * (Tile + Gap)) + Gap, (3 * (Tile + Gap)) + Gap), (picture.Width, picture.Height));
        for (int row = 0; row < 3; row++)
        {
            Shows(row, 0, drawn.AsSpan(row * Side * Side, Side * Side));
            JsonElement neighbours = samples[row].GetProperty("neighbours");
            Assert.Equal(2, neighbours.GetArrayLength());
            Assert.True(
                neighbours[0].GetProperty("distance").GetDouble() <= neighbours[1].GetProperty("distance").GetDouble());
            for (int i = 0; i < 2; i++)
                Shows(row, 1 + i,
                    data.AsSpan(neighbours[i].GetProperty("index").GetInt32() * Side * Side, Side * Side));
        }

        void Shows(int row, int column, ReadOnlySpan<byte> pixels)
        {
            const int Zoom = Tile / Side;
            for (int i = 0; i < Side * Side; i++)
            {
                SKColor shown = picture.GetPixel(
                    Gap + (column * (Tile + Gap)) + (i % Side * Zoom) + 1, Gap + (row * (Tile + Gap))
                    + (i / Side * Zoom) + 1);
                Assert.Equal(pixels[i], shown.Red);
            }
        }
    }

    [Theory]
    [InlineData("./run", "--count", "0")]
    [InlineData("./run", "-k", "0")]
    [InlineData("./run", "--samples", "3")]
    [InlineData("./run", "--class", "1")]
    [InlineData("./run", "--out", "./near.jpg")]
    [InlineData("./run", "--data", "ring")]
    [InlineData("./run", "--data", "./missing")]
    [InlineData("./run/checkpoint.safetensors")]
    public void Bad_input_is_refused(string run, params string[] arguments)
    {
        string[] before = place.Entries();
        InProcess.Run(place, ["neighbours", run, "--device", "cpu", .. arguments]).FailedWith(2);
        Assert.Equal(before, place.Entries());
    }
}
