using GanGpu.Graph;
using GanGpu.Networks;
using GanGpu.Tests.Reference;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Networks;

[Collection(TestDevices.OfNetworks)]
public class SpectralNormTests
{
    public static TheoryData<string> DeviceNames => TestDevices.Names;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 5)]
    [InlineData(33, 10)]
    [InlineData(7, 31)]
    public void Iterated_it_is_the_greatest_singular_value(int inputs, int outputs)
    {
        Tensor weight = new("weight", new Shape(inputs, outputs)), u = new("u", new Shape(1, outputs));
        Dictionary<Tensor, double[]> given = Given(weight, u);
        (Tensor sigma, Tensor next) = Layers.PowerIteration(weight, u);
        double estimate = 0;
        for (int i = 0; i < 2000; i++)
        {
            Dictionary<Tensor, double[]> values = Float64Graph.Evaluate([sigma, next], given);
            (estimate, given[u]) = (values[sigma][0], values[next]);
        }

        Assert.Equal(GreatestSingularValue(given[weight], outputs), estimate, 1e-9);
    }

    /// <summary>As PyTorch has it: the iteration's vectors are constants, the value made of them is not.</summary>
    [Fact]
    public void The_gradient_is_that_with_the_vectors_held()
    {
        Parameters parameters = new();
        Tensor weight = parameters.Get("dense.weight", new Shape(4, 3), Initializer.GlorotUniform),
            u = parameters.State("dense.u", new Shape(1, 3), Initializer.Normal(1f));
        Tensor normalised = weight.SpectralNorm(parameters, "dense"),
            cotangent = new("cotangent", weight.Shape);
        Dictionary<Tensor, double[]> given = Given(weight, u, cotangent);
        Tensor gradient = Gradients.Of([(normalised, cotangent)], [weight])[0];
        Tensor[] held =
            [.. TopologicalOrder.Of([normalised]).OfType<RowDirections>().Select(direction => direction.Output)];
        Assert.Equal(2, held.Length);
        Dictionary<Tensor, double[]> fixedValues = Float64Graph.Evaluate(held, given);
        foreach (Tensor vector in held)
            given[vector] = fixedValues[vector];
        FiniteDifferences.Check(
            [weight], given, [gradient], values =>
            Float64Graph.Evaluate([normalised], values)[normalised].Zip(given[cotangent], (y, v) => y * v).Sum());
    }

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Values_updates_and_gradients_agree_with_float64(string device)
    {
        foreach ((int inputs, int outputs, int rows) in new[] { (1, 1, 1), (5, 3, 2), (33, 31, 3), (130, 17, 5) })
        {
            Parameters parameters = new();
            Tensor x = new("x", new Shape(rows, inputs));
            // Used twice in a step: the second use goes on from where the first has come to.
            Tensor y = x.SpectralDense(
                parameters, "dense", outputs, Activation.LeakyRelu(), Initializer.GlorotUniform, Initializer.Zeros);
            Tensor again = x.SpectralDense(
                parameters, "dense", outputs, Activation.Identity, Initializer.GlorotUniform, Initializer.Zeros);
            List<(Tensor State, Tensor Value)> updates = parameters.TakeUpdates();
            Assert.Equal("dense.u", Assert.Single(updates).State.Name);
            Tensor[] gradients = Gradients.Of(
                [(y, y), (again, new Fill(again.Shape, 0.5f).Output)],
                [.. parameters.All.Select(parameter => parameter.Tensor), x]);
            Dictionary<Tensor, float[]> leaves = GraphOnDevice.Values(
                rows, parameters.All.Concat(parameters.States).Select(parameter => parameter.Tensor).Append(x));
            // Sums of at most 130 terms of magnitude below 1 through four products; a gradient of W / σ is a difference
            // of two such.
            GraphOnDevice.Check(device, [y, again, updates[0].Value, .. gradients], leaves, 5e-6, 5e-5);
        }
    }

    [Fact]
    public void Outside_of_training_nothing_is_stored()
    {
        Parameters parameters = new() { Training = false };
        new Tensor("weight", new Shape(3, 2)).SpectralNorm(parameters, "dense");
        Assert.Empty(parameters.TakeUpdates());
    }

    private static Dictionary<Tensor, double[]> Given(params Tensor[] leaves)
    {
        Random random = new(5);
        return leaves.ToDictionary(
            leaf => leaf, leaf =>
            Enumerable.Range(0, leaf.Shape.Length).Select(_ => random.NextDouble() - 0.5).ToArray());
    }

    /// <summary>
    /// By squaring WᵀW until one eigenvector is left of it, whose Rayleigh quotient is the greatest eigenvalue.
    /// </summary>
    private static double GreatestSingularValue(double[] w, int columns)
    {
        int rows = w.Length / columns;
        double[,] gram = new double[columns, columns], power = new double[columns, columns];
        for (int i = 0; i < columns; i++)
        {
            for (int j = 0; j < columns; j++)
                gram[i, j] = power[i, j] = Enumerable.Range(0, rows)
                    .Sum(r => w[(r * columns) + i] * w[(r * columns) + j]);
        }

        for (int squaring = 0; squaring < 30; squaring++)
        {
            double[,] square = new double[columns, columns];
            double trace = Enumerable.Range(0, columns).Sum(i => power[i, i]);
            for (int i = 0; i < columns; i++)
            {
                for (int j = 0; j < columns; j++)
                    square[i, j] = Enumerable.Range(0, columns).Sum(k => power[i, k] * power[k, j]) / (trace * trace);
            }

            power = square;
        }

        // Any column of what is left, a projection, is the eigenvector; the one with the greatest entry is far from
        // zero.
        int best = Enumerable.Range(0, columns).MaxBy(i => power[i, i]);
        double[] v = [.. Enumerable.Range(0, columns).Select(i => power[i, best])];
        double quotient = Enumerable.Range(0, columns)
            .Sum(i => v[i] * Enumerable.Range(0, columns).Sum(j => gram[i, j] * v[j]));
        return Math.Sqrt(quotient / v.Sum(x => x * x));
    }
}
