using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace GanGpu.TorchPeer;

/// <summary>
/// Makes TorchSharp's native library load where libstdc++ is older than GCC 13's, on Debian 12 for one; elsewhere it
/// does nothing. The library asks for the symbol version GLIBCXX_3.4.32 for a single symbol,
/// std::ios_base_library_init(), which GCC 13's &lt;iostream&gt; names so that old runtimes are refused, but which
/// nothing ever calls or takes the address of: no relocation refers to it. So it is enough to mark that need weak, as
/// the linker does for versions that may be absent.
/// </summary>
/// <remarks>
/// It is done in the copy beside the program, never in the package cache. The layout is in "System V ABI" (ELF-64) and
/// in Drepper, "ELF Symbol Versioning": an Elf64_Vernaux is hash (u32), flags (u16), other (u16), name (u32), next
/// (u32).
/// </remarks>
internal static class TorchLibrary
{
    private const string FileName = "libLibTorchSharp.so", Version = "GLIBCXX_3.4.32";

    private const int VernauxSize = 16;

    private const ushort WeakFlag = 2;

    [ModuleInitializer]
    internal static void MakeLoadable()
    {
        string path = Path.Combine(AppContext.BaseDirectory, FileName);
        if (!OperatingSystem.IsLinux() || !File.Exists(path) || Refusal(path) is not { } refusal
            || !refusal.Contains(Version, StringComparison.Ordinal))
            return;

        byte[] library = File.ReadAllBytes(path);
        MarkWeak(library, Version);
        // Written aside and renamed: another process may be loading the library, and a mapped file must not change.
        string aside = FormattableString.Invariant($"{path}.{Environment.ProcessId}");
        File.WriteAllBytes(aside, library);
        File.SetUnixFileMode(aside, File.GetUnixFileMode(path));
        File.Move(aside, path, overwrite: true);
        if (Refusal(path) is { } stillRefused)
            throw new DllNotFoundException(
                $"'{path}' does not load, although its need of {Version} was marked weak: {stillRefused}");
    }

    /// <summary>Why the library does not load, or null if it does.</summary>
    private static string? Refusal(string path)
    {
        try
        {
            NativeLibrary.Load(path);
            return null;
        }
        catch (DllNotFoundException e)
        {
            return e.Message;
        }
    }

    private static void MarkWeak(Span<byte> library, string version)
    {
        Span<byte> hash = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(hash, Hash(version));
        for (int i = 0; i + VernauxSize <= library.Length; i += sizeof(uint))
        {
            Span<byte> entry = library.Slice(i, VernauxSize), flags = entry[4..6];
            // A hash may occur elsewhere by chance, but not in front of flags of 0 and a symbol version's small index.
            ushort index = BinaryPrimitives.ReadUInt16LittleEndian(entry[6..]);
            if (entry.StartsWith(hash) && BinaryPrimitives.ReadUInt16LittleEndian(flags) == 0 && index is > 1 and < 256)
                BinaryPrimitives.WriteUInt16LittleEndian(flags, WeakFlag);
        }
    }

    /// <summary>The System V ABI's hash of symbol names.</summary>
    private static uint Hash(string name)
    {
        uint hash = 0;
        foreach (byte c in Encoding.ASCII.GetBytes(name))
        {
            hash = (hash << 4) + c;
            uint high = hash & 0xF0000000;
            hash = (hash ^ (high >> 24)) & ~high;
        }

        return hash;
    }
}
