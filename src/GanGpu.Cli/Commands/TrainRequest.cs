using System.CommandLine;
using GanGpu.Cli.Modalities;
using GanGpu.Networks;
using GanGpu.Training;

namespace GanGpu.Cli.Commands;

/// <summary>What the options of gangpu train ask for, in the library's terms.</summary>
internal static class TrainRequest
{
    /// <summary>The device counts steps in 32 bits.</summary>
    public const long MostSteps = uint.MaxValue;

    public const int LongestLatent = 65536;

    /// <summary>What --loss takes, the default first.</summary>
    public static readonly IReadOnlyDictionary<string, AdversarialLossKind> Losses =
        new OrderedDictionary<string, AdversarialLossKind>
        {
            ["non-saturating"] = AdversarialLossKind.NonSaturating,
            ["minimax"] = AdversarialLossKind.Minimax,
            ["lsgan"] = AdversarialLossKind.LeastSquares,
            ["hinge"] = AdversarialLossKind.Hinge,
            ["wasserstein"] = AdversarialLossKind.Wasserstein,
            ["rpgan"] = AdversarialLossKind.RelativisticPairing,
        };

    /// <summary>The checkpoint whose weights a run begins with; null where they are drawn.</summary>
    public static string? From(TrainArguments arguments, ParseResult parsed) =>
        parsed.GetValue(arguments.From) is { } run ? TrainedRun.Find(run, best: false).Checkpoint : null;

    public static Preset Preset(TrainArguments arguments, ParseResult parsed)
    {
        if (From(arguments, parsed) is { } from)
            return Checkpoint.Open(from).Preset;
        Preset preset = GanGpu.Preset.Named(parsed.GetRequiredValue(arguments.Preset));
        int latentSize = parsed.GetValue(arguments.LatentSize);
        float leak = parsed.GetValue(arguments.Leak), deviation = parsed.GetValue(arguments.InitDeviation),
            biasDeviation = parsed.GetValue(arguments.BiasDeviation);
        if (TrainArguments.IsGiven(parsed.CommandResult, arguments.LatentSize))
            preset = preset with { LatentSize = latentSize };
        preset =
            WithClasses(preset, parsed.GetValue(arguments.Conditional), parsed.GetValue(arguments.LabelledSamples));
        return preset is MlpPreset mlp
            ? mlp with
            {
                Leak = leak,
                KernelInitializer = parsed.GetValue(arguments.Init) == "normal" ? Initializer.Normal(deviation)
                    : Initializer.GlorotUniform,
                BiasInitializer = biasDeviation > 0 ? Initializer.Normal(biasDeviation) : Initializer.Zeros,
            }
            : preset;
    }

    private static Preset WithClasses(Preset preset, bool conditional, int? labelled)
    {
        if (labelled is { } count)
        {
            preset = preset is SganPreset sgan ? sgan with { LabelledSamples = count }
                : throw new InvalidInputException("--labelled goes with --preset sgan only.");
        }

        if (!conditional || preset.GeneratesClasses)
            return preset;
        return preset switch
        {
            SnganPreset sngan => sngan with { Conditional = true },
            QuickPreset quick => quick with { Conditional = true },
            _ => throw new InvalidInputException(
                "--conditional goes with --preset sngan or quick only; the presets cgan and acgan learn classes " +
                "without it."),
        };
    }

    /// <summary>
    /// The preset's own recipe, or the options of the file that it begins with, but for what was asked for.
    /// </summary>
    public static TrainingOptions Options(TrainArguments arguments, ParseResult parsed, Preset preset)
    {
        TrainingOptions recipe = From(arguments, parsed) is { } from ? Checkpoint.Open(from).Options : preset.Recipe;
        (OptimizerOptions generator, OptimizerOptions discriminator) =
            (recipe.GeneratorOptimizer, recipe.DiscriminatorOptimizer);
        if (arguments.OfEitherOptimizer.Any(Given))
        {
            generator = Optimizer(arguments, parsed, generator);
            generator = generator with
            {
                LearningRate = parsed.GetValue(arguments.GeneratorLearningRate)
                ?? generator.LearningRate
            };
            discriminator = Optimizer(arguments, parsed, discriminator);
            discriminator = discriminator with
            {
                LearningRate = parsed.GetValue(arguments.DiscriminatorLearningRate) ?? discriminator.LearningRate,
                WeightLimit = parsed.GetValue(arguments.ClipValue) ?? discriminator.WeightLimit,
            };
        }

        if (parsed.GetValue(arguments.Average) is { } beta)
            generator = generator with { Average = new WeightAverage(beta, parsed.GetValue(arguments.AverageRampUp)) };
        return recipe with
        {
            BatchSize = Given(arguments.BatchSize) ? parsed.GetValue(arguments.BatchSize) : recipe.BatchSize,
            Seed = Given(arguments.Seed) ? parsed.GetValue(arguments.Seed) : recipe.Seed,
            Latent = Given(arguments.Latent) ? parsed.GetValue(arguments.Latent) == "uniform"
                ? NoiseDistribution.Uniform : NoiseDistribution.Normal : recipe.Latent,
            Loss = Given(arguments.Loss) ? Losses[parsed.GetRequiredValue(arguments.Loss)] : recipe.Loss,
            LabelSmoothing = Given(arguments.LabelSmoothing) ? parsed.GetValue(arguments.LabelSmoothing)
                : recipe.LabelSmoothing,
            AccumulatedBatches = Given(arguments.Accumulate) ? parsed.GetValue(arguments.Accumulate)
                : recipe.AccumulatedBatches,
            DiscriminatorSteps = parsed.GetValue(arguments.DiscriminatorSteps) ?? recipe.DiscriminatorSteps,
            Penalty = new()
            {
                GradientPenalty = parsed.GetValue(arguments.GradientPenalty) ?? recipe.Penalty.GradientPenalty,
                Dragan = parsed.GetValue(arguments.Dragan) ?? recipe.Penalty.Dragan,
                R1 = parsed.GetValue(arguments.R1) ?? recipe.Penalty.R1,
                R2 = parsed.GetValue(arguments.R2) ?? recipe.Penalty.R2,
                Interval = parsed.GetValue(arguments.PenaltyInterval) ?? recipe.Penalty.Interval,
            },
            Packing = parsed.GetValue(arguments.Packing) ?? recipe.Packing,
            Augmentation = parsed.GetValue(arguments.Augmentation) is { } kinds ? Augmentations(kinds)
                : recipe.Augmentation,
            InstanceNoise = parsed.GetValue(arguments.InstanceNoise) ?? recipe.InstanceNoise,
            GeneratorOptimizer = generator,
            DiscriminatorOptimizer = discriminator,
            HorizontalFlip = Given(arguments.Flip) ? parsed.GetValue(arguments.Flip) : recipe.HorizontalFlip,
            Frozen = parsed.GetValue(arguments.Freeze) is { Length: > 0 } patterns
                ? [.. patterns.SelectMany(pattern => pattern.Split(',', StringSplitOptions.TrimEntries))]
                : recipe.Frozen,
            ReportEvery = Given(arguments.ReportEvery) ? parsed.GetValue(arguments.ReportEvery) : recipe.ReportEvery,
        };

        bool Given(Option option) => TrainArguments.IsGiven(parsed.CommandResult, option);
    }

    public static Augmentation Augmentations(string kinds) =>
        kinds.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Aggregate(
        Augmentation.None,
        (all, kind) => all | kind switch
        {
            "color" => Augmentation.Color,
            "translation" => Augmentation.Translation,
            "cutout" => Augmentation.Cutout,
            _ => throw new InvalidInputException(
                $"--diffaugment is '{kinds}', but must be some of color, translation and cutout, with commas between " +
                $"them{Nearest.Remark(kind, ["color", "translation", "cutout"])}."),
        });

    /// <summary>
    /// The recipe's optimizer, but for what was asked for; another one has nothing of it but what any has.
    /// </summary>
    private static OptimizerOptions Optimizer(TrainArguments arguments, ParseResult parsed, OptimizerOptions recipe)
    {
        string asked = Given(arguments.Optimizer) ? parsed.GetRequiredValue(arguments.Optimizer)
            : recipe switch { RmsPropOptions => "rmsprop", SgdOptions => "sgd", _ => "adam" };
        OptimizerOptions own = asked switch
        {
            "rmsprop" => Own(recipe as RmsPropOptions ?? new()),
            "sgd" => Own(recipe as SgdOptions ?? new()),
            _ => Own(recipe as AdamOptions ?? new()),
        };
        return own with
        {
            LearningRate = Or(arguments.LearningRate, own.LearningRate),
            Decay = Given(arguments.LearningRateDecay) ? Decay(parsed.GetValue(arguments.LearningRateDecay))
                : recipe.Decay,
            GradientNormLimit = parsed.GetValue(arguments.ClipGradientNorm) ?? recipe.GradientNormLimit,
            Average = recipe.Average,
            WeightLimit = recipe.WeightLimit,
        };

        OptimizerOptions Own(OptimizerOptions options) => options switch
        {
            RmsPropOptions rmsProp => rmsProp with
            {
                Alpha = Or(arguments.Alpha, rmsProp.Alpha),
                Epsilon = Or(arguments.Epsilon, rmsProp.Epsilon),
            },
            SgdOptions sgd => sgd with
            {
                Momentum = Or(arguments.Momentum, sgd.Momentum),
                Nesterov = Given(arguments.Nesterov) ? parsed.GetValue(arguments.Nesterov) : sgd.Nesterov,
            },
            AdamOptions adam => adam with
            {
                Beta1 = Or(arguments.Beta1, adam.Beta1),
                Beta2 = Or(arguments.Beta2, adam.Beta2),
                Epsilon = Or(arguments.Epsilon, adam.Epsilon),
            },
            _ => options,
        };

        double Or(Option<double> option, double otherwise) => Given(option) ? parsed.GetValue(option) : otherwise;

        bool Given(Option option) => TrainArguments.IsGiven(parsed.CommandResult, option);
    }

    public static LearningRateDecay? Decay(string? text)
    {
        if (text is null)
            return null;
        string[] ends = text.Split(':');
        return ends.Length <= 2 && Numbers.Whole(ends[^1]) is { } to
            && (ends.Length == 1 ? 0 : Numbers.Whole(ends[0])) is { } from && from < to
            ? new LearningRateDecay(from, to)
            : throw new InvalidInputException(
                $"--lr-decay is '{text}', but must be a number of updates from 1 on, or two such as 1000:50000.");
    }

    /// <summary>What the run does besides training.</summary>
    public static RunOptions Run(TrainArguments arguments, ParseResult parsed) => new()
    {
        Steps = parsed.GetValue(arguments.Steps),
        Epochs = parsed.GetValue(arguments.Epochs),
        SampleEvery = parsed.GetValue(arguments.SampleEvery),
        Best = parsed.GetValue(arguments.Best),
        RollBack = parsed.GetValue(arguments.RollBack),
        TensorBoard = parsed.GetValue(arguments.TensorBoard),
        KeepCheckpoints = parsed.GetValue(arguments.KeepCheckpoints),
        Data = parsed.GetRequiredValue(arguments.Data),
        From = From(arguments, parsed),
        Images = ImageChoice.Of(arguments, parsed),
        Pictures = new RunPictures(),
    };
}
