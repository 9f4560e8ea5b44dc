using ILGPU.Runtime.Cuda;

namespace GanGpu.Backends;

/// <summary>
/// Launches recorded once and handed to the device in one call from then on. What a launch passes by value is frozen
/// with it, so everything that changes has to be read from device memory. The graph does not keep its kernels and
/// buffers alive; the actions do, and this object keeps them.
/// </summary>
internal sealed unsafe class CudaGraph : IReplay
{
    // Only what this thread does is captured and held against the capture: finalizers may free memory meanwhile on
    // theirs.
    private const int ThreadLocal = 1;

    private readonly IlgpuBackend backend;
    private readonly CudaAccelerator accelerator;
    private readonly nint stream;
    private readonly CudaGraphFunctions functions;
    private readonly Action[] actions;
    private nint executable;

    /// <summary>Captures actions; they are bound, so their kernels are loaded, and none of them runs.</summary>
    /// <param name="backend">What is told when the graph ends.</param>
    /// <param name="accelerator">Where the graph runs.</param>
    /// <param name="stream">What the actions issue to, and the graph from now on.</param>
    /// <param name="functions">The driver's.</param>
    /// <param name="actions">What becomes the graph.</param>
    /// <exception cref="CudaGraphException">The driver can't make a graph of them. Nothing has run or is left of
    /// it.</exception>
    /// <exception cref="CudaException">As the other, told by ILGPU.</exception>
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
            // Each action is at least one launch: one that went past the capture would be missing from every replay.
            if (nodes < (nuint)this.actions.Length)
                throw new CudaGraphException(
                    FormattableString.Invariant($"{this.actions.Length} launches became {nodes} nodes of a graph"));
            nint instance;
            CudaGraphException.ThrowIfFailed(functions.Instantiate(&instance, graph, 0), "cuGraphInstantiateWithFlags");
            executable = instance;
            backend.Keep(instance);
            // The first launch would do it too, but then it is late to find that there is no memory for it.
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

    /// <summary>Launches in flight are finished by the driver all the same.</summary>
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
            // Whatever happened, the stream must not stay in capture: nothing issued to it would ever run.
            ended = functions.EndCapture(stream, &graph);
            if (!complete && graph != 0)
                functions.Destroy(graph);
        }

        CudaGraphException.ThrowIfFailed(ended, "cuStreamEndCapture");
        return graph;
    }
}
