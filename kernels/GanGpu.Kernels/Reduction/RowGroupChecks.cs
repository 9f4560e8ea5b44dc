using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Reduction;

/// <summary>Checks of a matrix and of the statistics of its groups of rows.</summary>
internal static class RowGroupChecks
{
    public static void RowGroups(
        string operation, RowGroups shape, string name, Slice<float> matrix, string statisticName,
        Slice<float> statistic)
    {
        Positive(operation, "the groups", shape.Groups);
        Matrix(operation, checked(shape.Groups * shape.Rows), shape.Columns, name, matrix);
        Shape(operation, statisticName, statistic, shape.Groups, shape.Columns);
        Apart(operation, name, matrix, statisticName, statistic);
    }
}
