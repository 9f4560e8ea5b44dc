using GanGpu.TorchPeer;
using static TorchSharp.torch;

namespace GanGpu.ParityTests;

/// <summary>The article's GAN, trained by TorchSharp and by this library.</summary>
[Collection(ParityDevices.Collection)]
public sealed class ArticleGanTests
{
    // Sums of 784 products of float32 round to about 1e-6 of their largest term; gradients here are below 1.
    private static readonly ParityTolerances OfTenSteps =
        new(Loss: 1e-5, Gradient: new(Absolute: 1e-6, Relative: 1e-5));

    private static readonly DataSet Data = DataSource.Open(DataSource.Digits);

    public static TheoryData<string, int, AdversarialLossKind> Cases() => CasesOf(ParityDevices.All, [1, 7, 64]);

    /// <summary>What adds up over many steps does so in every batch.</summary>
    public static TheoryData<string, int, AdversarialLossKind> LongCases() => CasesOf(ParityDevices.All, [64]);

    /// <summary>What the devices' metrics in float32 are compared with is the same for all.</summary>
    public static TheoryData<string, int, AdversarialLossKind> ArbitersCases() => CasesOf(["cpu/2"], [1, 7, 64]);

    private static TheoryData<string, int, AdversarialLossKind> CasesOf(IReadOnlyList<string> devices, int[] batches)
    {
        TheoryData<string, int, AdversarialLossKind> cases = [];
        foreach (string device in devices)
        {
            foreach (int batch in batches)
            {
                foreach (
                    AdversarialLossKind loss in new[] {
                        AdversarialLossKind.NonSaturating, AdversarialLossKind.Minimax })
                    cases.Add(device, batch, loss);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Ten_steps_agree_in_losses_and_every_gradient(string device, int batch, AdversarialLossKind loss) =>
        ParityTraining.Apart(
            device, Preset.Mlp, Data, Options(batch, loss), TorchVariant.Plain, ScalarType.Float32, steps: 10,
            OfTenSteps);

    [Theory]
    [MemberData(nameof(LongCases))]
    public void A_hundred_steps_agree_in_losses(string device, int batch, AdversarialLossKind loss) =>
        ParityTraining.Apart(
            device, Preset.Mlp, Data, Options(batch, loss), TorchVariant.Plain, ScalarType.Float32, steps: 100,
            new ParityTolerances(Loss: 1e-3));

    /// <summary>
    /// The arbiter: where this holds and a comparison with float32 does not, the rounding is TorchSharp's.
    /// </summary>
    [Theory]
    [MemberData(nameof(ArbitersCases))]
    public void Ten_steps_agree_with_float64(string device, int batch, AdversarialLossKind loss) =>
        ParityTraining.Apart(
            device, Preset.Mlp, Data, Options(batch, loss), TorchVariant.Plain, ScalarType.Float64, steps: 10,
            OfTenSteps);

    /// <summary>The benchmark's ways to do the step are the same step.</summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Every_variant_of_the_peer_agrees(bool stacked, bool frozen) => ParityTraining.Apart(
        "cpu/2", Preset.Mlp, Data, Options(64, AdversarialLossKind.NonSaturating), new TorchVariant(stacked, frozen),
        ScalarType.Float32, steps: 10, OfTenSteps);

    private static TrainingOptions Options(int batch, AdversarialLossKind loss) => new()
    {
        BatchSize = batch,
        Loss = loss,
    };
}
