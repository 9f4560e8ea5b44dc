using GanGpu.Measures;
using GanGpu.Runs;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Training;

/// <summary>What <c>gangpu train</c> does without arguments.</summary>
[Collection(TestDevices.OfNetworks)]
public class QuickPresetTests
{
    [Fact]
    public void The_digits_are_drawn_evenly_and_clean_after_a_part_of_the_first_minute()
    {
        Device device = TestDevices.OpenDevice("cpu");
        DataSet digits = DataSource.Open("digits");
        QuickPreset preset = new();
        using GanTrainer trainer = new(device, preset, digits, preset.Recipe);
        trainer.Replay(1200);
        using ClassWatch watch = new(device, digits);
        ClassShares shares = watch.Of(trainer.Generator)!;
        Assert.Equal((10, 10), (shares.Classes, shares.Covered));
        Assert.InRange(shares.ReverseKl, 0, 0.01);
        Assert.InRange(shares.Clear, 0.7, 1);
    }

    [Fact]
    public void Classes_are_told_where_images_have_them()
    {
        DataSet digits = DataSource.Open("digits");
        TrainingOptions recipe = new QuickPreset().Recipe;
        Assert.Equal((true, 10), Told(new QuickPreset(), digits, recipe));
        Assert.Equal((false, 0), Told(new QuickPreset { Conditional = false }, digits, recipe));
        Assert.Equal((false, 0), Told(new QuickPreset(), digits, recipe with { Packing = 2 }));
        Assert.Equal((false, 0), Told(new QuickPreset(), DataSource.Open("ring"), recipe));
        DataSet unlabelled = DataSet.FromBytes("unlabelled", digits.Pixels.ToArray(), digits.Count, 28, 28, 1);
        Assert.Equal((false, 0), Told(new QuickPreset(), unlabelled, recipe));
        Assert.Throws<InvalidInputException>(() => new QuickPreset { Conditional = true }.For(unlabelled, recipe));
    }

    /// <summary>An average that began at the random weights would draw grey noise for thousands of steps.</summary>
    [Fact]
    public void The_average_s_samples_are_at_no_step_far_worse_than_the_weights()
    {
        Device device = TestDevices.OpenDevice("cpu");
        DataSet digits = DataSource.Open("digits");
        MlpPreset preset = Preset.Mlp;
        TrainingOptions options = new()
        {
            GeneratorOptimizer = new AdamOptions(1e-3, 0.5),
            DiscriminatorOptimizer = new AdamOptions(1e-3, 0.5),
        };
        using GanTrainer plain = new(device, preset, digits, options);
        using GanTrainer averaged = new(
            device, preset, digits,
            options with { GeneratorOptimizer = options.GeneratorOptimizer with { Average = new(0.999) } });
        FeatureSet real = FeatureSet.Of(digits, 0, 500);
        foreach (int steps in new[] { 5, 15, 30, 50, 100, 200 })
        {
            plain.Replay(steps);
            averaged.Replay(steps);
            Assert.InRange(Distance(averaged), 0, 1.5 * Distance(plain));
        }

        double Distance(GanTrainer trainer) =>
            SlicedWasserstein.Between(device, real, FeatureSet.Of(trainer.Generator.Sample(500, 1)), seed: 1).Distance;
    }

    private static (bool, int) Told(QuickPreset preset, DataSet data, TrainingOptions options)
    {
        var made = (QuickPreset)preset.For(data, options);
        return (made.Conditional == true, made.Classes);
    }
}
