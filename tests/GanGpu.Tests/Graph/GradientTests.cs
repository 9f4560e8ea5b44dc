using GanGpu.Graph;
using GanGpu.Kernels;
using GanGpu.Losses;
using GanGpu.Tests.Reference;

namespace GanGpu.Tests.Graph;

/// <summary>First and second derivatives of every differentiable operation, in float64 against central differences.</summary>
public class GradientTests
{
    private static readonly Activation[] Activations = [Activation.Identity, Activation.LeakyRelu(), Activation.Relu, Activation.Tanh, Activation.Sigmoid];

    /// <summary>Small graphs by name: leaves in, one output; every differentiable operation is the last of at least one.</summary>
    private static readonly Dictionary<string, (Shape[] Leaves, Func<Tensor[], Tensor> Build)> Cases = new()
    {
        ["MatMul NN"] = ([new(3, 4), new(4, 2)], x => new MatMul(x[0], x[1]).Output),
        ["MatMul NT"] = ([new(3, 4), new(2, 4)], x => new MatMul(x[0], x[1], false, true).Output),
        ["MatMul TN"] = ([new(4, 3), new(4, 2)], x => new MatMul(x[0], x[1], true, false).Output),
        ["MatMul of one tensor with itself"] = ([new(3, 3)], x => new MatMul(x[0], x[0]).Output),
        ["AddBias"] = ([new(3, 4), new(1, 4)], x => new AddBias(x[0], x[1]).Output),
        ["ColumnSums"] = ([new(3, 4)], x => new ColumnSums(x[0]).Output),
        ["BroadcastRows"] = ([new(1, 4)], x => new BroadcastRows(x[0], 3).Output),
        ["Add"] = ([new(2, 3), new(2, 3)], x => new Add(x[0], x[1]).Output),
        ["Add to itself"] = ([new(2, 3)], x => new Add(x[0], x[0]).Output),
        ["Multiply"] = ([new(2, 3), new(2, 3)], x => new Multiply(x[0], x[1]).Output),
        ["Scale"] = ([new(2, 3)], x => new Scale(x[0], -1.5f).Output),
        ["Activate Identity"] = Of(0),
        ["Activate LeakyRelu"] = Of(1),
        ["Activate Relu"] = Of(2),
        ["Activate Tanh"] = Of(3),
        ["Activate Sigmoid"] = Of(4),
        ["ActivationGradient LeakyRelu"] = GradientOf(1),
        ["ActivationGradient Relu"] = GradientOf(2),
        ["ActivationGradient Tanh"] = GradientOf(3),
        ["ActivationGradient Sigmoid"] = GradientOf(4),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void First_derivative(string name)
    {
        (Tensor[] leaves, Tensor output, Tensor cotangent, Dictionary<Tensor, double[]> given) = Prepare(name);
        FiniteDifferences.CheckGradients([(output, cotangent)], [.. leaves.Where(leaf => DependsOn(output, leaf))], given);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Second_derivative(string name)
    {
        (Tensor[] leaves, Tensor output, Tensor cotangent, Dictionary<Tensor, double[]> given) = Prepare(name);
        Tensor[] gradients = Gradients.Of([(output, cotangent)], [.. leaves.Where(leaf => DependsOn(output, leaf))]);
        Random random = new(7);
        foreach (Tensor gradient in gradients)
        {
            Tensor v = new("v", gradient.Shape);
            given[v] = Values(random, v.Shape);
            // Where the first derivative is linear in nothing but the cotangent, that is all there is to differentiate.
            Tensor[] wanted = [.. leaves.Append(cotangent).Where(leaf => DependsOn(gradient, leaf))];
            FiniteDifferences.CheckGradients([(gradient, v)], wanted, given);
        }
    }

    [Fact]
    public void Every_operation_has_a_reference_and_every_differentiable_one_a_case()
    {
        Type[] operations = [.. typeof(Operation).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Operation)) && !type.IsAbstract)];
        Assert.NotEmpty(operations);
        Type[] sources = [typeof(Noise), typeof(RealBatch)], ends = [typeof(StackRows), typeof(LogitLoss)];
        Type[] tested = [.. Cases.Values.Select(testCase => testCase.Build([.. testCase.Leaves.Select(shape => new Tensor("x", shape))]).Producer!.GetType())];
        Assert.All(operations.Except(sources), operation => Assert.True(Float64Graph.Knows(operation), $"{operation.Name} has no float64 reference."));
        Assert.All(operations.Except(sources).Except(ends), operation => Assert.Contains(operation, tested));
    }

    [Fact]
    public void A_wrong_derivative_is_noticed()
    {
        Tensor x = new("x", new Shape(2, 2)), v = new("v", new Shape(2, 2));
        Dictionary<Tensor, double[]> given = new() { [x] = [0.1, -0.2, 0.3, 0.4], [v] = [1, 1, 1, 1] };
        Tensor wrong = new Multiply(v, x).Output;
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => FiniteDifferences.Check([x], given, [wrong], values => values[x].Sum(value => value * value)));
    }

    [Theory]
    [InlineData(1f, 0f, 1f)]
    [InlineData(0f, 0f, -1f)]
    [InlineData(0.9f, 0.1f, 1f)]
    public void Cross_entropy_states_the_gradient_of_its_objective(float first, float second, float firstWeight)
    {
        Tensor logits = new("logits", new Shape(5, 1));
        LogitLoss loss = new(LogitLossKind.SigmoidCrossEntropy, logits, new BinaryTargets(3, first, second, firstWeight, 2f));
        Dictionary<Tensor, double[]> given = new() { [logits] = [-3, -0.5, 0.25, 2, 6] };
        FiniteDifferences.Check([logits], given, [loss.Gradient], values =>
        {
            double[] figures = Float64Graph.Evaluate([loss.Figures], values)[loss.Figures];
            return (firstWeight * figures[0]) + (2 * figures[1]);
        });
    }

    /// <summary>Every loss, in both players' roles, is the objective that its gradient says.</summary>
    [Theory]
    [InlineData(AdversarialLossKind.NonSaturating)]
    [InlineData(AdversarialLossKind.Minimax)]
    [InlineData(AdversarialLossKind.LeastSquares)]
    [InlineData(AdversarialLossKind.Hinge)]
    [InlineData(AdversarialLossKind.Wasserstein)]
    [InlineData(AdversarialLossKind.RelativisticPairing)]
    public void Both_players_losses_state_their_gradients(AdversarialLossKind kind)
    {
        Tensor logits = new("logits", new Shape(8, 1));
        Dictionary<Tensor, double[]> given = new() { [logits] = [-3, -0.5, 0.25, 2, 6, 0.9, -1.2, 0.1] };
        bool labels = kind is AdversarialLossKind.NonSaturating or AdversarialLossKind.Minimax or AdversarialLossKind.LeastSquares;
        LogitLoss discriminator = AdversarialLoss.Discriminator(kind, logits, realRows: 4, smoothing: labels ? 0.1f : 0f);
        FiniteDifferences.Check([logits], given, [discriminator.Gradient], values => AdversarialLoss.DiscriminatorLoss(Float64Graph.Evaluate([discriminator.Figures], values)[discriminator.Figures]));
        LogitLoss generator = kind == AdversarialLossKind.RelativisticPairing ? AdversarialLoss.PairedGenerator(logits) : AdversarialLoss.Generator(kind, logits);
        FiniteDifferences.Check([logits], given, [generator.Gradient], values => AdversarialLoss.GeneratorLoss(kind, Float64Graph.Evaluate([generator.Figures], values)[generator.Figures]));
    }

    [Fact]
    public void A_parameter_that_nothing_depends_on_is_refused()
    {
        Tensor x = new("x", new Shape(1, 2)), other = new("other", new Shape(1, 2));
        ArgumentException e = Assert.Throws<ArgumentException>(() => Gradients.Of([(new Scale(x, 2f).Output, x)], [other]));
        Assert.Contains("other 1x2", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_named()
    {
        Tensor a = new("a", new Shape(2, 3)), b = new("b", new Shape(4, 5));
        foreach (Action build in new Action[] { () => _ = new MatMul(a, b), () => _ = new AddBias(a, b), () => _ = new Add(a, b), () => _ = new Multiply(a, b), () => _ = new StackRows(a, b), () => _ = new ActivationGradient(a, b, Activation.Tanh) })
        {
            string message = Assert.Throws<ArgumentException>(build).Message;
            Assert.Contains("a 2x3", message, StringComparison.Ordinal);
            Assert.Contains("b 4x5", message, StringComparison.Ordinal);
        }
    }

    private static (Shape[] Leaves, Func<Tensor[], Tensor> Build) Of(int activation) =>
        ([new(3, 4)], x => new Activate(x[0], Activations[activation]).Output);

    private static (Shape[] Leaves, Func<Tensor[], Tensor> Build) GradientOf(int activation) =>
        ([new(3, 4), new(3, 4)], x => new ActivationGradient(x[0], new Activate(x[1], Activations[activation]).Output, Activations[activation]).Output);

    private static (Tensor[] Leaves, Tensor Output, Tensor Cotangent, Dictionary<Tensor, double[]> Given) Prepare(string name)
    {
        (Shape[] shapes, Func<Tensor[], Tensor> build) = Cases[name];
        Tensor[] leaves = [.. shapes.Select((shape, i) => new Tensor($"x{i}", shape))];
        Tensor output = build(leaves);
        Tensor cotangent = new("cotangent", output.Shape);
        Random random = new(3);
        return (leaves, output, cotangent, leaves.Append(cotangent).ToDictionary(leaf => leaf, leaf => Values(random, leaf.Shape)));
    }

    /// <summary>Kept away from 0, where the piecewise linear functions have no derivative.</summary>
    private static double[] Values(Random random, Shape shape) =>
        [.. Enumerable.Range(0, shape.Length).Select(_ => (random.Next(2) == 0 ? -1 : 1) * (0.1 + random.NextDouble()))];

    private static bool DependsOn(Tensor tensor, Tensor leaf)
    {
        if (tensor == leaf)
            return true;
        // The piecewise linear activations stop derivatives at the output that they read.
        return tensor.Producer is { } producer && producer.Inputs
            .Where((_, i) => producer is not ActivationGradient { Activation.Kind: ActivationKind.Identity or ActivationKind.LeakyRelu or ActivationKind.Relu } || i == 0)
            .Any(input => DependsOn(input, leaf));
    }
}
