using System.Reflection;
using System.Runtime.InteropServices;

namespace GanGpu.Backends;

/// <summary>
/// Finds the drivers' libraries. ILGPU asks for "cuda" and "OpenCL", for which .NET tries libcuda.so and libOpenCL.so;
/// those come with development packages only, while a driver installs libcuda.so.1 and libOpenCL.so.1. Without this, a
/// machine with a GPU and no such packages appears to have none.
/// </summary>
internal static class NativeLibraries
{
    private const string WslLibraries = "/usr/lib/wsl/lib";

    private static readonly Lock Gate = new();
    private static bool installed;

    /// <summary>Has to run before ILGPU first looks for devices; runs once, from any thread.</summary>
    public static void Install()
    {
        lock (Gate)
        {
            if (installed)
                return;
            installed = true;

            // ILGPU installs a resolver of its own under WSL, and an assembly takes only one.
            if (!OperatingSystem.IsLinux() || Directory.Exists(WslLibraries))
                return;
            try
            {
                NativeLibrary.SetDllImportResolver(typeof(ILGPU.Context).Assembly, Resolve);
            }
            catch (InvalidOperationException)
            {
                // The program that uses this library has already installed a resolver, which is then in charge.
            }
        }
    }

    /// <summary>Whether a driver library can be loaded on this machine.</summary>
    public static bool CanLoad(string library)
    {
        bool loaded = TryLoad(library, out nint handle);
        if (loaded)
            NativeLibrary.Free(handle);
        return loaded;
    }

    /// <summary>The CUDA driver's result of being started, a CUresult; null if there is no driver.</summary>
    public static unsafe int? StartCuda()
    {
        if (!TryLoad("cuda", out nint handle))
            return null;

        // A driver that was started stays loaded: unloading it would remove code that its threads are running.
        return NativeLibrary.TryGetExport(handle, "cuInit", out nint start)
            ? ((delegate* unmanaged<uint, int>)start)(0) : null;
    }

    /// <summary>Loads a driver library, "cuda" or "OpenCL", by any of its names on this machine.</summary>
    public static bool TryLoad(string library, out nint handle)
    {
        string[] names = OperatingSystem.IsWindows()
            ? [library == "cuda" ? "nvcuda" : library]
            : [library, $"lib{library}.so.1", $"{WslLibraries}/lib{library}.so.1"];
        foreach (string name in names)
        {
            if (NativeLibrary.TryLoad(name, typeof(ILGPU.Context).Assembly, null, out handle))
                return true;
        }

        handle = 0;
        return false;
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        // Zero leaves the name to .NET's own search.
        if (name is not ("cuda" or "OpenCL"))
            return 0;
        if (NativeLibrary.TryLoad($"lib{name}.so", assembly, searchPath, out nint handle))
            return handle;
        return NativeLibrary.TryLoad($"lib{name}.so.1", assembly, searchPath, out handle) ? handle : 0;
    }
}
