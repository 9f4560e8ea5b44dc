using System.Reflection;
using System.Xml.Linq;

namespace GanGpu.Tests.Support;

/// <summary>The public members of the libraries beside the tests, and what their documentation says.</summary>
internal static class ApiDocumentation
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static
        | BindingFlags.DeclaredOnly;

    private static readonly string[] Packages =
        ["GanGpu", "GanGpu.Images", "GanGpu.Onnx", "GanGpu.OnnxExport", "GanGpu.Hosting"];

    private static readonly Dictionary<string, XElement> Texts = Packages.Select(FileOf).Where(File.Exists)
        .SelectMany(file => XDocument.Load(file).Descendants("member"))
        // Several have what the compiler generates for regular expressions.
        .DistinctBy(member => member.Attribute("name")!.Value).ToDictionary(member => member.Attribute("name")!.Value);

    /// <summary>The packages that are beside the tests.</summary>
    public static IReadOnlyList<Assembly> Libraries { get; } =
        [.. Packages.Where(name => File.Exists(FileOf(name))).Select(name => Assembly.Load(new AssemblyName(name)))];

    /// <summary>Their public types, but for delegates.</summary>
    public static IReadOnlyList<Type> Types { get; } = [.. Libraries.SelectMany(library => library.GetTypes())
        .Where(type => type.IsVisible && !typeof(Delegate).IsAssignableFrom(type))];

    /// <summary>Their public methods, without those of properties and operators, and their constructors.</summary>
    public static IReadOnlyList<MethodBase> Methods { get; } = [.. Types.SelectMany(type =>
        type.GetMethods(Declared).Where(method => !method.IsSpecialName)
        .Concat<MethodBase>(type.GetConstructors(Declared)))];

    /// <summary>Such as "Generator.Load(Device, Stream, Preset)".</summary>
    public static string NameOf(MethodBase method) => $"{method.DeclaringType!.Name}.{method.Name}"
        + $"({string.Join(", ", method.GetParameters().Select(parameter => parameter.ParameterType.Name))})";

    /// <summary>The exceptions that a method's documentation names, also where it takes them over.</summary>
    public static IReadOnlyList<string> ExceptionsOf(MethodBase method) =>
        [.. Exceptions(IdOf(method), method).Distinct()];

    /// <summary>All that a type's documentation says.</summary>
    public static string TextOf(Type type) => Texts.TryGetValue("T:" + IdOf(type), out XElement? text) ? text.Value : "";

    private static IEnumerable<string> Exceptions(string id, MethodBase? method)
    {
        if (!Texts.TryGetValue(id, out XElement? text))
            yield break;
        foreach (XElement exception in text.Elements("exception"))
            yield return exception.Attribute("cref")!.Value.Split('.')[^1];
        foreach (XElement other in text.Elements("inheritdoc"))
        {
            if (other.Attribute("path")?.Value is { } path && path != "/exception")
                continue;
            IEnumerable<string> ids = other.Attribute("cref") is { } cref ? [cref.Value]
                : method is MethodInfo own ? Implemented(own).Select(IdOf) : [];
            foreach (string exception in ids.SelectMany(taken => Exceptions(taken, method: null)))
                yield return exception;
        }
    }

    /// <summary>What a method overrides or implements.</summary>
    private static IEnumerable<MethodBase> Implemented(MethodInfo method)
    {
        if (method.GetBaseDefinition() is var first && first != method)
            yield return first;
        if (method.DeclaringType is not { IsInterface: false } type)
            yield break;
        foreach (InterfaceMapping map in type.GetInterfaces().Select(type.GetInterfaceMap))
        {
            if (Array.IndexOf(map.TargetMethods, method) is var at and >= 0)
                yield return map.InterfaceMethods[at];
        }
    }

    private static string FileOf(string package) => Path.Combine(AppContext.BaseDirectory, package + ".xml");

    /// <summary>What a method is called in a file of documentation.</summary>
    private static string IdOf(MethodBase method)
    {
        string name = method.IsConstructor ? "#ctor" : method.Name,
            generic = method.IsGenericMethod ? $"``{method.GetGenericArguments().Length}" : "";
        ParameterInfo[] parameters = method.GetParameters();
        return $"M:{IdOf(method.DeclaringType!)}.{name}{generic}" + (parameters.Length == 0 ? ""
            : $"({string.Join(',', parameters.Select(parameter => IdOf(parameter.ParameterType)))})");
    }

    private static string IdOf(Type type)
    {
        if (type.IsByRef)
            return IdOf(type.GetElementType()!) + "@";
        if (type.IsArray)
            return IdOf(type.GetElementType()!) + "[]";
        if (type.IsGenericParameter)
            return $"{(type.DeclaringMethod is null ? "`" : "``")}{type.GenericParameterPosition}";
        if (!type.IsConstructedGenericType)
            return type.FullName!.Replace('+', '.');
        string open = IdOf(type.GetGenericTypeDefinition());
        return $"{open[..open.LastIndexOf('`')]}{{{string.Join(',', type.GetGenericArguments().Select(IdOf))}}}";
    }
}
