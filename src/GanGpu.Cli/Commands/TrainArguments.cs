using System.CommandLine;
using System.CommandLine.Parsing;
using GanGpu.Cli.Modalities;
using GanGpu.Runs;

namespace GanGpu.Cli.Commands;

/// <summary>The options of gangpu train. Names follow what the field's own programs call these things.</summary>
internal sealed class TrainArguments
{
    private static readonly TrainingOptions Defaults = new();

    public Option<string> Data { get; } = Text(
        "--data", "PATH",
        "The data set: a file, a folder, a zip or tar archive of pictures, one that is built in: " +
        $"{string.Join(", ", DataSource.BuiltIn)}; or one that gangpu data fetch has downloaded: " +
        $"{string.Join(", ", KnownDataSet.All.Select(set => set.Name))}; stacked:PATH makes colour images of three " +
        "grey ones each.", "digits");

    public Option<string> Preset { get; } = Text(
        "--preset", "NAME", $"The networks: {string.Join(", ", GanGpu.Preset.Names)}.", "quick")
        .Among(GanGpu.Preset.Names);

    public Option<int> BatchSize { get; } = new Option<int>("--batch-size", "--batch")
    {
        Description = "Samples in a batch.",
        HelpName = "N",
        DefaultValueFactory = _ => Defaults.BatchSize,
    }.Whole(1);

    public Option<int?> Epochs { get; } = new Option<int?>("--epochs")
    {
        Description =
            "Passes over the data set; with --resume, how many more. [default: " +
            string.Join(", ", GanGpu.Preset.Names.GroupBy(name => GanGpu.Preset.Named(name).Epochs)
                .OrderBy(group => group.Count()).Select((group, index) => group.Count() > 2
                    ? $"{group.Key} with others" : $"{group.Key} with --preset {string.Join(" or ", group)}")) + "]",
        HelpName = "N",
    }.Whole(1);

    public Option<long?> Steps { get; } = new Option<long?>("--steps")
    {
        Description = "Instead of --epochs: steps, each an update of both networks.",
        HelpName = "N",
    }.Whole(1, TrainRequest.MostSteps);

    public Option<double> LearningRate { get; } = OfRecipe("--lr", "The learning rate.")
        .Fraction(FractionRange.FromZero);

    public Option<double?> GeneratorLearningRate { get; } = new Option<double?>("--lr-g")
    {
        Description = "The generator's learning rate, where it is another than --lr.",
        HelpName = "X",
    }.Fraction(FractionRange.FromZero);

    public Option<double?> DiscriminatorLearningRate { get; } = new Option<double?>("--lr-d")
    {
        Description = "The discriminator's learning rate, where it is another than --lr.",
        HelpName = "X",
    }.Fraction(FractionRange.FromZero);

    public Option<string?> LearningRateDecay { get; } = new Option<string?>("--lr-decay")
    {
        Description =
            "Lets the learning rates fall in a straight line to 0 after TO updates, from FROM updates on. [default: " +
            "they stay]",
        HelpName = "[FROM:]TO",
    }.Checked(text => TrainRequest.Decay(text));

    public Option<string> Optimizer { get; } =
        Choice("--optimizer", "What updates the weights.", "adam", "rmsprop", "sgd");

    public Option<double> Beta1 { get; } = OfRecipe("--beta1", "Decay of Adam's first moment.")
        .Fraction(FractionRange.ToBelowOne);

    public Option<double> Beta2 { get; } = OfRecipe("--beta2", "Decay of Adam's second moment.")
        .Fraction(FractionRange.ToBelowOne);

    public Option<double> Epsilon { get; } = OfRecipe("--epsilon", "Adam's and RMSProp's epsilon.")
        .Fraction(FractionRange.AboveZero);

    public Option<double> Alpha { get; } = OfRecipe("--alpha", "Decay of RMSProp's mean square.")
        .Fraction(FractionRange.ToBelowOne);

    public Option<double> Momentum { get; } = OfRecipe("--momentum", "Momentum of sgd.")
        .Fraction(FractionRange.ToBelowOne);

    public Option<bool> Nesterov { get; } = new("--nesterov") { Description = "Nesterov's momentum for sgd." };

    public Option<double?> ClipValue { get; } = new Option<double?>("--clip-value")
    {
        Description =
            "Brings the discriminator's weights into ±X after each update; 0.01 in the first Wasserstein GAN. " +
            "[default: off]",
        HelpName = "X",
    }.Fraction(FractionRange.AboveZero);

    public Option<double?> ClipGradientNorm { get; } = new Option<double?>("--clip-grad-norm")
    {
        Description = "Scales the gradients of a network down where their norm is above X. [default: off]",
        HelpName = "X",
    }.Fraction(FractionRange.AboveZero);

    public Option<double?> Average { get; } = new Option<double?>("--ema")
    {
        Description =
            "Draws samples with a moving average of the generator's weights, of decay X per update, such as 0.999; " +
            "after t updates at most (1 + t) / (10 + t). [default: off]",
        HelpName = "X",
    }.Fraction(FractionRange.ToBelowOne);

    public Option<double> AverageRampUp { get; } = Number(
        "--ema-ramp",
        "Warms the average up in another way: its half-life is at most this part of the updates done; 0.05 in " +
        "StyleGAN2.", 0).Fraction(FractionRange.FromZero);

    public Option<bool> Conditional { get; } = new("--conditional")
    {
        Description =
        "Lets --preset sngan learn the classes of samples, so that it can draw samples of a class; cgan and acgan do " +
        "so always, quick where images have classes."
    };

    public Option<int?> LabelledSamples { get; } = new Option<int?>("--labelled")
    {
        Description = "Samples whose class --preset sgan is told, as many of each class. [default: all]",
        HelpName = "N",
    }.Whole(1);

    public Option<int> LatentSize { get; } = new Option<int>("--latent-dim", "--latent-size")
    {
        Description = "Values in a latent vector. [default: the preset's]",
        HelpName = "N",
        DefaultValueFactory = _ => GanGpu.Preset.Mlp.LatentSize,
    }.Whole(1, TrainRequest.LongestLatent);

    public Option<string> Latent { get; } =
        Choice("--latent", "What latent vectors are drawn from.", "normal", "uniform");

    public Option<string> Loss { get; } =
        Choice("--loss", "What both networks minimise.", [.. TrainRequest.Losses.Keys]);

    public Option<float> LabelSmoothing { get; } = new Option<float>("--label-smoothing")
    {
        Description = "Lowers the discriminator's target for real samples by X, such as 0.1.",
        HelpName = "X",
        DefaultValueFactory = _ => 0f,
    }.Fraction(FractionRange.ToBelowHalf);

    public Option<int?> DiscriminatorSteps { get; } = new Option<int?>("--n-critic")
    {
        Description = "Updates of the discriminator for each of the generator. [default: the preset's]",
        HelpName = "N",
    }.Whole(1, 1024);

    public Option<double?> GradientPenalty { get; } = new Option<double?>("--gp")
    {
        Description = "Weight of WGAN-GP's gradient penalty, 10 in the paper. [default: the preset's]",
        HelpName = "X",
    }.Fraction(FractionRange.FromZero);

    public Option<double?> Dragan { get; } = new Option<double?>("--dragan")
    {
        Description = "Weight of DRAGAN's gradient penalty, 10 in the paper. [default: the preset's]",
        HelpName = "X",
    }.Fraction(FractionRange.FromZero);

    public Option<double?> R1 { get; } = new Option<double?>("--r1")
    {
        Description = "Weight of the R1 penalty, on real samples. [default: the preset's]",
        HelpName = "X",
    }.Fraction(FractionRange.FromZero);

    public Option<double?> R2 { get; } = new Option<double?>("--r2")
    {
        Description = "Weight of the R2 penalty, on generated samples. [default: the preset's]",
        HelpName = "X",
    }.Fraction(FractionRange.FromZero);

    public Option<int?> PenaltyInterval { get; } = new Option<int?>("--penalty-every")
    {
        Description =
            "Updates of the discriminator from one with a penalty to the next, which is as many times as strong. " +
            "[default: the preset's]",
        HelpName = "N",
    }.Whole(1, 1024);

    public Option<int?> Packing { get; } = new Option<int?>("--pac")
    {
        Description = "Samples that the discriminator judges together: PacGAN. [default: the preset's]",
        HelpName = "N",
    }.Whole(1);

    public Option<string?> Augmentation { get; } = new Option<string?>("--diffaugment")
    {
        Description =
            "Changes real and generated samples alike before they are judged: any of color, translation, cutout. " +
            "[default: the preset's]",
        HelpName = "color,translation,cutout",
    }.Checked(text => TrainRequest.Augmentations(text));

    public Option<double?> InstanceNoise { get; } = new Option<double?>("--instance-noise")
    {
        Description =
            "Standard deviation of noise that is added to all samples before they are judged. [default: the preset's]",
        HelpName = "X",
    }.Fraction(FractionRange.FromZero);

    public Option<float> Leak { get; } = new Option<float>("--leak")
    {
        Description = "The leaky ReLU's slope for negative inputs.",
        HelpName = "X",
        DefaultValueFactory = _ => GanGpu.Preset.Mlp.Leak,
    }.Fraction(FractionRange.AboveZero);

    public Option<string> Init { get; } =
        Choice("--init", "What initial weights are drawn from.", "glorot-uniform", "normal");

    public Option<float> InitDeviation { get; } = new Option<float>("--init-std")
    {
        Description = "Standard deviation for --init normal.",
        HelpName = "X",
        DefaultValueFactory = _ => 0.02f,
    }.Fraction(FractionRange.FromZero);

    public Option<float> BiasDeviation { get; } = new Option<float>("--bias-std")
    {
        Description = "Standard deviation of initial biases; 0 starts them at zero.",
        HelpName = "X",
        DefaultValueFactory = _ => 0f,
    }.Fraction(FractionRange.FromZero);

    public Option<bool> Flip { get; } =
        new("--flip") { Description = "Mirrors real pictures left to right by chance; not for letters or digits." };

    public Option<ulong> Seed { get; } = new Option<ulong>("--seed")
    {
        Description =
            "Decides initial weights, data order and noise; the same seed on the same device gives the same bits.",
        HelpName = "N",
        DefaultValueFactory = _ => Defaults.Seed,
    }.Whole(0UL);

    public Option<string?> Seeds { get; } = new Option<string?>("--seeds")
    {
        Description = "Trains several seeds, each in a folder of its own, and measures them: mean and standard error.",
        HelpName = "A..B|A,B,…",
    }.Checked(text => TrainSeeds.Parse(text));

    public Option<string?> ImageSize { get; } = new Option<string?>("--image-size")
    {
        Description = "The size that pictures of a folder or an archive are brought to. [default: 28x28]",
        HelpName = "HxW|N",
    }.Checked(text => ImageChoice.Size(text));

    public Option<int?> Channels { get; } = new Option<int?>("--channels")
    {
        Description =
            "1 for grey, 3 for colour, 4 for colour and opacity, for pictures of a folder or an archive. [default: 1]",
        HelpName = "1|3|4",
    }.Checked(text => ImageChoice.CheckChannels(text));

    public Option<bool> SkipDamaged { get; } = new(
        "--skip-damaged")
    {
        Description = "Leaves out pictures that are damaged, and names them, instead of refusing the whole."
    };

    public Option<string?> Background { get; } = new("--background")
    {
        Description = "What transparent parts of pictures are laid on: black, white, grey or #rrggbb. [default: black]",
        HelpName = "COLOR",
    };

    public Option<string?> Labels { get; } = new("--labels")
    {
        Description =
            "A CSV file with the class of each picture, in place of sub-folders: a column of file names and one of " +
            "classes.",
        HelpName = "FILE.csv",
    };

    public Option<string?> LabelColumn { get; } = new("--label-column")
    {
        Description = "The column of --labels that has the classes, where there are several.",
        HelpName = "NAME",
    };

    public Option<string?> Out { get; } = new("--out", "-o")
    {
        Description =
            "The run's folder: new, empty, or of a run that this command goes on with. [default: runs/PRESET-DATA-N " +
            "with the next free number]",
        HelpName = "FOLDER",
    };

    public Option<string?> Resume { get; } = new("--resume")
    {
        Description = "Goes on with a run exactly where it stood, with the run's own data and settings.",
        HelpName = "FOLDER",
    };

    public Option<string?> From { get; } = new("--from")
    {
        Description =
            "Begins a new run with the weights of another or of a checkpoint, on any data of the same size; what is " +
            "not given is trained as there. [default: drawn weights]",
        HelpName = "RUN|FILE",
    };

    public Option<string[]> Freeze { get; } = new("--freeze")
    {
        Description =
            "Leaves tensors as they are whose names fit, such as \"discriminator.*\"; * is any text. Once for each " +
            "pattern, or with commas between them. [default: none, with --from those of that training]",
        HelpName = "PATTERN",
        Arity = ArgumentArity.OneOrMore,
    };

    public Option<int> ReportEvery { get; } = new Option<int>("--report-every")
    {
        Description = "Steps from one line of metrics.jsonl to the next.",
        HelpName = "STEPS",
        DefaultValueFactory = _ => Defaults.ReportEvery,
    }.Whole(1, 1024);

    public Option<long?> SampleEvery { get; } = new Option<long?>("--sample-every")
    {
        Description = "Steps from one grid of samples, with a checkpoint, to the next. [default: about ten in the run]",
        HelpName = "STEPS",
    }.Whole(1L);

    public Option<string?> Best { get; } = new Option<string?>("--best")
    {
        Description =
            "Measures the samples with each grid, and keeps the best checkpoint: " +
            $"{string.Join(", ", QualityWatch.Measures)} ({string.Join(", ", QualityWatch.Titles)}). [default: none]",
        HelpName = string.Join('|', QualityWatch.Measures),
    }.Among(QualityWatch.Measures);

    public Option<bool> RollBack { get; } = new("--roll-back")
    {
        Description =
            "Where training diverges, or its samples collapse, goes back to the best checkpoint (the latest without " +
            "--best) and on with half the learning rates, at most three times.",
    };

    public Option<int?> KeepCheckpoints { get; } = new Option<int?>("--keep-checkpoints")
    {
        Description =
            "Keeps the last K checkpoints in the folder checkpoints in the run's, one with each grid, besides the " +
            "latest and the best. [default: none]",
        HelpName = "K",
    }.Whole(1);

    public Option<int> Accumulate { get; } = new Option<int>("--accumulate", "--gradient-accumulate-every")
    {
        Description =
            "Batches whose gradients are averaged for each update, for effective batches that memory has no room for.",
        HelpName = "N",
        DefaultValueFactory = _ => Defaults.AccumulatedBatches,
    }.Whole(1, 1024);

    public Option<bool> New { get; } = new("--new")
    {
        Description =
            "Starts over. Without it, the same command goes on with the run that it started before; a run that is in " +
            "the way of a new one gets another name, and is not lost.",
    };

    public Option<bool> DryRun { get; } = new("--dry-run", "-n")
    {
        Description =
        "Says how much memory the training would take, how many launches a step has and how fast it would go, and " +
        "writes nothing."
    };

    public Option<string?> Config { get; } = new(ConfigFile.OptionName)
    {
        Description =
            "A JSON file of options, such as {\"preset\": \"dcgan\", \"batch-size\": 32}; those on the command line " +
            "go before.",
        HelpName = "FILE.json",
    };

    public Option<bool> AsJson { get; } =
        new("--json") { Description = "Writes a line of JSON for each report, and for start and end." };

    public Option<bool> TensorBoard { get; } = new("--tensorboard")
    {
        Description =
        "Writes figures and grids of samples for TensorBoard as well, into the folder tensorboard in the run's; a " +
        "resumed run goes on with that."
    };

    public Option<bool> Quiet { get; } = new("--quiet", "-q") { Description = "Writes nothing but errors." };

    public DeviceArguments Device { get; } = new();

    private IEnumerable<Option> DecidedByTheRun =>
    [
        Preset, Conditional, LabelledSamples, BatchSize, LearningRate, GeneratorLearningRate, DiscriminatorLearningRate,
            LearningRateDecay, Optimizer, Beta1, Beta2, Epsilon, Alpha, Momentum, Nesterov,
        ClipValue, ClipGradientNorm, Average, AverageRampUp, LatentSize, Latent, Loss, LabelSmoothing,
        Accumulate, DiscriminatorSteps, GradientPenalty, Dragan, R1, R2, PenaltyInterval, Packing, Augmentation,
        InstanceNoise, Leak,
        Init, InitDeviation, BiasDeviation, Flip, Seed, Seeds, ImageSize, Channels, SkipDamaged, Background, Labels,
        LabelColumn, Out, ReportEvery, Best, RollBack, From, Freeze,
    ];

    /// <summary>What decides the networks, which a file of weights decides too.</summary>
    private IEnumerable<Option> OfNetworks =>
        [Preset, Conditional, LabelledSamples, LatentSize, Leak, Init, InitDeviation, BiasDeviation];

    /// <summary>What describes the optimizers; where none of it is given, they are the preset's.</summary>
    public IEnumerable<Option> OfEitherOptimizer =>
        [LearningRate, GeneratorLearningRate, DiscriminatorLearningRate, LearningRateDecay, Optimizer, Beta1, Beta2,
            Epsilon, Alpha, Momentum, Nesterov, ClipValue, ClipGradientNorm];

    private IEnumerable<(Option Option, string[] Optimizers)> OfOptimizers =>
    [
        (Beta1, ["adam"]), (Beta2, ["adam"]), (Epsilon, ["adam", "rmsprop"]), (Alpha, ["rmsprop"]), (Momentum, ["sgd"]),
            (Nesterov, ["sgd"]),
    ];

    /// <summary>What only some presets know.</summary>
    private IEnumerable<(Option Option, string[] Presets)> OfPresets =>
        [(Leak, ["mlp"]), (Init, ["mlp"]), (InitDeviation, ["mlp"]), (BiasDeviation, ["mlp"])];

    /// <summary>What is about the discriminator.</summary>
    private IEnumerable<Option> OfDiscriminator =>
    [
        DiscriminatorLearningRate, ClipValue, Loss, LabelSmoothing, DiscriminatorSteps, GradientPenalty, Dragan, R1, R2,
        PenaltyInterval, Packing, Augmentation, InstanceNoise,
    ];

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { Data, Preset, Device.Name, Epochs, Steps, BatchSize }
            .Concat(DecidedByTheRun.Except([Preset, BatchSize, Out, ReportEvery, Best, RollBack]))
            .Concat([
                Out, Resume, SampleEvery, ReportEvery, Best, RollBack, KeepCheckpoints, TensorBoard, New, DryRun,
                Config, Quiet, AsJson, Device.Threads, Device.Precision, Device.AssumeGenericAddressSpace]))
        {
            command.Add(option);
        }

        command.Validators.Add(Check);
    }

    /// <summary>Whether the user wrote the option, rather than leaving it at its default.</summary>
    public static bool IsGiven(SymbolResult result, Option option) => result.GetResult(option) is { Implicit: false };

    private void Check(CommandResult result)
    {
        if (IsGiven(result, Epochs) && IsGiven(result, Steps))
            result.AddError("--epochs and --steps can't be given together");
        if (IsGiven(result, InitDeviation) && (!IsGiven(result, Init) || result.GetValue(Init) != "normal"))
            result.AddError("--init-std goes with --init normal only");
        if (IsGiven(result, AverageRampUp) && !IsGiven(result, Average))
            result.AddError("--ema-ramp goes with --ema only");
        foreach ((Option option, string[] optimizers) in OfOptimizers)
        {
            if (IsGiven(result, option) && result.GetValue(Optimizer) is { } optimizer
                && !optimizers.Contains(optimizer))
                result.AddError($"{option.Name} goes with --optimizer {string.Join(" or ", optimizers)} only");
        }

        foreach (Option option in OfNetworks.Where(option => IsGiven(result, From) && IsGiven(result, option)))
            result.AddError($"{option.Name} can't be given with --from, whose networks are those of the file");
        if (!IsGiven(result, Resume) && !IsGiven(result, From) && result.GetResult(Preset) is { } given
            && (given.Implicit || given.Tokens.Count == 1) && result.GetValue(Preset) is { } preset)
        {
            foreach ((Option option, string[] presets) in OfPresets.Where(of => IsGiven(result, of.Option)
                && !of.Presets.Contains(preset)))
                result.AddError($"{option.Name} goes with --preset {string.Join(" or ", presets)} only");
            foreach (Option option in OfDiscriminator.Where(option => preset == "vae" && IsGiven(result, option)))
                result.AddError($"{option.Name} is about a discriminator, and the preset vae has none");
        }

        if (IsGiven(result, Seed) && IsGiven(result, Seeds))
            result.AddError("--seed and --seeds can't be given together");
        if (IsGiven(result, Best) && IsGiven(result, Seeds))
            result.AddError("--best and --seeds can't be given together: seeds are measured at their end");
        if (IsGiven(result, RollBack) && IsGiven(result, Seeds))
            result.AddError("--roll-back and --seeds can't be given together: a seed that diverges is counted as such");
        if (IsGiven(result, Quiet) && IsGiven(result, AsJson))
            result.AddError("--quiet and --json can't be given together");
        foreach (
            Option option in new Option[] { New, DryRun, AsJson }
            .Where(option => IsGiven(result, option) && IsGiven(result, Seeds)))
            result.AddError($"{option.Name} and --seeds can't be given together");
        foreach (
            Option option in new Option[] { New, DryRun }
            .Where(option => IsGiven(result, option) && IsGiven(result, Resume)))
            result.AddError($"{option.Name} and --resume can't be given together");
        if (!IsGiven(result, Resume))
            return;
        foreach (Option option in DecidedByTheRun.Where(option => IsGiven(result, option)))
            result.AddError($"{option.Name} can't be given with --resume, which goes on with the run's own settings");
    }

    private static Option<string> Text(string name, string helpName, string description, string byDefault) =>
        new(name) { Description = description, HelpName = helpName, DefaultValueFactory = _ => byDefault };

    /// <summary>A number that the preset's recipe has unless it is given.</summary>
    private static Option<double> OfRecipe(string name, string description) => new(name)
    {
        Description = description + " [default: the preset's]",
        HelpName = "X",
    };

    private static Option<double> Number(string name, string description, double byDefault) =>
        new(name) { Description = description, HelpName = "X", DefaultValueFactory = _ => byDefault };

    private static Option<string> Choice(string name, string description, params string[] choices) =>
        Text(name, string.Join('|', choices), description, choices[0]).Among(choices);
}
