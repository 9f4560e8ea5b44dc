using GanGpu;

/// <summary>6. Learning rates in flight, a schedule of one's own, networks updated apart.</summary>
internal static class Steering
{
    public static async Task Run(Device device, DataSet data)
    {
        TrainingOptions options = new() { Schedule = step => 0.5 * (1 + Math.Cos(step / 100.0)), ReportEvery = 5 };
        using GanTrainer trainer = new(device, Preset.Mlp, data, options);
        await trainer.TrainStepsAsync(10, new Progress<TrainingReport>(report => _ = report.DiscriminatorLoss));
        trainer.DiscriminatorLearningRate *= 2;
        for (int i = 0; i < 5; i++)
        {
            double accuracy;
            do
                accuracy = trainer.StepDiscriminator().Metrics["d_real_accuracy"];
            while (accuracy < 0.3);
            trainer.StepGenerator();
        }
    }
}
