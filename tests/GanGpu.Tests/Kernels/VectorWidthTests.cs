using System.Globalization;
using System.Runtime.Intrinsics.X86;
using GanGpu.Kernels.Host;
using GanGpu.Tests.Support;
using GanGpu.Tests.Training;

namespace GanGpu.Tests.Kernels;

/// <summary>
/// The host kernels on processors with narrower vectors than this one's: the same tests of every operation, and of
/// whole trainings' bits, in a process of their own in which the wider instructions are turned off, and which makes
/// sure that they are.
/// </summary>
public class VectorWidthTests
{
    private const string Expected = "GANGPU_TEST_VECTOR_WIDTH";

    /// <summary>Whether this process is one of those.</summary>
    public static bool IsNarrowed => Environment.GetEnvironmentVariable(Expected) is not null;

    /// <summary>
    /// On a machine with the widest vectors all tests run with those, so that these two make it three; on others the
    /// widest that there are stand for the first.
    /// </summary>
    [Theory]
    [InlineData("DOTNET_EnableAVX512", 8)]
    [InlineData("DOTNET_EnableAVX2", 4)]
    public async Task Host_kernels_are_right_with_narrower_vectors(string setting, int width)
    {
        if (IsNarrowed || Simd.Width == width)
            Assert.Skip($"This process works with vectors of {Simd.Width} floats, and with it all tests.");
        if (!Avx2.IsSupported || Simd.Width < width)
            Assert.Skip($"This processor has no vectors of {width} floats, but of {Simd.Width}.");
        IEnumerable<Type> suites = typeof(VectorWidthTests).Assembly.GetTypes()
            .Where(type => type.Namespace == typeof(VectorWidthTests).Namespace
            && (type == typeof(VectorWidthTests)
                || type.GetCustomAttributesData().Any(data => data.AttributeType == typeof(CollectionAttribute)
                && Equals(data.ConstructorArguments[0].Value, TestDevices.Collection))))
                    .Append(typeof(TrainingBitsTests));
        string output = await TestProcess.RunAsync(TestProcess.All(suites), new Dictionary<string, string>
        {
            [setting] = "0",
            [Expected] = width.ToString(CultureInfo.InvariantCulture),
            ["GANGPU_TEST_DEVICES"] = "cpu",
        });
        Assert.InRange(TestProcess.Ran(output), 100, int.MaxValue);
    }

    [Fact]
    public void Vectors_have_the_width_that_was_asked_for()
    {
        if (Environment.GetEnvironmentVariable(Expected) is not { } width)
        {
            Assert.Skip("No width was asked for.");
            return;
        }

        Assert.Equal(int.Parse(width, CultureInfo.InvariantCulture), Simd.Width);
    }
}
