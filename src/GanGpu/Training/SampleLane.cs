namespace GanGpu.Training;

/// <summary>What a thread draws a block in, until it is disposed; see <see cref="SampleLanes"/>.</summary>
internal readonly ref struct SampleLane(SampleLanes lanes, SampleDrawer? drawer, int size)
{
    /// <summary>What draws it; null if the device's turn is to be taken.</summary>
    public SampleDrawer? Drawer => drawer;

    public void Dispose() => lanes?.Leave(drawer, size);
}
