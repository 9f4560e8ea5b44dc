using GanGpu.Kernels;

namespace GanGpu.Backends;

/// <summary>Maxout units.</summary>
internal sealed partial class IlgpuBackend
{
    private MaxoutGpu Maxout => field ??= new(loader);

    public Action MaxoutSelect(int rows, int units, int pieces, Slice<float> values, Slice<float> keys, Slice<float> y)
    {
        LaunchArguments.MaxoutSelect(rows, units, pieces, values, keys, y);
        return Maxout.BindSelect(Stream, units, pieces, View(values), View(keys), View(y));
    }

    public Action MaxoutSpread(int rows, int units, int pieces, Slice<float> dy, Slice<float> keys, Slice<float> dx)
    {
        LaunchArguments.MaxoutSpread(rows, units, pieces, dy, keys, dx);
        return Maxout.BindSpread(Stream, units, pieces, View(dy), View(keys), View(dx));
    }
}
