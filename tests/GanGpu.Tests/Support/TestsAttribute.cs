using GanGpu.Kernels.Launching;

namespace GanGpu.Tests.Support;

/// <summary>Says of a theory that it holds a launch against float64 on every device.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class TestsAttribute<TLaunch> : Attribute, ITestsLaunch
    where TLaunch : struct, ILaunch
{
    public Type Launch => typeof(TLaunch);
}

/// <summary><see cref="TestsAttribute{TLaunch}"/> of any launch.</summary>
internal interface ITestsLaunch
{
    Type Launch { get; }
}

/// <summary>The launches that there are.</summary>
internal static class TestsAttribute
{
    public static IReadOnlyList<Type> Launches { get; } =
        [.. typeof(ILaunch).Assembly.GetTypes()
            .Where(type => type.IsValueType && typeof(ILaunch).IsAssignableFrom(type))
            .OrderBy(type => type.Name, StringComparer.Ordinal)];
}
