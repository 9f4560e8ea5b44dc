namespace GanGpu.Kernels.Host;

/// <summary>
/// A host kernel: its arguments as fields, and its loop over a range of units (elements, rows or columns, as the kernel
/// says), written once for every vector width. Units are independent, so the result does not depend on how they are
/// divided among threads.
/// </summary>
internal interface IHostKernel
{
    void Run<TSimd>(int start, int end)
        where TSimd : struct, ISimd<TSimd>;
}

/// <summary>
/// Binds a kernel to the width of this machine's vectors and to its threads. The only place that does.
/// </summary>
internal static class HostTask
{
    // With fewer nanoseconds of work per thread, the microsecond of a fork does not pay.
    private const double LeastNanosecondsPerThread = 2000;

    /// <summary>An action that runs the kernel over all units and allocates nothing.</summary>
    /// <param name="team">The threads that run it.</param>
    /// <param name="kernel">The kernel with its arguments.</param>
    /// <param name="units">Number of units.</param>
    /// <param name="nanosecondsPerUnit">Approximate time of one thread for a unit.</param>
    /// <param name="grain">Threads start at multiples of it, so that no two write to one cache line.</param>
    public static Action Bind<TKernel>(
        ThreadTeam team, TKernel kernel, int units, double nanosecondsPerUnit, int grain = 1)
        where TKernel : struct, IHostKernel
    {
        double worthwhile = units * nanosecondsPerUnit / LeastNanosecondsPerThread;
        int grains = (units + grain - 1) / grain;
        int parts = Math.Max(1, Math.Min(team.Threads, Math.Min(grains, (int)Math.Min(worthwhile, int.MaxValue))));
        return Simd.Width switch
        {
            16 => new HostTask<TKernel, Simd512>(team, kernel, units, grain, parts).Invoke,
            8 => new HostTask<TKernel, Simd256>(team, kernel, units, grain, parts).Invoke,
            _ => new HostTask<TKernel, Simd128>(team, kernel, units, grain, parts).Invoke,
        };
    }
}

/// <summary>A kernel bound by <see cref="HostTask.Bind"/>.</summary>
internal sealed class HostTask<TKernel, TSimd>(
    ThreadTeam team, TKernel kernel, int units, int grain, int parts) : TeamTask
    where TKernel : struct, IHostKernel
    where TSimd : struct, ISimd<TSimd>
{
    private readonly TKernel kernel = kernel;

    public void Invoke()
    {
        if (parts == 1)
            kernel.Run<TSimd>(0, units);
        else
            team.Run(this, parts);
    }

    public override void Run(int part, int parts)
    {
        int grains = (units + grain - 1) / grain;
        int start = (int)((long)grains * part / parts) * grain;
        int end = Math.Min(units, (int)((long)grains * (part + 1) / parts) * grain);
        if (start < end)
            kernel.Run<TSimd>(start, end);
    }
}
