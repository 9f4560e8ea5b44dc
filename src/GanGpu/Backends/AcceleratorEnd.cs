using System.Runtime.CompilerServices;
using ILGPU.Runtime;

namespace GanGpu.Backends;

/// <summary>
/// Ends a backend before its accelerator ends, which is the program's and may be disposed at any moment: waits for the
/// turn under way, frees what ILGPU would not, such as graphs, and refuses all later turns.
/// </summary>
internal sealed class AcceleratorEnd : IDisposable
{
    private readonly Accelerator accelerator;
    private readonly IlgpuBackend backend;

    public AcceleratorEnd(Accelerator accelerator, IlgpuBackend backend)
    {
        this.accelerator = accelerator;
        this.backend = backend;
        accelerator.Disposed += End;
    }

    public void Dispose() => accelerator.Disposed -= End;

    private void End(object? sender, EventArgs e)
    {
        // ILGPU 1.5.3 raises the event in a lock that allocating, copying and freeing take as well: whoever has the
        // turn may wait for it.
        object gate = Gate(accelerator);
        Monitor.Exit(gate);
        try
        {
            using DeviceTurn turn = backend.Turns.TakeLast(
                this,
                "The ILGPU accelerator that the device was made of was disposed; dispose it after the device and " +
                "everything that was made for it.");
            backend.Dispose();
        }
        finally
        {
            Monitor.Enter(gate);
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "syncRoot")]
    private static extern ref readonly object Gate(Accelerator accelerator);
}
