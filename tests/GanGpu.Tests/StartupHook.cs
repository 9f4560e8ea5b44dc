using System.Globalization;
using System.Reflection;
using System.Text.Json;

/// <summary>
/// Runs in a process of gangpu before its own beginning, where DOTNET_STARTUP_HOOKS names this assembly, and keeps it
/// there: it runs one command after another, each of which is a line with a folder, variables of the environment with
/// their values, and arguments, and answers with a line of exit code, output and errors. See
/// <see cref="GanGpu.Tests.Cli.GangpuHost"/>. .NET looks for it in no namespace.
/// </summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        MethodInfo main = Assembly.Load("GanGpu.Cli").EntryPoint!;
        TextWriter answers = Console.Out;
        while (Console.ReadLine() is { } line)
        {
            string[][] words = JsonSerializer.Deserialize<string[][]>(line)!;
            StringWriter output = new(), errors = new();
            Console.SetOut(output);
            Console.SetError(errors);
            Directory.SetCurrentDirectory(words[0][0]);
            string?[] before = [.. words[1].Chunk(2).Select(each => Environment.GetEnvironmentVariable(each[0]))];
            foreach (string[] each in words[1].Chunk(2))
                Environment.SetEnvironmentVariable(each[0], each[1]);
            int exitCode = (int)main.Invoke(null, [words[2]])!;
            foreach ((string[] each, string? value) in words[1].Chunk(2).Zip(before))
                Environment.SetEnvironmentVariable(each[0], value);
            // The folder is deleted next, which Windows allows to nobody while a process is in it.
            Directory.SetCurrentDirectory(AppContext.BaseDirectory);
            string[] answer = [exitCode.ToString(CultureInfo.InvariantCulture), output.ToString(), errors.ToString()];
            answers.WriteLine(JsonSerializer.Serialize(answer));
        }

        Environment.Exit(0);
    }
}
