using GanGpu.Kernels.Losses;

namespace GanGpu.Tests.Reference;

/// <summary>Penalties on a discriminator's gradient.</summary>
internal static partial class Float64Graph
{
    /// <summary>Cotangent, norms, metrics; see <see cref="PenaltyShape"/>.</summary>
    private static double[][] Penalty(PenaltyShape shape, double[] g)
    {
        double[] cotangent = new double[g.Length], norms = new double[shape.Rows], metrics = new double[4];
        for (int r = 0; r < shape.Rows; r++)
        {
            Span<double> row = g.AsSpan(r * shape.Columns, shape.Columns);
            int part = r < shape.Split ? 0 : 1, rows = part == 0 ? shape.Split : shape.Rows - shape.Split;
            double squares = 0;
            foreach (double x in row)
                squares += x * x;
            norms[r] = Math.Sqrt(squares);
            metrics[part] += Math.Pow(norms[r] - shape.Center, 2) / rows;
            metrics[part + 2] += norms[r] / rows;
            double weight = part == 0 ? shape.FirstWeight : shape.SecondWeight;
            for (int c = 0; c < row.Length; c++)
                cotangent[(r * shape.Columns) + c] = norms[r] == 0 ? 0
                    : 2 * weight / rows * (norms[r] - shape.Center) * row[c] / norms[r];
        }

        return [cotangent, norms, metrics];
    }
}
