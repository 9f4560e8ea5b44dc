
namespace GanGpu.Tests.Documentation;

/// <summary>What a program sees of the library stays small enough to be read.</summary>
public sealed class PublicTypesTests
{
    /// <summary>Public types of GanGpu and GanGpu.Kernels together, nested ones included.</summary>
    private const int Most = 90;

    [Fact]
    public void Public_types_are_few()
    {
        string[] names =
            [.. new[] { typeof(DataSet), typeof(Activation) }.SelectMany(type => type.Assembly.GetTypes())
                .Where(type => type.IsVisible).Select(type => type.FullName!).Order(StringComparer.Ordinal)];
        Assert.True(
            names.Length <= Most,
            $"There are {names.Length} public types, at most {Most} are meant to be: {string.Join(", ", names)}");
    }
}
