using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using GanGpu.Data;
using GanGpu.Images;
using GanGpu.Kernels;
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
        string[] types = [.. TypesNamedBy(ofLibrary.Assembly.Location)];
        Assert.Contains("System.Object", types);
        Assert.DoesNotContain(types, type => type is "System.Console" or "System.Diagnostics.Debug" or "System.Diagnostics.Trace");
    }

    [Fact]
    public void What_does_write_to_the_console_is_found() =>
        Assert.Contains("System.Console", TypesNamedBy(Path.Combine(AppContext.BaseDirectory, "GanGpu.Cli.dll")));

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_library_ends_no_process(Type ofLibrary)
    {
        string[] members = [.. MembersNamedBy(ofLibrary.Assembly.Location)];
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

    private static List<string> TypesNamedBy(string path)
    {
        using PEReader file = new(File.OpenRead(path));
        MetadataReader reader = file.GetMetadataReader();
        return [.. reader.TypeReferences.Select(handle => NameOf(reader, handle))];
    }

    private static List<string> MembersNamedBy(string path)
    {
        using PEReader file = new(File.OpenRead(path));
        MetadataReader reader = file.GetMetadataReader();
        return [.. reader.MemberReferences.Select(reader.GetMemberReference).Where(member => member.Parent.Kind == HandleKind.TypeReference)
            .Select(member => $"{NameOf(reader, (TypeReferenceHandle)member.Parent)}.{reader.GetString(member.Name)}")];
    }

    private static string NameOf(MetadataReader reader, TypeReferenceHandle handle)
    {
        TypeReference type = reader.GetTypeReference(handle);
        return $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}";
    }
}
