using System.Runtime.InteropServices;

namespace GanGpu.Backends;

/// <summary>
/// The CUDA driver's functions for graphs, which ILGPU does not import. The driver is the one that ILGPU has loaded.
/// </summary>
internal sealed unsafe class CudaGraphFunctions
{
    private static readonly Lazy<(CudaGraphFunctions? Functions, string? Missing)> Found = new(Find);

    private readonly delegate* unmanaged<nint, int> destroyExec;

    private CudaGraphFunctions(nint driver)
    {
        BeginCapture = (delegate* unmanaged<nint, int, int>)NativeLibrary.GetExport(driver, "cuStreamBeginCapture_v2");
        EndCapture = (delegate* unmanaged<nint, nint*, int>)NativeLibrary.GetExport(driver, "cuStreamEndCapture");
        GetNodes = (delegate* unmanaged<nint, nint*, nuint*, int>)NativeLibrary.GetExport(driver, "cuGraphGetNodes");
        Instantiate = (delegate* unmanaged<nint*, nint, ulong, int>)NativeLibrary.GetExport(
            driver, "cuGraphInstantiateWithFlags");
        Launch = (delegate* unmanaged<nint, nint, int>)NativeLibrary.GetExport(driver, "cuGraphLaunch");
        destroyExec = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(driver, "cuGraphExecDestroy");
        Destroy = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(driver, "cuGraphDestroy");
        if (NativeLibrary.TryGetExport(driver, "cuGraphUpload", out nint upload))
            Upload = (delegate* unmanaged<nint, nint, int>)upload;
    }

    /// <summary>The functions; null if the driver does not have all of them.</summary>
    public static CudaGraphFunctions? Driver => Found.Value.Functions;

    /// <summary>The reason why there are none; null if there are.</summary>
    public static string? Missing => Found.Value.Missing;

    /// <summary>(stream, mode)</summary>
    public delegate* unmanaged<nint, int, int> BeginCapture { get; }

    /// <summary>(stream, out graph)</summary>
    public delegate* unmanaged<nint, nint*, int> EndCapture { get; }

    /// <summary>(graph, nodes or null, count)</summary>
    public delegate* unmanaged<nint, nint*, nuint*, int> GetNodes { get; }

    /// <summary>(out executable graph, graph, flags); since CUDA 11.4.</summary>
    public delegate* unmanaged<nint*, nint, ulong, int> Instantiate { get; }

    /// <summary>(executable graph, stream); null in drivers before CUDA 11.1, whose first launch does it.</summary>
    public delegate* unmanaged<nint, nint, int> Upload { get; }

    /// <summary>(executable graph, stream)</summary>
    public delegate* unmanaged<nint, nint, int> Launch { get; }

    /// <summary>Destroys an executable graph.</summary>
    public void End(nint executable) => destroyExec(executable);

    /// <summary>(graph)</summary>
    public delegate* unmanaged<nint, int> Destroy { get; }

    private static (CudaGraphFunctions?, string?) Find()
    {
        // As long as the process lives: the functions' addresses are kept.
        if (!NativeLibraries.TryLoad("cuda", out nint driver))
            return (null, "the driver's library was not found");
        try
        {
            return (new(driver), null);
        }
        catch (EntryPointNotFoundException e)
        {
            return (null, e.Message);
        }
    }
}
