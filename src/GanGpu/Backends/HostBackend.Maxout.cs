using GanGpu.Kernels;

namespace GanGpu.Backends;

/// <summary>Maxout units.</summary>
internal sealed unsafe partial class HostBackend
{
    public Action MaxoutSelect(int rows, int units, int pieces, Slice<float> values, Slice<float> keys, Slice<float> y)
    {
        LaunchArguments.MaxoutSelect(rows, units, pieces, values, keys, y);
        return MaxoutHost.Select(team, rows, units, pieces, Address(values), Address(keys), Address(y));
    }

    public Action MaxoutSpread(int rows, int units, int pieces, Slice<float> dy, Slice<float> keys, Slice<float> dx)
    {
        LaunchArguments.MaxoutSpread(rows, units, pieces, dy, keys, dx);
        return MaxoutHost.Spread(team, rows, units, pieces, Address(dy), Address(keys), Address(dx));
    }
}
