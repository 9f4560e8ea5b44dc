using System.Reflection;
using System.Reflection.Emit;
using System.Text.RegularExpressions;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Documentation;

/// <summary>
/// The folders of the library depend on each other one way: by what the compiled types inherit, hold, take, return and
/// call. Folders count, since what a program names is in the namespace GanGpu wherever it lies.
/// </summary>
public partial class ArchitectureTests
{
    private const BindingFlags Declared = BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic
        | BindingFlags.Static | BindingFlags.Instance;

    /// <summary>From what depends on nothing of the library to what may depend on all above it.</summary>
    private static readonly string[] Layers =
    [
        "", "Backends", "Devices", "Data", "Graph", "Planning", "Networks", "Objectives", "Objectives.Gan",
        "Objectives.Classifier", "Objectives.Vae", "Presets", "Checkpoints", "Training", "Measures",
        "Modalities.Points", "Modalities.Images", "Modalities", "PyTorch", "Runs", "Benchmarking",
    ];

    private static readonly Dictionary<short, OpCode> OpCodes = typeof(OpCodes).GetFields()
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    [Fact]
    public void Every_folder_uses_only_those_below_it()
    {
        Dictionary<string, string> folders = FoldersOfTypes();
        Assert.Equal(Layers.Order(StringComparer.Ordinal), folders.Values.Distinct().Order(StringComparer.Ordinal));
        HashSet<string> upwards = [], seen = [];
        foreach (Type type in typeof(Device).Assembly.GetTypes())
        {
            if (Folder(type) is not { } own)
                continue;
            foreach (Type used in UsedBy(type).Where(used => used.Assembly == type.Assembly))
            {
                if (Folder(used) is not { } other || other == own)
                    continue;
                seen.Add($"{own} uses {other}");
                if (Array.IndexOf(Layers, other) > Array.IndexOf(Layers, own))
                    upwards.Add($"{Outermost(type).Name}: {own} uses {other} ({Outermost(used).Name})");
            }
        }

        Assert.Empty(upwards);
        Assert.Contains("Training uses Objectives", seen);
        Assert.Contains("Modalities uses Measures", seen);

        string? Folder(Type type) => type.IsGenericParameter ? null
            : folders.GetValueOrDefault($"{Outermost(type).Namespace}.{Outermost(type).Name.Split('`')[0]}");
    }

    /// <summary>The folder of each type's source, such as "Objectives.Gan".</summary>
    private static Dictionary<string, string> FoldersOfTypes()
    {
        string root = Path.Combine(Repository.Root, "src", "GanGpu");
        Dictionary<string, string> folders = [];
        foreach (string file in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories))
        {
            string folder = Path.GetRelativePath(root, Path.GetDirectoryName(file)!).Replace(Path.DirectorySeparatorChar, '.');
            string text = File.ReadAllText(file);
            if (folder is "obj" or "bin" || folder.StartsWith("obj.", StringComparison.Ordinal)
                || folder.StartsWith("bin.", StringComparison.Ordinal)
                || Namespace().Match(text) is not { Success: true } declared)
                continue;
            foreach (Match type in TypeName().Matches(text))
                folders[$"{declared.Groups[1].Value}.{type.Groups[1].Value}"] = folder == "." ? "" : folder;
        }

        return folders;
    }

    private static Type Outermost(Type type)
    {
        while (type.HasElementType)
            type = type.GetElementType()!;
        while (type.DeclaringType is { } outer)
            type = outer;
        return type;
    }

    private static IEnumerable<Type> UsedBy(Type type)
    {
        IEnumerable<Type?> used =
        [
            type.BaseType, .. type.GetInterfaces(),
            .. type.GetFields(Declared).Select(field => field.FieldType),
            .. type.GetMethods(Declared).Cast<MethodBase>().Concat(type.GetConstructors(Declared)).SelectMany(Used),
        ];
        return used.OfType<Type>().SelectMany(WithArguments);
    }

    private static IEnumerable<Type?> Used(MethodBase method) =>
    [
        (method as MethodInfo)?.ReturnType, .. method.GetParameters().Select(parameter => parameter.ParameterType),
        .. method.GetMethodBody()?.LocalVariables.Select(local => local.LocalType) ?? [], .. Called(method),
    ];

    private static IEnumerable<Type> WithArguments(Type type) =>
        type.IsGenericType ? [type, .. type.GetGenericArguments().SelectMany(WithArguments)] : [type];

    /// <summary>The types that a method's instructions name.</summary>
    private static List<Type?> Called(MethodBase method)
    {
        List<Type?> types = [];
        byte[] code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        Type[]? ofType = method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : null,
            ofMethod = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (int i = 0; i < code.Length;)
        {
            OpCode op = code[i] == 0xFE ? OpCodes[(short)((0xFE << 8) | code[i + 1])] : OpCodes[code[i]];
            i += op.Size;
            if (op.OperandType is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok
                or OperandType.InlineType)
            {
                MemberInfo? member =
                    method.Module.ResolveMember(BitConverter.ToInt32(code, i), ofType, ofMethod);
                types.Add(member as Type ?? member?.DeclaringType);
                if (member is MethodInfo { IsGenericMethod: true } generic)
                    types.AddRange(generic.GetGenericArguments());
            }

            i += op.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, i)),
                _ => 4,
            };
        }

        return types;
    }

    [GeneratedRegex(@"^namespace (GanGpu[\w.]*);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(
        @"^(?:(?:public|internal|file|sealed|static|abstract|partial|readonly|ref|unsafe) )+" +
        @"(?:class|record struct|record|struct|enum|interface|delegate [\w<>?,. \[\]]+?) (\w+)", RegexOptions.Multiline)]
    private static partial Regex TypeName();
}
