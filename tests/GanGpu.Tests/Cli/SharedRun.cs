namespace GanGpu.Tests.Cli;

/// <summary>
/// A run of twenty steps on the discs of a workplace, trained once for all tests that only need some run: to train
/// takes seconds.
/// </summary>
internal static class SharedRun
{
    private static readonly Lazy<Workplace> Trained = new(() =>
    {
        Workplace place = new();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => place.Dispose();
        Gangpu.Run(
            place, "train", "--data", place.DataFile, "--preset", "mlp", "--device", "cpu", "--steps", "20", "--batch",
            "16", "--sample-every", "10", "--out", "run", "--quiet").Succeeded();
        return place;
    });

    /// <summary>Leaves it as "run" in the folder, trained on that workplace's own data.</summary>
    public static void CopyTo(Workplace place)
    {
        Workplace trained = Trained.Value;
        foreach (string entry in trained.Entries("run"))
        {
            string from = trained.At("run/" + entry), to = place.At("run/" + entry);
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            if (Directory.Exists(from))
                Directory.CreateDirectory(to);
            else
                File.Copy(from, to);
        }

        string settings = place.At("run/settings.json");
        File.WriteAllText(
            settings, File.ReadAllText(settings)
            .Replace(Quoted(trained.DataFile), Quoted(place.DataFile), StringComparison.Ordinal));

        static string Quoted(string path) => System.Text.Json.JsonEncodedText.Encode(path).ToString();
    }
}
