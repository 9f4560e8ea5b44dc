using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

/// <summary>
/// All tests of devices on ILGPU's emulator, in a process that takes the machine for one of one processor. A group is
/// 64 threads of the system, and at a barrier each of them spins before it sleeps where there are several processors,
/// which takes what the others are waiting for: half of the processors' time, and of the clock's four fifths.
/// </summary>
public class EmulatorTests
{
    [Fact]
    public async Task Operations_and_trainings_are_right_on_the_emulator()
    {
        if (TestDevices.IsOnly("emulator") || !TestDevices.IsWanted("emulator"))
            Assert.Skip("This process runs them itself, or GANGPU_TEST_DEVICES leaves the emulator out.");
        IEnumerable<Type> suites = typeof(EmulatorTests).Assembly.GetTypes()
            .Where(type => type.GetCustomAttributesData().Any(data =>
            data.AttributeType == typeof(CollectionAttribute)
                && data.ConstructorArguments[0].Value is TestDevices.Collection or TestDevices.OfNetworks));
        string output = await TestProcess.RunAsync(
            TestProcess.All(suites),
            new Dictionary<string, string>
            {
                ["GANGPU_TEST_DEVICES"] = "emulator",
                ["DOTNET_PROCESSOR_COUNT"] = "1",
            }, yields: true);
        Assert.InRange(TestProcess.Ran(output), 150, int.MaxValue);
    }
}
