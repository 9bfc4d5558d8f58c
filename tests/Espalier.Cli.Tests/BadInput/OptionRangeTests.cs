using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Espalier.Cli;
using Espalier.Cli.Commands;
using Espalier.Cli.Terminal;

namespace Espalier.Tests.BadInput;

/// <summary>Options that make no sense: exit code 2, and a sentence that names the allowed range.</summary>
public partial class OptionRangeTests(TrainedRun trained)
{
    private static readonly TerminalSession Silent = new(TextWriter.Null, TextWriter.Null);

    private static readonly (string[] Words, Command Command)[] Commands =
    [
        (["demo"], new DemoCommand(Silent)),
        (["train", "data.yaml"], new TrainCommand(Silent)),
        (["validate", "x.safetensors", "--data", "data.yaml"], new ValidateCommand(Silent)),
        (["predict", "x.safetensors", "--source", "photos"], new PredictCommand(Silent)),
        (["read", "x.onnx", "--source", "photos"], new ReadCommand(Silent)),
        (["serve", "x.onnx"], new ServeCommand(Silent)),
        (["prune", "x.safetensors", "--data", "data.yaml"], new PruneCommand(Silent)),
        (["export", "x.safetensors"], new ExportCommand(Silent)),
        (["quantize", "x.safetensors", "--data", "x.yaml"], new QuantizeCommand(Silent)),
        (["compare", "x.safetensors", "y.onnx", "--data", "data.yaml"], new CompareCommand(Silent)),
        (["bench", "x.onnx"], new BenchCommand(Silent)),
        (["model", "yolov5n"], new ModelCommand(Silent)),
        (["watch"], new WatchCommand(Silent)),
        (["thin", "data.yaml", "--weights", "x.safetensors"], new ThinCommand(Silent)),
        (["data", "svhn", "street", "--output", "out"], new DataSvhnCommand(Silent)),
        (["data", "synth", "--output", "out"], new DataSynthCommand(Silent)),
        (["data", "download", "--output", "out"], new DataDownloadCommand(Silent)),
        (["data", "check", "data.yaml"], new DataCheckCommand(Silent)),
        (["data", "prelabel", "x.onnx", "photos"], new DataPrelabelCommand(Silent)),
        (["data", "view", "data.yaml", "--output", "view.png"], new DataViewCommand(Silent)),
    ];

    /// <summary>Every option whose description names a range, with values beside and far from it.</summary>
    public static TheoryData<string, string, string, string> Ranges()
    {
        var cases = new TheoryData<string, string, string, string>();
        foreach (var (words, command) in Commands)
        {
            foreach (var option in command.Options)
            {
                if (Range().Match(option.Description ?? "") is not { Success: true } range) continue;
                var (lowest, highest) = (decimal.Parse(range.Groups[1].Value, CultureInfo.InvariantCulture),
                    decimal.Parse(range.Groups[2].Value, CultureInfo.InvariantCulture));
                string[] values = [Text(lowest - 1), Text(highest + 1), Text(highest + 0.5m), "many", "NaN", "-1e9",
                    "99999999999999999999", "0x20", "1,5x"];
                foreach (var value in values)
                    cases.Add(string.Join(' ', words), option.Name, value, $"from {Text(lowest)} to {Text(highest)}");
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Ranges), DisableDiscoveryEnumeration = true)]
    public void Number_outside_its_range(string words, string option, string value, string range)
    {
        var sentence = Refused(words, option, value);

        Assert.Matches($"^{option} is a (whole )?number {range}( or [a-z]+)?, not '", sentence);
    }

    [Fact]
    public void Every_command_that_takes_numbers_was_tried()
    {
        var tried = Commands.Select(entry => entry.Command.GetType()).ToHashSet();
        var takeNumbers = Leaves(EspalierCommand.Root(Silent))
            .Where(command => command.Options.Any(option => Range().IsMatch(option.Description ?? ""))).ToArray();

        Assert.True(takeNumbers.Length > 5);
        Assert.All(takeNumbers, command => Assert.Contains(command.GetType(), tried));

        static IEnumerable<Command> Leaves(Command command) =>
            command.Subcommands.Count == 0 ? [command] : command.Subcommands.SelectMany(Leaves);
    }

    [Theory]
    [InlineData("--optimizer", "sgdm", "--optimizer is one of sgd, adam, adamw, not 'sgdm' (did you mean sgd?).")]
    [InlineData("--device", "gpu", "--device is one of cpu, cuda:N, auto, not 'gpu'.")]
    [InlineData("--device", "cuda:x", "--device is one of cpu, cuda:N, auto, not 'cuda:x'.")]
    [InlineData("--cache", "disk", "--cache is one of ram, none, not 'disk'.")]
    [InlineData("--sparsity-on", "weights", "--sparsity-on is one of bn-scale, kernels, not 'weights'.")]
    [InlineData("--sparsity-spread", "channels", "--sparsity-spread is one of even, operations, not 'channels'.")]
    [InlineData("--sparsity-kernels", "l2", "--sparsity-kernels is one of l1, group, not 'l2' (did you mean l1?).")]
    [InlineData("--project", "", "--project must not be empty.")]
    [InlineData("--name", " ", "--name must not be empty.")]
    [InlineData("--weights", "", "--weights must not be empty.")]
    public void Word_that_is_none(string option, string value, string expected) =>
        Assert.Equal(expected, Refused("train data.yaml", option, value));

    [Theory]
    [InlineData("train", "Train needs a data.yaml to learn from, or --resume to go on with a run.")]
    [InlineData("frob", "There is no command 'frob'; there are demo, data, train, validate, predict, read, serve, watch, prune, "
        + "thin, experiment, export, quantize, compare, bench, model, doctor.")]
    [InlineData("trian d.yaml", "There is no command 'trian' (did you mean train?); there are demo, data, train, validate, predict, read, "
        + "serve, watch, prune, thin, experiment, export, quantize, compare, bench, model, doctor.")]
    [InlineData("train d.yaml --ephocs 3", "There is no option '--ephocs' (did you mean --epochs?).")]
    [InlineData("train --ephocs=3", "There is no option '--ephocs' (did you mean --epochs?).")]
    [InlineData("train --resum", "There is no option '--resum' (did you mean --resume?).")]
    [InlineData("bench m.onnx --against --threads 1", "--against needs a value, but --threads follows it.")]
    [InlineData("data coco", "There is no command 'coco'; there are new, add, prelabel, download, unpack, svhn, convert, synth, crops, "
        + "check, stats, view.")]
    [InlineData("model", "Required argument 'model' missing for command: 'model'.")]
    [InlineData("prune w.safetensors --data d.yaml --output cut",
        "There is no option '--output'; --project and --name say where its files go.")]
    [InlineData("export w.safetensors --name digits", "There is no option '--name'; --output says where its files go.")]
    [InlineData("model yolov5n --imgage 64", "There is no option '--imgage'.")]
    [InlineData("model yolov5n yolov5s", "'yolov5s' is a word too many for model.")]
    [InlineData("predict x.pt", "Option '--source' is required.")]
    [InlineData("validate x.pt", "Option '--data' is required.")]
    [InlineData("data svhn street", "Option '--output' is required.")]
    [InlineData("train data.yaml --epochs", "Required argument missing for option: '--epochs'.")]
    [InlineData("train data.yaml --sparsity auto --sparsity-on kernels",
        "--sparsity auto steers batch-norm scales alone; --sparsity-on kernels needs a rate.")]
    [InlineData("train data.yaml --sparsity-on kernels", "--sparsity-on has an effect only together with --sparsity.")]
    [InlineData("train data.yaml --sparsity-spread operations", "--sparsity-spread has an effect only together with --sparsity.")]
    [InlineData("train data.yaml --sparsity 0.01 --sparsity-on kernels --sparsity-spread operations",
        "--sparsity-spread has no effect together with --sparsity-on kernels.")]
    [InlineData("train data.yaml --sparsity-kernels group", "--sparsity-kernels has an effect only together with --sparsity.")]
    [InlineData("train data.yaml --sparsity 0.01 --sparsity-kernels group",
        "--sparsity-kernels has an effect only together with --sparsity-on kernels.")]
    public void Words_that_are_wrong(string words, string expected)
    {
        var run = CommandRun.Of(words.Split(' '));

        Assert.Equal(ExitCodes.WrongWords, run.Code);
        Assert.Contains($"espalier: {expected}{Environment.NewLine}", run.Error, StringComparison.Ordinal);
        Assert.Contains("Try: espalier ", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("data")]
    public void Nothing_said_shows_the_help(string words)
    {
        var run = CommandRun.Of(words.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(ExitCodes.WrongWords, run.Code);
        Assert.Contains("Commands:", run.Error, StringComparison.Ordinal);
    }

    /// <summary>The range depends on the network, which the sentence names.</summary>
    [Fact]
    public void Image_size_that_is_no_multiple_of_the_stride()
    {
        using var workspace = new Workspace();
        const string Expected = "The image size must be a multiple of the network's stride, 32, but is 100; the nearest is 96.";
        string[][] lines =
        [
            ["model", "yolov5n", "--image-size", "100"],
            ["train", trained.Data, "--image-size", "100", "--project", workspace.Project],
            ["predict", trained.Best, "--source", trained.Pictures, "--image-size", "100", "--project", workspace.Project],
            ["validate", trained.Best, "--data", trained.Data, "--image-size", "100"],
        ];

        Assert.All(lines, line => Assert.Equal(Expected, SentenceOf(line)));
        Assert.Empty(workspace.Entries());
    }

    [Fact]
    public void Class_that_the_weights_do_not_know()
    {
        using var workspace = new Workspace();

        Assert.Equal(
            "A number of --classes must be within 0…9, but is 12.",
            SentenceOf("predict", trained.Best, "--source", trained.Pictures, "--classes", "3", "12", "--project", workspace.Project));
        Assert.Empty(workspace.Entries());
    }

    [Theory]
    [InlineData("train", "it should read name=folder:numbers")]
    [InlineData("train=street:9-1", "empty range")]
    [InlineData("train=elsewhere", "the folders are: street")]
    [InlineData("names=street", "cannot be called 'names'")]
    public void Split_that_makes_no_sense(string split, string expected)
    {
        using var workspace = new Workspace();
        var street = workspace.SvhnFolder();

        Assert.Contains(expected, SentenceOf("data", "svhn", street, "--output", workspace.At("out"), "--split", split),
            StringComparison.Ordinal);
        Assert.False(Directory.Exists(workspace.At("out")));
    }

    private static string Refused(string words, string option, string value) => SentenceOf([.. words.Split(' '), option, value]);

    /// <summary>The first sentence of a line that ends with exit code 2.</summary>
    private static string SentenceOf(params string[] line)
    {
        var run = CommandRun.Of(line);
        Assert.True(run.Code == ExitCodes.WrongWords, $"exit code {run.Code}: {run.Error}");
        Assert.Empty(run.Output);
        Assert.StartsWith("espalier: ", run.Error, StringComparison.Ordinal);
        return run.Error.Split(Environment.NewLine)[0]["espalier: ".Length..];
    }

    private static string Text(decimal number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\[([0-9.,]+) to ([0-9.,]+)\]")]
    private static partial Regex Range();
}
