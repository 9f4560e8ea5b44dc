using GanGpu.Graph;

namespace GanGpu.Tests.Reference;

/// <summary>Maxout units.</summary>
internal static partial class Float64Graph
{
    private static double[] Select(MaxoutSelect operation, double[] values, double[] keys)
    {
        int units = operation.Output.Shape.Columns;
        return Each(operation.Output.Shape, (r, u, _) => values[Greatest(keys, r, u, units, operation.Pieces)]);
    }

    private static double[] Spread(MaxoutSpread operation, double[] dy, double[] keys)
    {
        int units = operation.Inputs[0].Shape.Columns;
        return Each(operation.Output.Shape, (r, c, i) => i == Greatest(keys, r, c % units, units, operation.Pieces) ? dy[(r * units) + (c % units)] : 0);
    }

    private static int Greatest(double[] keys, int row, int unit, int units, int pieces) =>
        Enumerable.Range(0, pieces).Select(p => (((row * pieces) + p) * units) + unit).MaxBy(index => keys[index]);
}
