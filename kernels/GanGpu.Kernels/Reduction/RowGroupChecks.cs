using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Reduction;

/// <summary>What must hold of a matrix and of what is kept of its groups of rows.</summary>
internal static class RowGroupChecks
{
    public static void RowGroups(string operation, RowGroups shape, string name, Slice<float> matrix, string keptName,
        Slice<float> kept)
    {
        Positive(operation, "the groups", shape.Groups);
        Matrix(operation, checked(shape.Groups * shape.Rows), shape.Columns, name, matrix);
        Shape(operation, keptName, kept, shape.Groups, shape.Columns);
        Apart(operation, name, matrix, keptName, kept);
    }
}
