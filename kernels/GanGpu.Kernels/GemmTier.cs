namespace GanGpu.Kernels;

/// <summary>
/// Which kernel makes a product on a GPU, from its shape and the device's limits:
/// <code>
/// tile      K among   threads    when
/// 128 x 128 1 team    256        the tiles are enough for every multiprocessor, rows begin at multiples of 16 bytes
/// 64 x 64   1 team    64         the same
/// 32 x 32   1 to 8    64 each    otherwise, and on processors: as many teams as keep the multiprocessors busy, each with at least 64 terms
/// </code>
/// The first two are made by tensor cores where a precision other than single is asked for; the last never is: what bounds a
/// small product is the way to memory and back.
/// </summary>
/// <param name="Tile">Rows and columns of C that a group makes.</param>
/// <param name="Teams">Teams that share K.</param>
/// <param name="Precision">What the factors are rounded to.</param>
internal readonly record struct GemmTier(int Tile, int Teams, MatrixPrecision Precision = MatrixPrecision.Float32)
{
    // What hides the latency of memory on a multiprocessor: 8 warps.
    private const int ThreadsToFill = 256, FewestTermsOfTeam = 64, MostTeams = 8, SharedBytesOfLarge = 36 * 1024;

    /// <summary>Threads of a group.</summary>
    public int Threads => Tile == GemmSplitGpu.Tile ? GemmSplitGpu.TeamSize * Teams
        : Precision != MatrixPrecision.Float32 ? GemmTensorCoreGpu.Threads(Tile)
        : (Tile / 8) * (Tile / 8);

    public static GemmTier Of(GemmShape shape, bool quads, GpuLimits device, MatrixPrecision precision = MatrixPrecision.Float32)
    {
        foreach (int tile in quads && !device.IsProcessor ? [128, 64] : Array.Empty<int>())
        {
            GemmTier large = new(tile, 1, precision);
            if (Tiles(shape, tile) >= device.Multiprocessors && large.Threads <= device.ThreadsOfGroup && device.SharedBytes >= SharedBytesOfLarge)
                return large;
        }

        int teams = 1;
        long threads = Tiles(shape, GemmSplitGpu.Tile) * GemmSplitGpu.TeamSize, wanted = (long)device.Multiprocessors * ThreadsToFill;
        while (teams < MostTeams
            && threads * teams < wanted
            && shape.K >= 2 * teams * FewestTermsOfTeam
            && 2 * teams * GemmSplitGpu.TeamSize <= device.ThreadsOfGroup
            && 2 * teams * GemmSplitGpu.SharedBytesOfTeam <= device.SharedBytes)
        {
            teams *= 2;
        }

        return new(GemmSplitGpu.Tile, teams);
    }

    /// <summary>Tiles of this side that cover C.</summary>
    public static long Tiles(GemmShape shape, int side) => (long)((shape.M + side - 1) / side) * ((shape.N + side - 1) / side);
}
