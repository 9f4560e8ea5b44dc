using System.Reflection;
using GanGpu.Kernels.Gpu;

namespace GanGpu.Tests.Kernels;

/// <summary>
/// Every kernel of the kernels' assembly, found by its name: static methods that end in "Kernel", the generic ones
/// closed over the structs that satisfy their constraints: all pairs of them, for a kernel with many type parameters. A
/// new kernel is so tested without being listed.
/// </summary>
internal static class KernelMethods
{
    private static readonly Type[] Types = typeof(KernelLoader).Assembly.GetTypes();

    public static IReadOnlyList<MethodInfo> All { get; } =
    [
        .. Types
            .SelectMany(
                t => t.GetMethods(
                    BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(m => m.Name.EndsWith("Kernel", StringComparison.Ordinal))
            .SelectMany(Closed),
    ];

    /// <summary>
    /// Of <see cref="All"/> enough to meet every kernel, and every struct in each of its places: for what hangs on the
    /// code of a struct and not on how two of them go together.
    /// </summary>
    public static IReadOnlyList<MethodInfo> EachArgument { get; } =
        [.. All.Where(method => !method.IsGenericMethod || Differing(method) <= 1)];

    /// <summary>
    /// Such as "GemmLargeGpu.GemmLargeKernel&lt;MatrixProduct&lt;LayoutNN&gt;, BiasEpilogue&lt;TanhActivation&gt;,
    /// Tile64&gt;".
    /// </summary>
    public static string NameOf(MethodInfo method) =>
        $"{method.DeclaringType!.Name}.{method.Name}{Arguments(method.GetGenericArguments())}";

    private static IEnumerable<MethodInfo> Closed(MethodInfo method) =>
        method.IsGenericMethodDefinition
            ? Combinations(method.GetGenericArguments()).Where(IsPairwise(method.GetGenericArguments()))
                .Select(arguments => method.MakeGenericMethod(arguments))
            : [method];

    /// <summary>At most two arguments differ from the first candidate of their parameter.</summary>
    private static Func<Type[], bool> IsPairwise(Type[] parameters)
    {
        Type[] first = [.. parameters.Select(parameter => Candidates(parameter).First())];
        return arguments => arguments.Zip(first).Count(pair => pair.First != pair.Second) <= 2;
    }

    /// <summary>How many arguments are not the first candidate of their parameter.</summary>
    private static int Differing(MethodInfo method) => method.GetGenericArguments()
        .Zip(method.GetGenericMethodDefinition().GetGenericArguments()
            .Select(parameter => Candidates(parameter).First())).Count(pair => pair.First != pair.Second);

    private static IEnumerable<Type[]> Combinations(Type[] parameters) =>
        parameters.Aggregate<Type, IEnumerable<Type[]>>(
            [[]],
            (heads, parameter) =>
                [.. heads.SelectMany(head => Candidates(parameter).Select(last => (Type[])[.. head, last]))]);

    private static IEnumerable<Type> Candidates(Type parameter)
    {
        Type[] interfaces = [.. parameter.GetGenericParameterConstraints().Where(c => c.IsInterface)];
        return Types
            .Where(t => t.IsValueType && interfaces.All(i => Implements(t, i)))
            .SelectMany(t => t.IsGenericTypeDefinition
                ? Combinations(t.GetGenericArguments()).Select(t.MakeGenericType) : [t]);
    }

    /// <summary>A constraint may be generic over the parameter itself.</summary>
    private static bool Implements(Type type, Type constraint) => constraint.ContainsGenericParameters
        ? type.GetInterfaces()
            .Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == constraint.GetGenericTypeDefinition())
        : constraint.IsAssignableFrom(type);

    private static string Arguments(Type[] types) =>
        types.Length == 0
            ? ""
            : $"<{string.Join(", ", types.Select(t => t.Name.Split('`')[0] + Arguments(t.GetGenericArguments())))}>";
}
