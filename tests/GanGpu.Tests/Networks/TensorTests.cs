using GanGpu.Networks;
using GanGpu.Tests.Reference;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Networks;

/// <summary>The operations that networks and losses of a program's own are written with.</summary>
[Collection(TestDevices.OfNetworks)]
public class TensorTests
{
    private const int Rows = 3, Columns = 4;

    private static readonly Shape Matrix = new(Rows, Columns), Row = new(1, Columns), Column = new(Rows, 1), Number = new(1, 1);

    /// <summary>What each makes of matrices, in numbers of [row, column].</summary>
    private static readonly Dictionary<
        string, (Shape[] Inputs, Func<Tensor[], Tensor> Graph, Func<Func<int, int, double>[], Func<int, int, double>> Says)>
        Cases = new()
        {
            ["a + b"] = ([Matrix, Matrix], x => x[0] + x[1], x => (r, c) => x[0](r, c) + x[1](r, c)),
            ["a + row"] = ([Matrix, Row], x => x[0] + x[1], x => (r, c) => x[0](r, c) + x[1](0, c)),
            ["row + a"] = ([Row, Matrix], x => x[0] + x[1], x => (r, c) => x[0](0, c) + x[1](r, c)),
            ["a + column"] = ([Matrix, Column], x => x[0] + x[1], x => (r, c) => x[0](r, c) + x[1](r, 0)),
            ["column + row"] = ([Column, Row], x => x[0] + x[1], x => (r, c) => x[0](r, 0) + x[1](0, c)),
            ["a + number"] = ([Matrix, Number], x => x[0] + x[1], x => (r, c) => x[0](r, c) + x[1](0, 0)),
            ["a + 2"] = ([Matrix], x => x[0] + 2f, x => (r, c) => x[0](r, c) + 2),
            ["2 + a"] = ([Matrix], x => 2f + x[0], x => (r, c) => x[0](r, c) + 2),
            ["a - b"] = ([Matrix, Matrix], x => x[0] - x[1], x => (r, c) => x[0](r, c) - x[1](r, c)),
            ["row - a"] = ([Row, Matrix], x => x[0] - x[1], x => (r, c) => x[0](0, c) - x[1](r, c)),
            ["a - 2"] = ([Matrix], x => x[0] - 2f, x => (r, c) => x[0](r, c) - 2),
            ["2 - a"] = ([Matrix], x => 2f - x[0], x => (r, c) => 2 - x[0](r, c)),
            ["-a"] = ([Matrix], x => -x[0], x => (r, c) => -x[0](r, c)),
            ["a * b"] = ([Matrix, Matrix], x => x[0] * x[1], x => (r, c) => x[0](r, c) * x[1](r, c)),
            ["a * row"] = ([Matrix, Row], x => x[0] * x[1], x => (r, c) => x[0](r, c) * x[1](0, c)),
            ["a * column"] = ([Matrix, Column], x => x[0] * x[1], x => (r, c) => x[0](r, c) * x[1](r, 0)),
            ["column * a"] = ([Column, Matrix], x => x[0] * x[1], x => (r, c) => x[0](r, 0) * x[1](r, c)),
            ["number * a"] = ([Number, Matrix], x => x[0] * x[1], x => (r, c) => x[0](0, 0) * x[1](r, c)),
            ["a * 3"] = ([Matrix], x => x[0] * 3f, x => (r, c) => 3 * x[0](r, c)),
            ["a / b"] = ([Matrix, Matrix], x => x[0] / x[1], x => (r, c) => x[0](r, c) / x[1](r, c)),
            ["a / column"] = ([Matrix, Column], x => x[0] / x[1], x => (r, c) => x[0](r, c) / x[1](r, 0)),
            ["a / 4"] = ([Matrix], x => x[0] / 4f, x => (r, c) => x[0](r, c) / 4),
            ["2 / a"] = ([Matrix], x => 2f / x[0], x => (r, c) => 2 / x[0](r, c)),
            ["MatMul"] = ([Matrix, new(Columns, 2)], x => x[0].MatMul(x[1]),
                x => (r, c) => Enumerable.Range(0, Columns).Sum(i => x[0](r, i) * x[1](i, c))),
            ["MatMul of transposed"] = ([Matrix, new(2, Rows)], x => x[0].MatMul(x[1], true, true),
                x => (r, c) => Enumerable.Range(0, Rows).Sum(i => x[0](i, r) * x[1](c, i))),
            ["MatMul of groups"] = ([new(6, 4), new(8, 5)], x => x[0].MatMul(x[1], groups: 2),
                x => (r, c) => Enumerable.Range(0, 4).Sum(i => x[0](r, i) * x[1]((r / 3 * 4) + i, c))),
            ["Reshape"] = ([Matrix], x => x[0].Reshape(2, 6), x => (r, c) => x[0](((6 * r) + c) / 4, ((6 * r) + c) % 4)),
            ["SliceRows"] = ([Matrix], x => x[0].SliceRows(1, 2), x => (r, c) => x[0](r + 1, c)),
            ["SliceColumns"] = ([Matrix], x => x[0].SliceColumns(2, 2), x => (r, c) => x[0](r, c + 2)),
            ["ConcatenateRows"] = ([Matrix, Row, Matrix], x => Tensor.ConcatenateRows(x),
                x => (r, c) => r < 3 ? x[0](r, c) : r == 3 ? x[1](0, c) : x[2](r - 4, c)),
            ["ConcatenateColumns"] = ([Matrix, Column, Matrix], x => Tensor.ConcatenateColumns(x),
                x => (r, c) => c < 4 ? x[0](r, c) : c == 4 ? x[1](r, 0) : x[2](r, c - 5)),
            ["ConcatenateRows of one with itself"] = ([Row], x => Tensor.ConcatenateRows(x[0], x[0]),
                x => (_, c) => x[0](0, c)),
            ["Sum"] = ([Matrix], x => x[0].Sum(), x => (_, _) => All(x[0]).Sum()),
            ["Mean"] = ([Matrix], x => x[0].Mean(), x => (_, _) => All(x[0]).Average()),
            ["RowSums"] = ([Matrix], x => x[0].RowSums(), x => (r, _) => Enumerable.Range(0, Columns).Sum(c => x[0](r, c))),
            ["RowMeans"] = ([Matrix], x => x[0].RowMeans(),
                x => (r, _) => Enumerable.Range(0, Columns).Average(c => x[0](r, c))),
            ["ColumnSums"] = ([Matrix], x => x[0].ColumnSums(),
                x => (_, c) => Enumerable.Range(0, Rows).Sum(r => x[0](r, c))),
            ["ColumnMeans"] = ([Matrix], x => x[0].ColumnMeans(),
                x => (_, c) => Enumerable.Range(0, Rows).Average(r => x[0](r, c))),
            ["Square"] = ([Matrix], x => x[0].Square(), x => (r, c) => x[0](r, c) * x[0](r, c)),
            ["SquareRoot"] = ([Matrix], x => x[0].Square().SquareRoot(), x => (r, c) => Math.Abs(x[0](r, c))),
            ["Abs"] = ([Matrix], x => x[0].Abs(), x => (r, c) => Math.Abs(x[0](r, c))),
            ["Exp"] = ([Matrix], x => x[0].Exp(), x => (r, c) => Math.Exp(x[0](r, c))),
            ["Log"] = ([Matrix], x => x[0].Square().Log(), x => (r, c) => 2 * Math.Log(Math.Abs(x[0](r, c)))),
            ["Softplus"] = ([Matrix], x => x[0].Softplus(), x => (r, c) => Math.Log(1 + Math.Exp(x[0](r, c)))),
            ["Softmax"] = ([Matrix], x => x[0].Softmax(),
                x => (r, c) => Math.Exp(x[0](r, c)) / Enumerable.Range(0, Columns).Sum(i => Math.Exp(x[0](r, i)))),
            ["Activate"] = ([Matrix], x => x[0].Activate(Activation.Tanh), x => (r, c) => Math.Tanh(x[0](r, c))),
            ["An activation of one's own"] = ([Matrix], x => x[0] * x[0].Activate(Activation.Sigmoid),
                x => (r, c) => x[0](r, c) / (1 + Math.Exp(-x[0](r, c)))),
            ["Constant"] = ([Matrix], x => x[0] * Tensor.Constant(Rows, Columns, 5f), x => (r, c) => 5 * x[0](r, c)),
        };

    public static TheoryData<string> DeviceNames => TestDevices.Names;

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Each_is_what_it_says_on_every_device(string device)
    {
        Device on = TestDevices.OpenDevice(device);
        foreach ((string name, (Shape[] shapes, Func<Tensor[], Tensor> graph, var says)) in Cases)
        {
            Tensor[] inputs = [.. shapes.Select((shape, i) => Tensor.Input($"x{i}", shape.Rows, shape.Columns))];
            float[][] values = [.. shapes.Select((shape, i) => Samples.Floats(shape.Length, i + 1))];
            Tensor result = graph(inputs);
            using TensorFunction function = new(on, inputs, [result]);
            float[] computed = function.Run(values)[0];
            Func<int, int, double> expected =
                says([.. values.Select((value, i) => (Func<int, int, double>)((r, c) => value[(r * shapes[i].Columns) + c]))]);
            for (int i = 0; i < computed.Length; i++)
                Assert.True(
                    Math.Abs(expected(i / result.Columns, i % result.Columns) - computed[i])
                        <= 1e-5 * (1 + Math.Abs(computed[i])),
                    $"{name} on {device}: {computed[i]} at {i} instead of {expected(i / result.Columns, i % result.Columns)}");
        }
    }

    /// <summary>Towards each of its inputs, and of the gradient's square once more.</summary>
    [Fact]
    public void Each_has_a_derivative_and_that_one_has_one()
    {
        foreach ((string name, (Shape[] shapes, Func<Tensor[], Tensor> graph, _)) in Cases)
        {
            Tensor[] inputs = [.. shapes.Select((shape, i) => Tensor.Input($"x{i}", shape.Rows, shape.Columns))];
            Dictionary<Tensor, double[]> given = inputs.Select((input, i) => (input, i)).ToDictionary(
                pair => pair.input,
                // Quotients of almost nothing bend too much for differences.
                pair => Samples.Floats(pair.input.Shape.Length, pair.i + 1)
                    .Select(value => value + (0.5 * Math.Sign(value))).ToArray());
            Tensor loss = graph(inputs).Square().Sum();
            foreach (Tensor input in inputs)
            {
                Tensor gradient = Tensor.Gradient(loss, input);
                Assert.Equal(input.Shape, gradient.Shape);
                FiniteDifferences.Check(
                    [input], given, [gradient], values => Float64Graph.Evaluate([loss], values)[loss][0]);
                Tensor square = gradient.Square().Sum();
                FiniteDifferences.Check(
                    [input], given, [Tensor.Gradient(square, input)],
                    values => Float64Graph.Evaluate([square], values)[square][0]);
            }

            Assert.NotEmpty(name);
        }
    }

    [Fact]
    public void What_does_not_fit_is_told_by_its_shapes()
    {
        Tensor a = Tensor.Input("a", 3, 4), b = Tensor.Input("b", 2, 4);
        Assert.Equal(
            "a 3x4 and b 2x4 can't be added: their shapes differ, and neither is a row, a column or a number that the " +
            "other's shape repeats.", Assert.Throws<ArgumentException>(() => a + b).Message);
        Assert.Contains("can't be multiplied", Assert.Throws<ArgumentException>(() => a * b).Message, StringComparison.Ordinal);
        Assert.Contains("inner dimensions", Assert.Throws<ArgumentException>(() => a.MatMul(b)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "depends on the parameter b", Assert.Throws<ArgumentException>(() => Tensor.Gradient(a.Sum(), b)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => a.Reshape(2, 5));
        Assert.Throws<ArgumentException>(() => a.SliceRows(2, 2));
        Assert.Throws<ArgumentException>(() => a.SliceColumns(4, 1));
        Assert.Throws<ArgumentException>(() => Tensor.ConcatenateRows());
        Assert.Throws<ArgumentException>(() => Tensor.ConcatenateRows(a, Tensor.Input("c", 3, 5)));
        Assert.Throws<ArgumentException>(() => Tensor.ConcatenateColumns(a, b));
        Assert.Throws<ArgumentNullException>(() => a + (Tensor)null!);
        Assert.Throws<DivideByZeroException>(() => a / 0f);
        Assert.Throws<ArgumentOutOfRangeException>(() => Tensor.Input("none", 0, 3));
    }

    private static IEnumerable<double> All(Func<int, int, double> x) =>
        Enumerable.Range(0, Rows * Columns).Select(i => x(i / Columns, i % Columns));
}
