using System.Text.RegularExpressions;
using GanGpu.Images;
using GanGpu.Kernels.Random;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Documentation;

/// <summary>What the security section of src/README.md promises, as far as the code's names can show it.</summary>
public partial class SecurityTests
{
    private static readonly string[] OfTheNetwork =
        ["src/GanGpu/Data/DataFetch.cs", "src/GanGpu/Data/FetchOptions.cs", "src/GanGpu/Data/FileDownload.cs"];

    public static TheoryData<string> Assemblies =>
        [typeof(DataSet).Assembly.Location, typeof(ImageFolder).Assembly.Location, typeof(Philox).Assembly.Location,
            Path.Combine(AppContext.BaseDirectory, "GanGpu.Cli.dll")];

    [Fact]
    public void Only_the_download_of_data_sets_uses_the_network()
    {
        string[] found =
            [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file =>
                !file.Contains(
                    $"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Where(file => NetworkTypes().IsMatch(File.ReadAllText(file)))
            .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/')).Order()];
        Assert.Equal(OfTheNetwork, found);
    }

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void No_code_is_loaded_from_a_file_and_no_process_is_started(string assembly)
    {
        string[] members = [.. CompiledNames.Members(assembly)];
        Assert.Contains("System.Object..ctor", members);
        Assert.DoesNotContain(members, member =>
            member.StartsWith("System.Reflection.Assembly.Load", StringComparison.Ordinal)
                || member.StartsWith("System.Runtime.Loader.", StringComparison.Ordinal)
            || member is "System.Diagnostics.Process.Start" or "System.Type.GetType"
                || member.Contains("BinaryFormatter", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Sockets_are_opened_by_nothing_but_the_download_s_client(string assembly) =>
        Assert.DoesNotContain(
            CompiledNames.Types(assembly), type => type.StartsWith("System.Net.Sockets.", StringComparison.Ordinal)
            || type.StartsWith("System.Net.WebSockets.", StringComparison.Ordinal));

    [GeneratedRegex(
        @"\b(Http\w*(Client|Listener|Handler|Request|Response)\w*|Socket\w*|Tcp\w+|Udp\w+|Dns|WebClient|WebRequest)\b")]
    private static partial Regex NetworkTypes();
}
