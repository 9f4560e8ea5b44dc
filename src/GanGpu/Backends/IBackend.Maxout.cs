namespace GanGpu.Backends;

/// <summary>Maxout units; piece p of unit u is column p · units + u, and of equal pieces the first counts.</summary>
internal partial interface IBackend
{
    /// <summary>y[r,u] = values[r, p · units + u] of the piece p that is the greatest of keys[r, · units + u]. values may be keys.</summary>
    Action MaxoutSelect(int rows, int units, int pieces, Slice<float> values, Slice<float> keys, Slice<float> y);

    /// <summary>dx[r, p · units + u] = dy[r,u] for the piece p that is the greatest of keys[r, · units + u], 0 for the others.</summary>
    Action MaxoutSpread(int rows, int units, int pieces, Slice<float> dy, Slice<float> keys, Slice<float> dx);
}
