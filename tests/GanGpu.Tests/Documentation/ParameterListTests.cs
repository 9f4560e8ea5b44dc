using System.CodeDom.Compiler;
using System.Reflection;
using System.Runtime.CompilerServices;
using GanGpu.Cli;
using GanGpu.Images;
using GanGpu.Kernels.Gemm;

namespace GanGpu.Tests.Documentation;

/// <summary>
/// What would take more than eight parameters takes structs instead, which name what belongs together; the few
/// exceptions are listed here, each with its reason.
/// </summary>
public sealed class ParameterListTests
{
    private const int Most = 8, MostExceptions = 5;

    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public
        | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly string[] Exceptions =
    [
        // A line of metrics.jsonl, one parameter a name in it: only the JSON reader and the one that writes lines call it.
        "GanGpu.Runs.RunMetrics+Line..ctor",
    ];

    [Fact]
    public void Few_methods_and_constructors_have_long_lists()
    {
        string[] found = [
            .. new[] { typeof(GemmShape), typeof(Preset), typeof(ImageFolder), typeof(CommandLine) }
            .SelectMany(type => type.Assembly.GetTypes())
            .Where(type => !typeof(Delegate).IsAssignableFrom(type) && !IsGenerated(type))
            .SelectMany(type => type.GetMethods(Own).Concat<MethodBase>(type.GetConstructors(Own)))
            .Where(method => method.GetParameters().Length > Most
                && !method.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false))
            .Select(method => $"{method.DeclaringType!.FullName}.{method.Name}")
            .Distinct().Order(StringComparer.Ordinal)];
        Assert.Equal(Exceptions, found);
        Assert.InRange(Exceptions.Length, 0, MostExceptions);
    }

    private static bool IsGenerated(Type? type) => type is not null
        && (type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)
            || type.IsDefined(typeof(GeneratedCodeAttribute), inherit: false) || IsGenerated(type.DeclaringType));
}
