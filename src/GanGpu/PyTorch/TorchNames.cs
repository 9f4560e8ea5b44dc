using System.Globalization;

namespace GanGpu.PyTorch;

/// <summary>
/// Names of a module's members in Python: those that a network gives its tensors, of which letters, digits and
/// underscores stay, and all else becomes an underscore.
/// </summary>
internal static class TorchNames
{
    /// <summary>Python's words, and what modules of PyTorch 1.13 to 2.9 have already.</summary>
    private static readonly HashSet<string> Taken =
    [
        "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
        "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
        "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
        "T_destination", "add_module", "apply", "bfloat16", "buffers", "call_super_init", "children", "compile", "cpu",
        "cuda", "double", "dump_patches", "eval", "extra_repr", "float", "forward", "get_buffer", "get_extra_state",
        "get_parameter", "get_submodule", "half", "ipu", "load_state_dict", "modules", "mtia", "named_buffers",
        "named_children", "named_modules", "named_parameters", "parameters", "register_backward_hook",
        "register_buffer", "register_forward_hook", "register_forward_pre_hook", "register_full_backward_hook",
        "register_full_backward_pre_hook", "register_load_state_dict_post_hook",
        "register_load_state_dict_pre_hook", "register_module", "register_parameter",
        "register_state_dict_post_hook", "register_state_dict_pre_hook", "requires_grad_", "self", "set_extra_state",
        "set_submodule", "share_memory", "state_dict", "to", "to_empty", "train", "training", "type", "xpu",
        "zero_grad",
    ];

    /// <summary>A name of which there is one, and takes it.</summary>
    /// <param name="name">What it is to be called.</param>
    /// <param name="taken">The names of the other members.</param>
    public static string Of(string name, HashSet<string> taken)
    {
        string clean = string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_'));
        // Names that begin with underscores are PyTorch's own.
        if (!char.IsAsciiLetter(clean.FirstOrDefault()))
            clean = "tensor" + (clean.StartsWith('_') ? "" : "_") + clean;
        string free = clean;
        for (int number = 2; Taken.Contains(free) || !taken.Add(free); number++)
            free = string.Create(CultureInfo.InvariantCulture, $"{clean}_{number}");
        return free;
    }
}
