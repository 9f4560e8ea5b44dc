using GanGpu.Graph;
using GanGpu.Kernels.Gemm;
using GanGpu.Networks;

namespace GanGpu.Tests.Reference;

/// <summary>
/// Evaluates a graph in float64 with plain loops: what plans on devices and derivatives are held against.
/// </summary>
internal static partial class Float64Graph
{
    public static Dictionary<Tensor, double[]> Evaluate(
        IReadOnlyList<Tensor> results, IReadOnlyDictionary<Tensor, double[]> given)
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

    /// <summary>The number of the step in which random operations draw.</summary>
    public const uint Step = 1;

    /// <summary>Whether this reference knows an operation; the registry test asks it of every one.</summary>
    public static bool Knows(Type operation) => KnownTypes.Contains(operation) || IndexingTypes.Contains(operation)
        || NormalizationTypes.Contains(operation);

    private static readonly HashSet<Type> KnownTypes =
    [
        typeof(MatMul), typeof(GroupedMatMul), typeof(AddBias), typeof(ColumnSums), typeof(BroadcastRows), typeof(Activate),
            typeof(ActivationGradient),
        typeof(Add), typeof(Multiply), typeof(Scale), typeof(StackRows), typeof(SliceRows), typeof(SplitRows),
        typeof(Reshape), typeof(Fill), typeof(LogitLoss), typeof(GradientPenalty), typeof(Convolution),
            typeof(ConvolutionInputGradient), typeof(ConvolutionWeightGradient), typeof(Augment),
    ];

    private static double[][] Evaluate(Operation operation, double[][] x)
    {
        Shape shape = operation.Output.Shape;
        return operation switch
        {
            MatMul product => [Multiply(product.Gemm, x[0], x[1])],
            GroupedMatMul product =>
                [[.. Enumerable.Range(0, product.Groups).SelectMany(group => Multiply(
                    product.Gemm, Part(x[0], group, product.Groups), Part(x[1], group, product.Groups)))]],
            AddBias => [Each(shape, (r, c, i) => x[0][i] + x[1][c])],
            ColumnSums =>
                [Each(shape, (_, c, _) =>
                    Enumerable.Range(0, operation.Inputs[0].Shape.Rows).Sum(r => x[0][(r * shape.Columns) + c]))],
            BroadcastRows => [Each(shape, (_, c, _) => x[0][c])],
            Activate f => [Each(shape, (_, _, i) => ReferenceActivation.Apply(f.Activation, x[0][i]))],
            ActivationGradient f =>
                [Each(shape, (_, _, i) => x[0][i] * ReferenceActivation.Derivative(f.Activation, x[1][i]))],
            Add => [Each(shape, (_, _, i) => x[0][i] + x[1][i])],
            GanGpu.Graph.Multiply => [Each(shape, (_, _, i) => x[0][i] * x[1][i])],
            Scale scale => [Each(shape, (_, _, i) => (double)scale.Factor * x[0][i])],
            StackRows => [[.. x.SelectMany(part => part)]],
            SliceRows slice => [x[0][slice.First..(slice.First + shape.Length)]],
            SplitRows split =>
                [.. split.Outputs.Select((_, part) => x[0][(part * shape.Length)..((part + 1) * shape.Length)])],
            Reshape => [x[0]],
            Fill fill => [Each(shape, (_, _, _) => fill.Value)],
            LogitLoss loss => LossOfLogits(loss, x[0]),
            Augment augment => [ReferenceAugment.Apply(augment.AugmentShape, augment.Seed, augment.Stream, Step, x[0])],
            Convolution convolution => [ReferenceConvolution.Forward(convolution.ConvolutionShape, x[0], x[1])],
            ConvolutionInputGradient gradient =>
                [ReferenceConvolution.InputGradient(gradient.ConvolutionShape, x[0], x[1])],
            ConvolutionWeightGradient gradient =>
                [ReferenceConvolution.WeightGradient(gradient.ConvolutionShape, x[0], x[1])],
            GradientPenalty penalty => Penalty(penalty.PenaltyShape, x[0]),
            _ => Indexing(operation, x) ?? Normalization(operation, x)
                ?? throw new NotSupportedException($"No float64 reference for {operation.GetType().Name}."),
        };
    }

    private static double[] Each(Shape shape, Func<int, int, int, double> element)
    {
        double[] y = new double[shape.Length];
        for (int i = 0; i < y.Length; i++)
            y[i] = element(i / shape.Columns, i % shape.Columns, i);
        return y;
    }

    private static double[] Part(double[] x, int part, int parts) =>
        x[(part * x.Length / parts)..((part + 1) * x.Length / parts)];

    private static double[] Multiply(GemmShape s, double[] a, double[] b) => Each(new Shape(s.M, s.N), (m, n, _) =>
    {
        double sum = 0;
        for (int k = 0; k < s.K; k++)
            sum += (s.TransposeA ? a[(k * s.M) + m] : a[(m * s.K) + k])
                * (s.TransposeB ? b[(n * s.K) + k] : b[(k * s.N) + n]);
        return sum;
    });
}
