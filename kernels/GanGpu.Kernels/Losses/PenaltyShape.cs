namespace GanGpu.Kernels.Losses;

/// <summary>
/// A penalty on the norms of the rows of a gradient g [Rows, Columns], whose rows have two parts with a weight each:
/// firstWeight · mean over r &lt; Split of (‖g_r‖ − Center)² + secondWeight · mean over the other rows. WGAN-GP
/// (Gulrajani et al. 2017, arXiv:1704.00028) has Center 1; R1 and R2 (Mescheder et al. 2018, arXiv:1801.04406) have 0.
/// </summary>
internal readonly record struct PenaltyShape(
    int Rows, int Columns, int Split, float Center, float FirstWeight, float SecondWeight);
