using GanGpu.Images;
using GanGpu.Kernels.Random;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Documentation;

/// <summary>The libraries write to no console and end no process: their compiled code names none of it.</summary>
public class SilentLibraryTests
{
    public static TheoryData<Type> Libraries => [typeof(DataSet), typeof(ImageFolder), typeof(Philox)];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_library_names_no_console(Type ofLibrary)
    {
        string[] types = [.. CompiledNames.Types(ofLibrary.Assembly.Location)];
        Assert.Contains("System.Object", types);
        Assert.DoesNotContain(types, type => type is "System.Console" or "System.Diagnostics.Debug"
            or "System.Diagnostics.Trace");
    }

    [Fact]
    public void What_does_write_to_the_console_is_found() =>
        Assert.Contains(
            "System.Console", CompiledNames.Types(Path.Combine(AppContext.BaseDirectory, "GanGpu.Cli.dll")));

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_library_ends_no_process(Type ofLibrary)
    {
        string[] members = [.. CompiledNames.Members(ofLibrary.Assembly.Location)];
        Assert.Contains("System.Object..ctor", members);
        Assert.DoesNotContain(members, member => member is "System.Environment.Exit" or "System.Environment.FailFast");
    }

    [Fact]
    public void Nor_do_the_sources_of_the_library_that_is_tested_elsewhere()
    {
        string[] files = Directory.GetFiles(Path.Combine(Repository.Root, "src", "GanGpu.Onnx"), "*.cs");
        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.DoesNotContain("Console.", File.ReadAllText(file), StringComparison.Ordinal));
    }
}
