using GanGpu.Graph;
using GanGpu.Kernels.Convolution;
using GanGpu.Kernels.Elementwise;
using GanGpu.Kernels.Losses;
using GanGpu.Networks;
using GanGpu.Objectives;
using GanGpu.Tests.Reference;

namespace GanGpu.Tests.Graph;

/// <summary>
/// First and second derivatives of every differentiable operation, in float64 against central differences.
/// </summary>
public class GradientTests
{
    private static readonly Activation[] Activations =
        [Activation.Identity, Activation.LeakyRelu(), Activation.Relu, Activation.Tanh, Activation.Sigmoid];

    private static readonly ConvolutionShape Strided = new(2, 4, 3, 2, 3, new(3, 2, 2, 1, 0), 2, 2);

    /// <summary>
    /// Small graphs by name: leaves in, one output; every differentiable operation is the last of at least one.
    /// </summary>
    private static readonly Dictionary<string, (Shape[] Leaves, Func<Tensor[], Tensor> Build)> Cases = new()
    {
        ["MatMul NN"] = ([new(3, 4), new(4, 2)], x => new MatMul(x[0], x[1]).Output),
        ["MatMul NT"] = ([new(3, 4), new(2, 4)], x => new MatMul(x[0], x[1], false, true).Output),
        ["MatMul TN"] = ([new(4, 3), new(4, 2)], x => new MatMul(x[0], x[1], true, false).Output),
        ["GroupedMatMul NN"] = ([new(6, 2), new(4, 3)], x => new GroupedMatMul(x[0], x[1], 2).Output),
        ["GroupedMatMul NT"] = ([new(6, 2), new(8, 2)], x => new GroupedMatMul(x[0], x[1], 2, false, true).Output),
        ["GroupedMatMul TN"] = ([new(4, 3), new(4, 5)], x => new GroupedMatMul(x[0], x[1], 2, true).Output),
        ["GroupedMatMul TT"] = ([new(4, 3), new(10, 2)], x => new GroupedMatMul(x[0], x[1], 2, true, true).Output),
        ["MatMul of one tensor with itself"] = ([new(3, 3)], x => new MatMul(x[0], x[0]).Output),
        ["AddBias"] = ([new(3, 4), new(1, 4)], x => new AddBias(x[0], x[1]).Output),
        ["ColumnSums"] = ([new(3, 4)], x => new ColumnSums(x[0]).Output),
        ["BroadcastRows"] = ([new(1, 4)], x => new BroadcastRows(x[0], 3).Output),
        ["Add"] = ([new(2, 3), new(2, 3)], x => new Add(x[0], x[1]).Output),
        ["Add to itself"] = ([new(2, 3)], x => new Add(x[0], x[0]).Output),
        ["Multiply"] = ([new(2, 3), new(2, 3)], x => new Multiply(x[0], x[1]).Output),
        ["Scale"] = ([new(2, 3)], x => new Scale(x[0], -1.5f).Output),
        ["StackRows"] = (
            [new(2, 3), new(1, 3), new(3, 3)], x =>
            new StackRows([.. x.Select(part => new Scale(part, 2f).Output)]).Output),
        ["SliceRows"] = ([new(5, 3)], x => new SliceRows(x[0], 1, 2).Output),
        ["SliceRows from the first"] = ([new(5, 3)], x => new SliceRows(x[0], 0, 2).Output),
        ["SliceRows of all"] = ([new(2, 3)], x => new SliceRows(x[0], 0, 2).Output),
        ["SplitRows"] = ([new(4, 3)], x => new SplitRows(x[0], 2).Outputs[0]),
        ["Reshape"] = ([new(2, 6)], x => new Reshape(x[0], new(4, 3)).Output),
        ["Augment"] = (
            [new(2, 36)], x =>
            new Augment(x[0], new(4, 3, 3), Augmentation.Color | Augmentation.Translation | Augmentation.Cutout,
                1, 2).Output),
        ["Augment twice"] = (
            [new(2, 12), new(2, 12)], x =>
            Gradients.Of(
                [(new Augment(x[0], new(4, 3, 1), Augmentation.Color | Augmentation.Translation, 1, 2).Output, x[1])],
                [x[0]])[0]),
        ["RowSums"] = ([new(3, 4)], x => new RowSums(x[0]).Output),
        ["RowDots"] = ([new(3, 4), new(3, 4)], x => new RowDots(x[0], x[1]).Output),
        ["RowDots of one tensor with itself"] = ([new(3, 4)], x => new RowDots(x[0], x[0]).Output),
        ["BroadcastColumns"] = ([new(3, 1)], x => new BroadcastColumns(x[0], 4).Output),
        ["ScaleRows"] = ([new(3, 4), new(3, 1)], x => new ScaleRows(x[0], x[1]).Output),
        ["Sum"] = ([new(3, 4)], x => TensorMath.Sum(x[0])),
        ["Broadcast"] = ([new(1, 1)], x => TensorMath.Broadcast(x[0], new(3, 4))),
        ["Scale by a scalar"] = ([new(3, 4), new(1, 1)], x => TensorMath.Scale(x[0], x[1])),
        ["Divide"] = ([new(3, 4), new(3, 4)], x => x[0] / x[1]),
        ["RowNorms"] = ([new(3, 4)], x => RowNorms(x[0])),
        ["Elementwise Reciprocal"] =
            ([new(3, 4)], x => new Elementwise(x[0], new(ElementwiseKind.Reciprocal, 0.05f)).Output),
        ["Elementwise SquareRoot"] =
            ([new(3, 4)], x => new Elementwise(x[0], new(ElementwiseKind.SquareRoot, 1.5f)).Output),
        ["Elementwise InverseSquareRoot"] =
            ([new(3, 4)], x => new Elementwise(x[0], new(ElementwiseKind.InverseSquareRoot, 1.5f)).Output),
        ["Elementwise Softplus"] =
            ([new(3, 4)], x => new Elementwise(x[0], new(ElementwiseKind.Softplus, 0.3f)).Output),
        ["Elementwise Exponential"] =
            ([new(3, 4)], x => new Elementwise(x[0], new(ElementwiseKind.Exponential, 0.3f)).Output),
        ["Elementwise Logarithm"] =
            ([new(3, 4)], x => new Elementwise(x[0], new(ElementwiseKind.Logarithm, 1.5f)).Output),
        ["ConcatenateColumns"] = ([new(3, 2), new(3, 4)], x => new ConcatenateColumns(x[0], x[1]).Output),
        ["SliceColumns"] = ([new(3, 5)], x => new SliceColumns(x[0], 1, 3).Output),
        ["PadColumns"] = ([new(3, 2)], x => new PadColumns(x[0], 1, 4).Output),
        ["GatherRows"] = ([new(3, 2)], x => new GatherRows(x[0], Labels(2, 0, 2, 5, -1)).Output),
        ["ScatterAddRows"] = ([new(5, 2)], x => new ScatterAddRows(x[0], Labels(2, 0, 2, 5, -1), 3).Output),
        ["Softmax"] = ([new(3, 4)], x => new Softmax(x[0]).Output),
        ["LogSumExp"] = ([new(3, 4)], x => new LogSumExp(x[0]).Output),
        ["SumRowGroups"] = ([new(6, 2)], x => new SumRowGroups(x[0], 3, 0.5f).Output),
        ["RepeatRows"] = ([new(2, 3)], x => new RepeatRows(x[0], 3, -2f).Output),
        ["ScaleShift"] = ([new(4, 3), new(1, 3), new(1, 3)], x => new ScaleShift(x[0], x[1], x[2]).Output),
        ["ScaleShift of groups"] = ([new(6, 2), new(3, 2), new(3, 2)], x => new ScaleShift(x[0], x[1], x[2]).Output),
        ["ScaleShiftGradient"] =
            ([new(4, 3), new(4, 3), new(2, 3)], x => new ScaleShiftGradient(x[0], x[1], x[2]).Outputs[0]),
        ["ScaleShiftGradient, all of it"] =
            ([new(4, 3), new(4, 3), new(2, 3)], x => AllOf(new ScaleShiftGradient(x[0], x[1], x[2]))),
        ["Normalize"] = ([new(5, 3)], x => new Normalize(x[0], 1, 1e-2f).Output),
        ["Normalize groups"] = ([new(6, 2)], x => new Normalize(x[0], 2, 1e-2f).Output),
        ["Normalize rows"] = ([new(2, 5)], x => new Normalize(new Reshape(x[0], new(10, 1)).Output, 2, 1e-2f).Output),
        ["Normalize, all of it"] = ([new(6, 2)], x => AllOf(new Normalize(x[0], 2, 1e-2f))),
        ["NormalizeGradient"] =
            ([new(6, 2), new(6, 2), new(2, 2)], x => new NormalizeGradient(x[0], x[1], x[2]).Output),
        ["Batch norm"] = (
            [new(6, 2), new(1, 2), new(1, 2)], x =>
            new Activate(
                new ScaleShift(new Normalize(x[0], 1, 1e-2f).Output, x[1], x[2]).Output, Activation.Tanh).Output),
        ["Upsample"] = ([new(2 * 2 * 3, 2)], x => new Upsample(x[0], new(2, 2, 3, 2, 2), 0.5f).Output),
        ["SumPool"] = ([new(2 * 4 * 6, 2)], x => new SumPool(x[0], new(2, 2, 3, 2, 2), 0.25f).Output),
        ["Convolution"] = ([new(2 * 4 * 3, 2), new(3 * 2 * 2, 3)], x => new Convolution(x[0], x[1], Strided).Output),
        ["ConvolutionInputGradient"] =
            ([new(2 * 2 * 2, 3), new(3 * 2 * 2, 3)], x => new ConvolutionInputGradient(x[0], x[1], Strided).Output),
        ["ConvolutionWeightGradient"] =
            ([new(2 * 4 * 3, 2), new(2 * 2 * 2, 3)], x => new ConvolutionWeightGradient(x[0], x[1], Strided).Output),
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
        FiniteDifferences.CheckGradients(
            [(output, cotangent)], [.. leaves.Where(leaf => DependsOn(output, leaf))], given);
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
        Type[] operations = [
            .. typeof(Operation).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(Operation)) && !type.IsAbstract && type != typeof(TracedLayer))];
        Assert.NotEmpty(operations);
        Type[] sources = [
            typeof(Noise), typeof(RealBatch), typeof(Fill), typeof(DropoutMask), typeof(Interpolate),
            typeof(RealLabels), typeof(RandomLabels)],
            ends = [typeof(LogitLoss), typeof(GradientPenalty), typeof(SoftmaxCrossEntropy), typeof(RunningMoments)],
            constants = [typeof(RowDirections), typeof(OneHot)];
        Type[] tested = [
            .. Cases.Values.Select(
                testCase =>
                testCase.Build([.. testCase.Leaves.Select(shape => new Tensor("x", shape))]).Producer!.GetType())];
        Assert.All(
            operations.Except(sources), operation =>
            Assert.True(Float64Graph.Knows(operation), $"{operation.Name} has no float64 reference."));
        Assert.All(operations.Except(sources).Except(ends).Except(constants), operation =>
            Assert.Contains(operation, tested));
    }

    [Fact]
    public void A_wrong_derivative_is_noticed()
    {
        Tensor x = new("x", new Shape(2, 2)), v = new("v", new Shape(2, 2));
        Dictionary<Tensor, double[]> given = new() { [x] = [0.1, -0.2, 0.3, 0.4], [v] = [1, 1, 1, 1] };
        Tensor wrong = new Multiply(v, x).Output;
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(
            () => FiniteDifferences.Check([x], given, [wrong], values => values[x].Sum(value => value * value)));
    }

    [Theory]
    [InlineData(1f, 0f, 1f)]
    [InlineData(0f, 0f, -1f)]
    [InlineData(0.9f, 0.1f, 1f)]
    public void Cross_entropy_states_the_gradient_of_its_objective(float first, float second, float firstWeight)
    {
        Tensor logits = new("logits", new Shape(5, 1));
        LogitLoss loss =
            new(LogitLossKind.SigmoidCrossEntropy, logits, new BinaryTargets(3, first, second, firstWeight, 2f));
        Dictionary<Tensor, double[]> given = new() { [logits] = [-3, -0.5, 0.25, 2, 6] };
        FiniteDifferences.Check([logits], given, [loss.Gradient], values =>
        {
            double[] metrics = Float64Graph.Evaluate([loss.Metrics], values)[loss.Metrics];
            return (firstWeight * metrics[0]) + (2 * metrics[1]);
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
        bool labels = kind is AdversarialLossKind.NonSaturating or AdversarialLossKind.Minimax
            or AdversarialLossKind.LeastSquares;
        LogitLoss discriminator =
            AdversarialLoss.Discriminator(kind, logits, realRows: 4, smoothing: labels ? 0.1f : 0f);
        FiniteDifferences.Check(
            [logits], given, [discriminator.Gradient], values =>
            AdversarialLoss.DiscriminatorLoss(
                Float64Graph.Evaluate([discriminator.Metrics], values)[discriminator.Metrics]));
        LogitLoss generator = kind == AdversarialLossKind.RelativisticPairing ? AdversarialLoss.PairedGenerator(logits)
            : AdversarialLoss.Generator(kind, logits);
        FiniteDifferences.Check(
            [logits], given, [generator.Gradient], values =>
            AdversarialLoss.GeneratorLoss(kind, Float64Graph.Evaluate([generator.Metrics], values)[generator.Metrics]));
    }

    [Fact]
    public void Softmax_cross_entropy_states_the_gradient_of_its_objective()
    {
        Tensor logits = new("logits", new Shape(5, 3));
        SoftmaxCrossEntropy loss = new(logits, Labels(2, 0, 7, 1, 1), new ClassTargets(3, 0.5f, 2f));
        Dictionary<Tensor, double[]> given = new() { [logits] = Values(new Random(1), logits.Shape) };
        FiniteDifferences.Check([logits], given, [loss.Gradient], values =>
        {
            double[] metrics = Float64Graph.Evaluate([loss.Metrics], values)[loss.Metrics];
            return (0.5 * metrics[0]) + (2 * metrics[1]);
        });
    }

    /// <summary>A row without a direction: its norm's derivatives are 0 and not infinite.</summary>
    [Fact]
    public void The_norm_of_zero_has_a_derivative_of_zero()
    {
        Tensor x = new("x", new Shape(2, 3));
        Tensor norms = RowNorms(x),
            first = Gradients.Of([(norms, new Fill(norms.Shape, 1f).Output)], [x])[0];
        Tensor second = Gradients.Of([(first, new Fill(x.Shape, 1f).Output)], [x])[0];
        Dictionary<Tensor, double[]> values =
            Float64Graph.Evaluate([first, second], new Dictionary<Tensor, double[]> { [x] = [0, 0, 0, 3, 0, 4] });
        Assert.Equal([0, 0, 0, 0.6, 0, 0.8], values[first].Select(value => Math.Round(value, 12)));
        Assert.Equal([0, 0, 0], values[second][..3]);
    }

    [Fact]
    public void A_parameter_that_nothing_depends_on_is_refused()
    {
        Tensor x = new("x", new Shape(1, 2)), other = new("other", new Shape(1, 2));
        ArgumentException e =
            Assert.Throws<ArgumentException>(() => Gradients.Of([(new Scale(x, 2f).Output, x)], [other]));
        Assert.Contains("other 1x2", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_named()
    {
        Tensor a = new("a", new Shape(2, 3)), b = new("b", new Shape(4, 5));
        foreach (
            Action build in new Action[] {
                () => _ = new MatMul(a, b), () => _ = new AddBias(a, b), () => _ = new Add(a, b), () =>
                _ = new Multiply(a, b), () => _ = new StackRows(a, b), () =>
                _ = new ActivationGradient(a, b, Activation.Tanh) })
        {
            string message = Assert.Throws<ArgumentException>(build).Message;
            Assert.Contains("a 2x3", message, StringComparison.Ordinal);
            Assert.Contains("b 4x5", message, StringComparison.Ordinal);
        }
    }

    private static Tensor RowNorms(Tensor x) => new RowDots(x, x).Output.SquareRoot();

    private static Tensor AllOf(ScaleShiftGradient gradient) =>
        new ScaleShift(gradient.Outputs[0], gradient.Outputs[1], gradient.Outputs[2]).Output;

    private static Tensor AllOf(Normalize normalize) =>
        new ScaleShift(
            normalize.Normalized, new Multiply(normalize.Variance, normalize.Rstd).Output, normalize.Mean).Output;

    private static (Shape[] Leaves, Func<Tensor[], Tensor> Build) Of(int activation) =>
        ([new(3, 4)], x => new Activate(x[0], Activations[activation]).Output);

    private static (Shape[] Leaves, Func<Tensor[], Tensor> Build) GradientOf(int activation) =>
        ([new(3, 4), new(3, 4)], x =>
            new ActivationGradient(
                x[0], new Activate(x[1], Activations[activation]).Output, Activations[activation]).Output);

    private static (Tensor[] Leaves, Tensor Output, Tensor Cotangent, Dictionary<Tensor, double[]> Given) Prepare(
        string name)
    {
        (Shape[] shapes, Func<Tensor[], Tensor> build) = Cases[name];
        Tensor[] leaves = [.. shapes.Select((shape, i) => new Tensor($"x{i}", shape))];
        Tensor output = build(leaves);
        Tensor cotangent = new("cotangent", output.Shape);
        Random random = new(3);
        return (leaves, output, cotangent,
            leaves.Append(cotangent).ToDictionary(leaf => leaf, leaf => Values(random, leaf.Shape)));
    }

    /// <summary>Kept away from 0, where the piecewise linear functions have no derivative.</summary>
    private static double[] Values(Random random, Shape shape) =>
        [.. Enumerable.Range(0, shape.Length)
            .Select(_ => (random.Next(2) == 0 ? -1 : 1) * (0.1 + random.NextDouble()))];

    private static Tensor Labels(params int[] labels) =>
        new StackRows([.. labels.Select(label => new Fill(new Shape(1, 1), label).Output)]).Output;

    private static bool DependsOn(Tensor tensor, Tensor leaf)
    {
        if (tensor == leaf)
            return true;
        return tensor.Producer is { } producer
            && producer.Inputs.Where((_, i) => DependsOn(tensor, producer, i)).Any(input => DependsOn(input, leaf));
    }

    private static bool DependsOn(Tensor tensor, Operation producer, int input) => producer switch
    {
        // The piecewise linear ones stop derivatives at what they only compare.
        ActivationGradient
        {
            Activation.Kind: ActivationKind.Identity or ActivationKind.LeakyRelu
            or ActivationKind.Relu
        } => input == 0,
        // scale · dy, Σ dy · x and Σ dy.
        ScaleShiftGradient =>
            input == 0 || (tensor == producer.Outputs[0] ? input == 2 : tensor == producer.Outputs[1] && input == 1),
        _ => true,
    };
}
