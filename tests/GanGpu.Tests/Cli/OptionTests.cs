using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using GanGpu.Cli;

namespace GanGpu.Tests.Cli;

/// <summary>What holds for every option of every command: each is looked at, those to come included.</summary>
public class OptionTests
{
    private static readonly RootCommand Root = InProcess.Root;

    public static TheoryData<string, string> All => [.. Every().Select(each => (each.Path, each.Option.Name))];

    [Theory]
    [MemberData(nameof(All))]
    public void What_an_option_can_not_be_is_refused_by_its_name(string path, string name)
    {
        Option option = Find(path, name);
        Type type = Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;
        string[] wrong = type == typeof(bool) ? ["maybe", "1", "0,5"]
            : type.IsEnum ? ["", "none"]
            : type.IsPrimitive
                ? ["", "abc", "0,5", "1.000,5", "1,000", "1 000", " 1", "1e999", "--x", "NaN", "٣", "0x10", "1.5.2",
                    "-Infinity"]
            : ["", "  ", "--x"];
        foreach (string value in wrong)
        {
            string sentence = Refused(path, $"{name}={value}");
            Assert.Contains(name, sentence, StringComparison.Ordinal);
            Assert.DoesNotContain("System.", sentence, StringComparison.Ordinal);
            if (value.Trim().Length > 0)
                Assert.Contains(value.Trim(), sentence, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_decimal_comma_is_refused_with_the_number_to_write(string path, string name)
    {
        Type type = Nullable.GetUnderlyingType(Find(path, name).ValueType) ?? typeof(object);
        type = Find(path, name).ValueType is { IsPrimitive: true } primitive ? primitive : type;
        if (type == typeof(double) || type == typeof(float))
        {
            Assert.EndsWith(
                "not '0,0002'; write 0.0002; see '" + path + " --help'.", Refused(path, $"{name}=0,0002"),
                StringComparison.Ordinal);
            Assert.Null(Parse(path, $"{name}=0.0002"));
            Assert.Null(Parse(path, $"{name}=2e-4"));
        }
    }

    [Theory]
    [InlineData("gangpu train", "--seed=-1", "--seed must be a whole number from 0 on, not -1")]
    [InlineData("gangpu train", "--epochs=0.5", "--epochs must be a whole number from 1 on, not 0.5")]
    [InlineData(
        "gangpu train", "--steps=1e3", "--steps must be a whole number from 1 to 4294967295, not 1e3; write 1000")]
    [InlineData("gangpu train", "--steps=1'000", "not '1'000'; write 1000")]
    [InlineData("gangpu train", "--steps=1,000", "not '1,000'; write its digits alone")]
    [InlineData("gangpu train", "--steps=10.0", "not 10.0; write 10")]
    [InlineData("gangpu train", "--lr=0,0002", "--lr must be a number from 0 on, not '0,0002'; write 0.0002")]
    [InlineData("gangpu train", "--lr=1.000,5", "not '1.000,5'; write 1000.5")]
    [InlineData("gangpu train", "--lr=1,000.5", "not '1,000.5'; write 1000.5")]
    [InlineData("gangpu train", "--lr=0 5", "not '0 5'; write 05")]
    [InlineData("gangpu train", "--lr=−1", "--lr must be a number from 0 on, not '−1'")]
    [InlineData("gangpu train", "--lr=1e-400", "--lr must be a number from 0 on, not 1e-400")]
    [InlineData(
        "gangpu train", "--label-smoothing=0.5", "--label-smoothing must be a number from 0 to below 0.5, not 0.5")]
    [InlineData("gangpu train", "--image-size=28,5", "--image-size is '28,5'")]
    [InlineData("gangpu train", "--lr-decay=1,000", "--lr-decay is '1,000'")]
    [InlineData("gangpu train", "--seeds=0, 5", null)]
    [InlineData("gangpu train", "--seeds=0,5e1", "--seeds is '0,5e1'")]
    [InlineData("gangpu train", "--diffaugment=colour", "the nearest is 'color'")]
    [InlineData(
        "gangpu train", "--loss=hing",
        "--loss is 'hing', but must be non-saturating or minimax or lsgan or hinge or wasserstein or rpgan; the " +
        "nearest is 'hinge'")]
    [InlineData("gangpu sample", "--truncation=0,7", "--truncation must be a number above 0, not '0,7'; write 0.7")]
    [InlineData("gangpu interpolate", "--steps=1", "--steps must be a whole number from 2 on, not 1")]
    [InlineData("gangpu evaluate", "--samples=5", "--samples must be a whole number from 6 on, not 5")]
    [InlineData("gangpu import", "--latent-size=0", "--latent-dim must be a whole number from 1 to 65536, not 0")]
    [InlineData("gangpu explain", "--batch-size=x", "--batch-size must be a whole number from 1 on, not 'x'")]
    [InlineData("gangpu explain", "--batch=8", null)]
    [InlineData(
        "gangpu bench", "--batch-size=1,x",
        "--batch-size takes whole numbers from 1 on with commas between them, such as 1,64,1024, not '1,x'")]
    public void A_number_is_refused_with_its_range_and_how_to_write_it(string path, string argument, string? expected)
    {
        if (expected is null)
            Assert.Null(Parse(path, argument));
        else
            Assert.Contains(expected, Refused(path, argument), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gangpu has no command 'trian'; the nearest is 'train'", "trian")]
    [InlineData("gangpu has no command 'xyzzy'; see", "xyzzy")]
    [InlineData("gangpu data has no command 'fecth'; the nearest is 'fetch'", "data", "fecth", "mnist")]
    [InlineData("gangpu has no option '--verison'; the nearest is '--version'", "--verison")]
    [InlineData("gangpu train has no option '--batchsize'; the nearest is '--batch-size'", "train",
        "--batchsize", "64")]
    [InlineData("gangpu train has no option '--batchsize'; the nearest is '--batch-size'", "train", "--batchsize=64")]
    [InlineData("gangpu train has no option '--epocs'; the nearest is '--epochs'", "train", "--data", "digits",
        "--epocs", "3")]
    [InlineData("gangpu train has no option '--Loss'; the nearest is '--loss'", "train", "--Loss", "hinge")]
    [InlineData("gangpu train has no option '--image'; the nearest is '--image-size'", "train", "--image", "32")]
    [InlineData("gangpu train has no option '--xyzzyxyzzy'; see", "train", "--xyzzyxyzzy")]
    [InlineData("gangpu train takes no '64'", "train", "--epochs", "3", "64")]
    [InlineData("gangpu sample has no option '--cuont'; the nearest is '--count'", "sample", "--cuont", "3")]
    [InlineData("gangpu sample has no option '--cuont'; the nearest is '--count'", "sample", "run", "--cuont", "3")]
    [InlineData("--out lacks its value: what follows is '--bset'", "sample", "run", "--out", "--bset")]
    public void A_mistyped_word_gets_the_nearest_one(string expected, params string[] arguments)
    {
        lock (InProcess.Reading)
        {
            Fault? fault = GanGpu.Cli.CommandLine.Parse(Root, arguments, out _);
            Assert.Equal(ExitCode.BadInput, fault?.Code);
            Assert.Contains(expected, fault!.Sentence, StringComparison.Ordinal);
        }
    }

    /// <summary>What is called the same is spelled, abbreviated and read the same.</summary>
    [Fact]
    public void An_option_is_spelled_alike_in_all_commands()
    {
        foreach (var same in Every().GroupBy(each => each.Option.Name))
            Assert.Single(
                same.Select(each => string.Join(' ', each.Option.Aliases.Order(StringComparer.Ordinal))).Distinct());
        HashSet<string> names = [.. Every().Select(each => each.Option.Name)];
        Assert.DoesNotContain(Every().SelectMany(each => each.Option.Aliases.Where(alias => alias != each.Option.Name)),
            names.Contains);
    }

    private static IEnumerable<(string Path, Option Option)> Every() => Commands(Root, "gangpu").SelectMany(
        each => each.Command.Options.Where(option => option is not (HelpOption or VersionOption))
            .Select(option => (each.Path, option)));

    private static IEnumerable<(string Path, Command Command)> Commands(Command command, string path) =>
        command.Subcommands.SelectMany(below => Commands(below, $"{path} {below.Name}")).Prepend((path, command));

    private static Option Find(string path, string name) =>
        Every().Single(each => each.Path == path && each.Option.Name == name).Option;

    private static string Refused(string path, string argument)
    {
        Fault? fault = Parse(path, argument);
        Assert.True(fault is { Code: ExitCode.BadInput }, $"{path} {argument} is not refused.");
        Assert.DoesNotContain('\n', fault.Sentence);
        return fault.Sentence;
    }

    /// <summary>With what else the command needs.</summary>
    private static Fault? Parse(string path, string argument)
    {
        Command command = Commands(Root, "gangpu").Single(each => each.Path == path).Command;
        string name = argument.Split('=')[0];
        IEnumerable<string> more = command.Options.Where(option => option.Required && option.Name != name)
            .SelectMany(option => new[] { option.Name, "x.safetensors" });
        if (path == "gangpu export" && name != "--onnx")
            more = more.Concat(["--onnx", "x.onnx"]);
        // These go with others only.
        more = more.Concat(name switch
        {
            "--ema-ramp" => ["--ema", "0.9"],
            "--init-std" => ["--init", "normal"],
            "--alpha" => ["--optimizer", "rmsprop"],
            "--momentum" => ["--optimizer", "sgd"],
            _ => Array.Empty<string>(),
        });
        lock (InProcess.Reading)
            return GanGpu.Cli.CommandLine.Parse(
                Root, [.. path.Split(' ')[1..],
                    .. command.Arguments.Select((_, i) => i.ToString(CultureInfo.InvariantCulture)), .. more,
                    argument], out _);
    }
}
