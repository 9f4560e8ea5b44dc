using GanGpu;
using GanGpu.Networks;

/// <summary>2. A loss, a penalty and an activation of one's own.</summary>
internal static class OwnLoss
{
    public static async Task Run(Device device, DataSet data)
    {
        TrainingOptions options = new()
        {
            DiscriminatorLoss = terms => terms.Standard + 5f * Penalty(terms),
            GeneratorLoss = terms => terms.Standard
                + (terms.RealFeatures("dense1").ColumnMeans() - terms.FakeFeatures("dense1").ColumnMeans()).Square().Sum(),
        };
        using GanTrainer trainer = new(device, Preset.Mlp, data, options);
        await trainer.TrainStepsAsync(5);
    }

    private static Tensor Penalty(LossTerms terms) =>
        Tensor.Gradient(terms.Discriminate(terms.RealSamples), terms.RealSamples).Square().RowSums().Mean();
}
