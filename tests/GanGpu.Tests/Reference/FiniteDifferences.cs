using GanGpu.Graph;
using GanGpu.Networks;

namespace GanGpu.Tests.Reference;

/// <summary>
/// Central differences in float64 with PyTorch gradcheck's numbers: step 1e-6, tolerance 1e-5 absolute plus 1e-3
/// relative.
/// </summary>
internal static class FiniteDifferences
{
    private const double Step = 1e-6, Absolute = 1e-5, Relative = 1e-3;

    /// <summary>
    /// Checks the graph's derivative of Σ output · cotangent towards each parameter, given all leaves' values.
    /// </summary>
    public static void CheckGradients(
        IReadOnlyList<(Tensor Output, Tensor Cotangent)> seeds, IReadOnlyList<Tensor> parameters,
        IReadOnlyDictionary<Tensor, double[]> given)
    {
        // A cotangent may depend on the parameters (as that of a squared norm does); it counts as a constant here.
        Dictionary<Tensor, double[]> constants =
            Float64Graph.Evaluate([.. seeds.Select(seed => seed.Cotangent)], given);
        Check(parameters, given, Gradients.Of(seeds, parameters), values => seeds.Sum(seed =>
            Float64Graph.Evaluate([seed.Output], values)[seed.Output]
                .Zip(constants[seed.Cotangent], (y, v) => y * v).Sum()));
    }

    /// <summary>Checks gradients that a graph states against the differences of any objective.</summary>
    public static void Check(
        IReadOnlyList<Tensor> parameters, IReadOnlyDictionary<Tensor, double[]> given, IReadOnlyList<Tensor> gradients,
        Func<IReadOnlyDictionary<Tensor, double[]>, double> objective)
    {
        Dictionary<Tensor, double[]> analytic = Float64Graph.Evaluate(gradients, given);
        foreach ((Tensor parameter, Tensor gradient) in parameters.Zip(gradients))
        {
            for (int i = 0; i < parameter.Shape.Length; i++)
            {
                double numeric = (Moved(parameter, i, Step) - Moved(parameter, i, -Step)) / (2 * Step);
                double stated = analytic[gradient][i];
                Assert.True(Math.Abs(stated - numeric) <= Absolute + (Relative * Math.Abs(numeric)),
                    $"Gradient of {parameter} at {i}: stated {stated:R}, by differences {numeric:R}.");
            }
        }

        double Moved(Tensor parameter, int index, double by)
        {
            double[] values = [.. given[parameter]];
            values[index] += by;
            return objective(new Dictionary<Tensor, double[]>(given) { [parameter] = values });
        }
    }
}
