using ILGPU.Runtime.Cuda;

namespace GanGpu.Backends;

/// <summary>
/// Launches that are captured once and from then on issued to the device in a single call. Arguments that a launch
/// passes by value are frozen, so everything that changes has to be read from device memory. The graph does not keep
/// its kernels and buffers alive; the actions do, and this object references them.
/// </summary>
internal sealed unsafe class CudaGraph : IReplay
{
    // Only this thread's calls are captured and may invalidate the capture: meanwhile finalizers may free memory on
    // their thread.
    private const int ThreadLocal = 1;

    private readonly IlgpuBackend backend;
    private readonly CudaAccelerator accelerator;
    private readonly nint stream;
    private readonly CudaGraphFunctions functions;
    private readonly Action[] actions;
    private nint executable;

    /// <summary>Captures actions. They are bound, so their kernels are loaded. None of them runs.</summary>
    /// <param name="backend">The backend, which is told when the graph is destroyed.</param>
    /// <param name="accelerator">The accelerator on which the graph runs.</param>
    /// <param name="stream">The stream that the actions use now, and the graph from then on.</param>
    /// <param name="functions">The driver's functions.</param>
    /// <param name="actions">The actions to capture.</param>
    /// <exception cref="CudaGraphException">The driver can't make a graph of them. Nothing has run, and nothing is left
    /// of it.</exception>
    /// <exception cref="CudaException">The same, reported by ILGPU.</exception>
    public CudaGraph(
        IlgpuBackend backend, CudaAccelerator accelerator, CudaStream stream, CudaGraphFunctions functions,
        IReadOnlyList<Action> actions)
    {
        this.backend = backend;
        this.accelerator = accelerator;
        this.stream = stream.StreamPtr;
        this.functions = functions;
        this.actions = [.. actions];
        accelerator.Bind();
        nint graph = Capture();
        try
        {
            nuint nodes;
            CudaGraphException.ThrowIfFailed(functions.GetNodes(graph, null, &nodes), "cuGraphGetNodes");
            // Each action is at least one launch. A launch that was not captured would be missing from every replay.
            if (nodes < (nuint)this.actions.Length)
                throw new CudaGraphException(
                    FormattableString.Invariant($"{this.actions.Length} launches became {nodes} nodes of a graph"));
            nint instance;
            CudaGraphException.ThrowIfFailed(functions.Instantiate(&instance, graph, 0), "cuGraphInstantiateWithFlags");
            executable = instance;
            backend.Keep(instance);
            // The first launch would upload the graph too, but then a lack of memory would be noticed late.
            if (functions.Upload != null)
                CudaGraphException.ThrowIfFailed(functions.Upload(executable, this.stream), "cuGraphUpload");
        }
        catch
        {
            Dispose();
            throw;
        }
        finally
        {
            // The executable graph does not need the one it was made from.
            functions.Destroy(graph);
        }
    }

    public bool IsOneLaunch => true;

    public void Issue()
    {
        ObjectDisposedException.ThrowIf(executable == 0, this);
        CudaException.ThrowIfFailed((CudaError)functions.Launch(executable, stream));
    }

    /// <summary>The driver finishes launches in flight nevertheless.</summary>
    public void Dispose()
    {
        End();
        GC.SuppressFinalize(this);
    }

    ~CudaGraph() => End();

    private void End()
    {
        nint graph = Interlocked.Exchange(ref executable, 0);
        if (graph != 0)
            backend.Destroy(graph, functions);
    }

    private nint Capture()
    {
        nint graph = 0;
        int ended = 0;
        CudaGraphException.ThrowIfFailed(functions.BeginCapture(stream, ThreadLocal), "cuStreamBeginCapture");
        bool complete = false;
        try
        {
            foreach (Action action in actions)
                action();
            complete = true;
        }
        finally
        {
            // In any case the stream must leave capture mode: otherwise nothing issued to it would ever run.
            ended = functions.EndCapture(stream, &graph);
            if (!complete && graph != 0)
                functions.Destroy(graph);
        }

        CudaGraphException.ThrowIfFailed(ended, "cuStreamEndCapture");
        return graph;
    }
}
