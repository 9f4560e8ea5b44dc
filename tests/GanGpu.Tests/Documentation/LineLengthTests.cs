using GanGpu.Tests.Support;

namespace GanGpu.Tests.Documentation;

/// <summary>Code is as narrow as .editorconfig asks for; what cannot be broken may be a little wider.</summary>
public class LineLengthTests
{
    private const int Limit = 120, Most = 140;

    private static readonly string[] Code = ["src", "kernels", "tests", "benchmarks"];

    /// <summary>Lines over the limit that may be there, of a hundred.</summary>
    private const double MostOver = 1;

    [Fact]
    public void Lines_fit_on_a_screen()
    {
        List<string> tooLong = [];
        int lines = 0, over = 0;
        foreach (string file in Folders().SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)))
        {
            string relative = Path.GetRelativePath(Repository.Root, file).Replace('\\', '/');
            if (relative.Split('/').Any(part => part is "bin" or "obj"))
                continue;
            int number = 0;
            foreach (string line in File.ReadLines(file))
            {
                (number, lines) = (number + 1, lines + 1);
                if (line.Length > Limit)
                    over++;
                if (line.Length > Most)
                    tooLong.Add($"{relative}:{number} has {line.Length} columns");
            }
        }

        Assert.Empty(tooLong);
        Assert.InRange(100.0 * over / lines, 0, MostOver);
    }

    private static IEnumerable<string> Folders() => Code.Select(folder => Path.Combine(Repository.Root, folder));
}
