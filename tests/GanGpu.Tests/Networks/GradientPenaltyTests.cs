using GanGpu.Graph;
using GanGpu.Networks;
using GanGpu.Presets;
using GanGpu.Tests.Reference;

namespace GanGpu.Tests.Networks;

/// <summary>A penalty on the discriminator's input gradient, as R1 has it, differentiates through the whole network.</summary>
public class GradientPenaltyTests
{
    [Fact]
    public void Squared_norm_of_the_input_gradient_has_the_gradient_of_its_finite_differences()
    {
        MlpPreset preset = Preset.Mlp with { DiscriminatorUnits = new(5, 4) };
        Parameters parameters = new();
        Tensor x = new("x", new Shape(3, 6)), ones = new("ones", new Shape(3, 1));
        Tensor logits = preset.Discriminator()(parameters, x);
        Tensor inputGradient = Gradients.Of([(logits, ones)], [x])[0];
        // d‖g‖² = ⟨2g, dg⟩. Biases only shift which side of its kink a unit is on, so the weights are what it trains.
        Tensor[] weights = [.. parameters.All.Select(parameter => parameter.Tensor).Where(tensor => tensor.Name.EndsWith("weight", StringComparison.Ordinal))];
        Tensor[] gradients = Gradients.Of([(inputGradient, new Scale(inputGradient, 2f).Output)], weights);

        Random random = new(5);
        Dictionary<Tensor, double[]> given = parameters.All.Select(parameter => parameter.Tensor).Append(x)
            .ToDictionary(leaf => leaf, leaf => Enumerable.Range(0, leaf.Shape.Length).Select(_ => random.NextDouble() - 0.5).ToArray());
        given[ones] = [1, 1, 1];
        FiniteDifferences.Check(weights, given, gradients, values => Float64Graph.Evaluate([inputGradient], values)[inputGradient].Sum(g => g * g));
    }
}
