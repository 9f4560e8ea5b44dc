using System.CommandLine;

namespace GanGpu.Cli.Commands;

/// <summary>
/// gangpu completion: a script that lets a shell complete commands, options and their values. It asks gangpu itself, by
/// its directive [suggest].
/// </summary>
internal static class CompletionCommand
{
    private static readonly Dictionary<string, string> Scripts = new()
    {
        ["bash"] = """
            _gangpu() {
                local IFS=$'\n'
                COMPREPLY=($(compgen -W "$(gangpu "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _gangpu gangpu
            """,
        ["zsh"] = """
            _gangpu() {
                local -a found
                found=("${(@f)$(gangpu "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
                compadd -- $found || _files
            }
            compdef _gangpu gangpu
            """,
        ["fish"] = """
            complete -c gangpu -a '(set -l line (commandline -cp); gangpu "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null)'
            """,
        ["pwsh"] = """
            Register-ArgumentCompleter -Native -CommandName gangpu -ScriptBlock {
                param($word, $line, $position)
                gangpu "[suggest:$position]" "$line" | Where-Object { $_ -like "$word*" } | ForEach-Object {
                    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
                }
            }
            """,
    };

    public static Command Create()
    {
        Argument<string> shell = new("SHELL") { Description = $"The shell: {string.Join(", ", Scripts.Keys)}." };
        shell.CompletionSources.Add([.. Scripts.Keys]);
        Command command = new(
            "completion",
            "Writes a script that completes commands and options in a shell, such as: gangpu completion bash >> " +
            "~/.bashrc") { shell };
        command.SetAction(parsed =>
        {
            string name = parsed.GetRequiredValue(shell);
            Console.WriteLine(Scripts.TryGetValue(name, out string? script) ? script
                : throw new InvalidInputException(
                    $"There is no completion for '{name}'; the shells are: {string.Join(", ", Scripts.Keys)}."));
            return ExitCode.Done;
        });
        return command;
    }
}
