using GanGpu.Backends;

namespace GanGpu.Training;

/// <summary>
/// Lets threads draw at once on the processor from weights that nobody changes. A thread that draws alone has the
/// device's turn, and all its threads. One that comes while another draws, or while the device trains, draws by itself,
/// in memory of its own, rather than wait: many small requests are served faster by a thread each.
/// </summary>
/// <remarks>Safe for use from several threads. There are as many lanes of a size as threads have drawn at once.</remarks>
/// <param name="host">The device.</param>
/// <param name="open">Makes what draws at most so many samples on a lane of the device.</param>
internal sealed class SampleLanes(HostBackend host, Func<HostBackend, int, SampleDrawer> open) : IDisposable
{
    private readonly object gate = new();

    private readonly List<(HostBackend Lane, SampleDrawer Drawer)> opened = [];

    /// <summary>Lanes that nobody draws in, by the size of their blocks.</summary>
    private readonly Stack<SampleDrawer>[] idle =
        [.. Enumerable.Range(0, SampleDrawer.SizeOf(SampleDrawer.MostRows) + 1).Select(_ => new Stack<SampleDrawer>())];

    /// <summary>Threads that draw, and those of them that have a lane or are about to.</summary>
    private int drawing, busy;

    private bool closed;

    /// <summary>Lets a thread draw a block.</summary>
    /// <param name="use">What the lanes are of.</param>
    /// <param name="rows">Samples of the block.</param>
    /// <returns>Its lane; one without a drawer if it is to take the device's turn.</returns>
    /// <exception cref="ObjectDisposedException">The generator was disposed, or its device.</exception>
    public SampleLane Enter(DeviceUse use, int rows)
    {
        int size = SampleDrawer.SizeOf(rows);
        lock (gate)
        {
            use.ThrowIfEnded();
            host.Turns.ThrowIfClosed();
            if (++drawing == 1 && !host.Turns.Taken || closed)
                return new SampleLane(this, null, size);
            busy++;
            if (idle[size].TryPop(out SampleDrawer? drawer))
                return new SampleLane(this, drawer, size);
        }

        try
        {
            return new SampleLane(this, Open(1 << size), size);
        }
        catch (DeviceOutOfMemoryException)
        {
            // Then it waits for its turn like everything else on the device.
            LeaveLane();
            return new SampleLane(this, null, size);
        }
        catch
        {
            LeaveLane();
            Leave(null, size);
            throw;
        }
    }

    /// <summary>Ends the drawing of a block.</summary>
    public void Leave(SampleDrawer? drawer, int size)
    {
        lock (gate)
        {
            drawing--;
            if (drawer is null)
                return;
            idle[size].Push(drawer);
            LeaveLane();
        }
    }

    /// <summary>
    /// Waits for the threads that draw in a lane, and frees the lanes. Who holds the turn may call it: a lane waits for
    /// no turn.
    /// </summary>
    public void Dispose()
    {
        lock (gate)
        {
            closed = true;
            while (busy > 0)
                Monitor.Wait(gate);
            foreach ((HostBackend lane, SampleDrawer drawer) in opened)
            {
                drawer.Dispose();
                lane.Dispose();
            }

            opened.Clear();
        }
    }

    private SampleDrawer Open(int rows)
    {
        HostBackend lane = host.OpenLane();
        try
        {
            SampleDrawer drawer = open(lane, rows);
            lock (gate)
                opened.Add((lane, drawer));
            return drawer;
        }
        catch
        {
            lane.Dispose();
            throw;
        }
    }

    private void LeaveLane()
    {
        lock (gate)
        {
            busy--;
            if (closed)
                Monitor.PulseAll(gate);
        }
    }
}
