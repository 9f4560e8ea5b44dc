using GanGpu.Graph;
using GanGpu.Kernels;

namespace GanGpu.Tests.Reference;

/// <summary>Evaluates a graph in float64 with plain loops: what plans on devices and derivatives are held against.</summary>
internal static partial class Float64Graph
{
    public static Dictionary<Tensor, double[]> Evaluate(IReadOnlyList<Tensor> results, IReadOnlyDictionary<Tensor, double[]> given)
    {
        Dictionary<Tensor, double[]> values = new(given);
        foreach (Operation operation in TopologicalOrder.Of(results))
        {
            if (operation.Outputs.All(values.ContainsKey))
                continue;
            double[][] outputs = Evaluate(operation, [.. operation.Inputs.Select(input => values[input])]);
            foreach ((Tensor tensor, double[] value) in operation.Outputs.Zip(outputs))
            {
                Assert.Equal(tensor.Shape.Length, value.Length);
                values[tensor] = value;
            }
        }

        return values;
    }

    /// <summary>Whether this reference knows an operation; the registry test asks it of every one.</summary>
    public static bool Knows(Type operation) => operation != typeof(Noise) && operation != typeof(RealBatch) && KnownTypes.Contains(operation);

    private static readonly HashSet<Type> KnownTypes =
    [
        typeof(MatMul), typeof(AddBias), typeof(ColumnSums), typeof(BroadcastRows), typeof(Activate), typeof(ActivationGradient),
        typeof(Add), typeof(Multiply), typeof(Scale), typeof(StackRows), typeof(LogitLoss),
    ];

    private static double[][] Evaluate(Operation operation, double[][] x)
    {
        Shape shape = operation.Output.Shape;
        return operation switch
        {
            MatMul product => [Multiply(product.Gemm, x[0], x[1])],
            AddBias => [Each(shape, (r, c, i) => x[0][i] + x[1][c])],
            ColumnSums => [Each(shape, (_, c, _) => Enumerable.Range(0, operation.Inputs[0].Shape.Rows).Sum(r => x[0][(r * shape.Columns) + c]))],
            BroadcastRows => [Each(shape, (_, c, _) => x[0][c])],
            Activate f => [Each(shape, (_, _, i) => ReferenceActivation.Apply(f.Activation, x[0][i]))],
            ActivationGradient f => [Each(shape, (_, _, i) => x[0][i] * ReferenceActivation.Derivative(f.Activation, x[1][i]))],
            Add => [Each(shape, (_, _, i) => x[0][i] + x[1][i])],
            GanGpu.Graph.Multiply => [Each(shape, (_, _, i) => x[0][i] * x[1][i])],
            Scale scale => [Each(shape, (_, _, i) => (double)scale.Factor * x[0][i])],
            StackRows => [[.. x[0], .. x[1]]],
            LogitLoss loss => LossOfLogits(loss, x[0]),
            _ => throw new NotSupportedException($"No float64 reference for {operation.GetType().Name}."),
        };
    }

    private static double[] Each(Shape shape, Func<int, int, int, double> element)
    {
        double[] y = new double[shape.Length];
        for (int i = 0; i < y.Length; i++)
            y[i] = element(i / shape.Columns, i % shape.Columns, i);
        return y;
    }

    private static double[] Multiply(GemmShape s, double[] a, double[] b) => Each(new Shape(s.M, s.N), (m, n, _) =>
    {
        double sum = 0;
        for (int k = 0; k < s.K; k++)
            sum += (s.TransposeA ? a[(k * s.M) + m] : a[(m * s.K) + k]) * (s.TransposeB ? b[(n * s.K) + k] : b[(k * s.N) + n]);
        return sum;
    });
}
