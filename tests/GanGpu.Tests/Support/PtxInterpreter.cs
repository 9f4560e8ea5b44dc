using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace GanGpu.Tests.Support;

/// <summary>A fault of a kernel, or a text that is no PTX the interpreter knows.</summary>
internal sealed class PtxException(string message) : Exception(message);

/// <summary>
/// A module of PTX in the interpreter of StubDriver, which is compiled once per test run. Where there is no g++ a test
/// is skipped, except under CI.
/// </summary>
internal sealed unsafe class PtxInterpreter : IDisposable
{
    private const int ErrorSize = 2048;

    private static readonly Lazy<Functions> Library = new(Compile);

    private nint module;

    public PtxInterpreter(string text)
    {
        Functions library = Available();
        byte[] bytes = [.. Encoding.UTF8.GetBytes(text), 0], error = new byte[ErrorSize];
        fixed (byte* t = bytes, e = error)
            module = library.Load(t, e, ErrorSize);
        if (module == 0)
            throw new PtxException(Text(error));
    }

    /// <summary>Instructions of threads that have run.</summary>
    public ulong Instructions => Library.Value.Instructions(module);

    /// <summary>Skips the test where the interpreter cannot be compiled.</summary>
    public static void Require() => Available();

    /// <summary>As the interpreter reads it: .NET keeps its own copy of the environment.</summary>
    public static void SetVariable(string name, string? value) =>
        _ = value is null ? unsetenv(name) : setenv(name, value, 1);

    public bool HasKernel(string name)
    {
        fixed (byte* n = (byte[])[.. Encoding.UTF8.GetBytes(name), 0])
            return Library.Value.HasKernel(module, n) != 0;
    }

    /// <exception cref="PtxException">The kernel did what it must not.</exception>
    public void Launch(
        string kernel, PtxMemory memory, (int X, int Y, int Z) grid, (int X, int Y, int Z) block,
        PtxParameters parameters, int dynamicShared = 0)
    {
        uint[] blocks = [(uint)grid.X, (uint)grid.Y, (uint)grid.Z],
            threads = [(uint)block.X, (uint)block.Y, (uint)block.Z];
        byte[] packed = parameters.ToArray(), error = new byte[ErrorSize];
        ulong[] ranges = memory.Ranges();
        int result;
        fixed (byte* name = (byte[])[.. Encoding.UTF8.GetBytes(kernel), 0], p = packed, e = error)
        fixed (uint* b = blocks, t = threads)
        fixed (ulong* r = ranges)
            result = Library.Value.Launch(
                module, name, b, t, (uint)dynamicShared, p, (nuint)packed.Length, &IsValid, r, e, ErrorSize);
        if (result != 0)
            throw new PtxException(Text(error));
    }

    public void Launch(string kernel, PtxMemory memory, int grid, int block, PtxParameters parameters) =>
        Launch(kernel, memory, (grid, 1, 1), (block, 1, 1), parameters);

    public void Dispose()
    {
        if (module != 0)
            Library.Value.Unload(module);
        module = 0;
    }

    // The ranges: how many, then the first address and the one past the end of each.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int IsValid(void* context, ulong address, nuint bytes)
    {
        ulong* ranges = (ulong*)context;
        for (ulong i = 0; i < ranges[0]; i++)
        {
            if (address >= ranges[1 + 2 * i] && address <= ranges[2 + 2 * i] && bytes <= ranges[2 + 2 * i] - address)
                return 1;
        }

        return 0;
    }

    private static string Text(byte[] error) =>
        Encoding.UTF8.GetString(error, 0, Math.Max(0, Array.IndexOf(error, (byte)0)));

    private static Functions Available()
    {
        Functions library = Library.Value;
        if (library.Missing is not null)
        {
            Assert.True(Environment.GetEnvironmentVariable("CI") != "true", library.Missing);
            Assert.Skip(library.Missing);
        }

        return library;
    }

    private static Functions Compile()
    {
        string sources = Path.Combine(Repository.Root, "tests", "GanGpu.Tests", "StubDriver");
        string folder = Directory.CreateTempSubdirectory("gangpu-ptx-").FullName,
            target = Path.Combine(folder, "libptx.so");
        try
        {
            ProcessStartInfo start = new(
                "g++", ["-O2", "-std=c++17", "-shared", "-fPIC", "-pthread", "-Wall", "-Wextra", "-Werror",
                    "-ffp-contract=off", "-o", target])
            {
                RedirectStandardError = true,
            };
            foreach (string source in Directory.GetFiles(sources, "ptx_*.cpp"))
                start.ArgumentList.Add(source);
            using Process? compiler = Process.Start(start);
            string messages = compiler!.StandardError.ReadToEnd();
            compiler.WaitForExit();
            Assert.True(compiler.ExitCode == 0, messages);
            return new(NativeLibrary.Load(target));
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return new("There is no g++ to compile the PTX interpreter.");
        }
        finally
        {
            // A library that is loaded stays where it has no name any more.
            Directory.Delete(folder, recursive: true);
        }
    }

#pragma warning disable SYSLIB1054, CA2101, IDE1006 // Two C functions under their own names.
    [DllImport("libc", CharSet = CharSet.Ansi), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int setenv(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value,
        int overwrite);

    [DllImport("libc", CharSet = CharSet.Ansi), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int unsetenv([MarshalAs(UnmanagedType.LPUTF8Str)] string name);
#pragma warning restore SYSLIB1054, CA2101, IDE1006

    private sealed class Functions
    {
        public readonly string? Missing;
        public readonly delegate* unmanaged[Cdecl]<byte*, byte*, int, nint> Load;
        public readonly delegate* unmanaged[Cdecl]<nint, void> Unload;
        public readonly delegate* unmanaged[Cdecl]<nint, byte*, int> HasKernel;
        public readonly delegate* unmanaged[Cdecl]<nint, ulong> Instructions;
        public readonly delegate* unmanaged[Cdecl]<nint, byte*, uint*, uint*, uint, byte*, nuint,
            delegate* unmanaged[Cdecl]<void*, ulong, nuint, int>, void*, byte*, int, int> Launch;

        public Functions(string missing) => Missing = missing;

        public Functions(nint library)
        {
            Load = (delegate* unmanaged[Cdecl]<byte*, byte*, int, nint>)NativeLibrary.GetExport(library, "ptx_load");
            Unload = (delegate* unmanaged[Cdecl]<nint, void>)NativeLibrary.GetExport(library, "ptx_unload");
            HasKernel =
                (delegate* unmanaged[Cdecl]<nint, byte*, int>)NativeLibrary.GetExport(library, "ptx_has_kernel");
            Instructions =
                (delegate* unmanaged[Cdecl]<nint, ulong>)NativeLibrary.GetExport(library, "ptx_instructions");
            Launch = (
                delegate* unmanaged[Cdecl]<nint, byte*, uint*, uint*, uint, byte*, nuint,
                delegate* unmanaged[Cdecl]<void*, ulong, nuint, int>, void*, byte*, int, int>)NativeLibrary.GetExport(
                library, "ptx_launch");
        }
    }
}

/// <summary>Buffers that kernels in the interpreter may touch, and nothing else.</summary>
internal sealed unsafe class PtxMemory : IDisposable
{
    private readonly List<(nint Address, int Bytes)> buffers = [];

    public ulong Allocate<T>(params T[] values)
        where T : unmanaged
    {
        int bytes = sizeof(T) * values.Length;
        nint address = (nint)NativeMemory.AlignedAlloc((nuint)bytes + 256, 256);
        values.CopyTo(new Span<T>((void*)address, values.Length));
        buffers.Add((address, bytes));
        return (ulong)address;
    }

    public T[] Read<T>(ulong address, int count)
        where T : unmanaged
    {
        Assert.Contains(buffers, b => (ulong)b.Address == address && sizeof(T) * count <= b.Bytes);
        return new Span<T>((void*)address, count).ToArray();
    }

    public ulong[] Ranges() =>
        [(ulong)buffers.Count, .. buffers.SelectMany(b => (ulong[])[(ulong)b.Address, (ulong)(b.Address + b.Bytes)])];

    public void Dispose()
    {
        foreach ((nint address, _) in buffers)
            NativeMemory.AlignedFree((void*)address);
        buffers.Clear();
    }
}

/// <summary>A kernel's parameters, each at its natural alignment.</summary>
internal sealed unsafe class PtxParameters
{
    private readonly List<byte> bytes = [];

    /// <summary>A number, or a struct of four-byte fields.</summary>
    public PtxParameters Add<T>(T value)
        where T : unmanaged
    {
        int alignment = sizeof(T) == 8 ? 8 : Math.Min(sizeof(T), 4);
        while (bytes.Count % alignment != 0)
            bytes.Add(0);
        bytes.AddRange(new ReadOnlySpan<byte>(&value, sizeof(T)));
        return this;
    }

    /// <summary>An ILGPU ArrayView: where it begins and how many elements it has.</summary>
    public PtxParameters View(ulong address, long length) => Add(address).Add(length);

    public byte[] ToArray() => [.. bytes];
}
