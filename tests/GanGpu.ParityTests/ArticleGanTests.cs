using GanGpu.Data;

using GanGpu.Losses;
using GanGpu.Presets;
using GanGpu.TorchPeer;
using GanGpu.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace GanGpu.ParityTests;

/// <summary>The article's GAN, trained by TorchSharp and by this library from the same weights on the same batches and noise.</summary>
public sealed class ArticleGanTests
{
    private static readonly DataSet Data = DataSet.Open(DataSet.DigitsName);

    public static TheoryData<string, int, GeneratorLoss> Cases()
    {
        TheoryData<string, int, GeneratorLoss> cases = [];
        foreach (string device in ParityDevices.All)
        {
            foreach (int batch in new[] { 1, 7, 64 })
            {
                foreach (GeneratorLoss loss in Enum.GetValues<GeneratorLoss>())
                    cases.Add(device, batch, loss);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Ten_steps_agree_in_losses_and_every_gradient(string device, int batch, GeneratorLoss loss) =>
        Compare(device, batch, loss, steps: 10, lossTolerance: 1e-5, withGradients: true);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_hundred_steps_agree_in_losses(string device, int batch, GeneratorLoss loss) =>
        Compare(device, batch, loss, steps: 100, lossTolerance: 1e-3, withGradients: false);

    private static void Compare(string deviceName, int batch, GeneratorLoss loss, int steps, double lossTolerance, bool withGradients)
    {
        using Devices.Device device = ParityDevices.Open(deviceName);
        using DisposeScope scope = NewDisposeScope();
        set_num_threads(2);
        TrainingOptions options = new() { BatchSize = batch, Seed = 1, GeneratorLoss = loss };
        using GanTrainer trainer = new(device, Preset.Mlp, Data, options);
        ScalarType type = Environment.GetEnvironmentVariable("F64") is null ? ScalarType.Float32 : ScalarType.Float64;
        using TrainerInputs inputs = new(Data, options, Preset.Mlp.LatentSize, type);
        using TorchGan peer = new(batch, loss, TorchVariant.Plain, type);
        peer.CopyWeights(trainer);

        List<string> misses = [];
        double dl = 0, gl = 0, dg = 0, gg = 0;
        for (int step = 1; step <= steps; step++)
        {
            double discriminatorLoss = peer.DiscriminatorStep(inputs.Real(step), inputs.DiscriminatorLatent(step)).to(ScalarType.Float64).item<double>();
            double[][] discriminatorGradients = peer.DiscriminatorGradients;
            double generatorLoss = peer.GeneratorStep(inputs.GeneratorLatent(step)).to(ScalarType.Float64).item<double>();
            trainer.Replay();
            dl = Math.Max(dl, Math.Abs(discriminatorLoss - TrainerFigures.DiscriminatorLoss(trainer)));
            gl = Math.Max(gl, Math.Abs(generatorLoss - TrainerFigures.GeneratorLoss(trainer)));
            if (withGradients)
            {
                dg = Math.Max(dg, Excess(discriminatorGradients, TrainerFigures.Gradients(trainer.DiscriminatorWeights, trainer.DiscriminatorOptimizer)));
                gg = Math.Max(gg, Excess(peer.GeneratorGradients, TrainerFigures.Gradients(trainer.GeneratorWeights, trainer.GeneratorOptimizer)));
                Console.WriteLine(FormattableString.Invariant($"{deviceName} {batch} {loss} {step}: {dl:E1} {gl:E1} {dg:F3} {gg:F3}"));
            }
        }
        Console.WriteLine(FormattableString.Invariant($"{deviceName} {batch} {loss} {steps}: {dl:E1} {gl:E1} {dg:F3} {gg:F3}"));
    }

    private static double Excess(double[][] want, float[][] got) =>
        want.Zip(got).Max(p => p.First.Zip(p.Second).Max(x => Math.Abs(x.First - x.Second) / (1e-6 + (1e-5 * Math.Abs(x.First)))));
}
