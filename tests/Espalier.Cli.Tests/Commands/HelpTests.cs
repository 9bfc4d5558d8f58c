using System.CommandLine;
using System.Text.RegularExpressions;
using Espalier.Cli.Commands;
using Espalier.Cli.Terminal;

namespace Espalier.Tests.Commands;

/// <summary>The help of every command.</summary>
public partial class HelpTests
{
    private static readonly TerminalSession Silent = new(TextWriter.Null, TextWriter.Null);

    private static readonly Dictionary<string, Command> All = new()
    {
        ["train"] = new TrainCommand(Silent),
        ["validate"] = new ValidateCommand(Silent),
        ["predict"] = new PredictCommand(Silent),
        ["read"] = new ReadCommand(Silent),
        ["prune"] = new PruneCommand(Silent),
        ["quantize"] = new QuantizeCommand(Silent),
        ["experiment"] = new ExperimentCommand(Silent),
        ["model"] = new ModelCommand(Silent),
        ["data svhn"] = new DataSvhnCommand(Silent),
        ["data synth"] = new DataSynthCommand(Silent),
    };

    [Theory]
    [InlineData("train")]
    [InlineData("validate")]
    [InlineData("predict")]
    [InlineData("read")]
    [InlineData("prune")]
    [InlineData("quantize")]
    [InlineData("experiment")]
    [InlineData("model")]
    [InlineData("data svhn")]
    [InlineData("data synth")]
    public void Every_option_and_argument_stands_there_once_and_lines_fit_a_terminal(string command)
    {
        var text = Help(command);

        var shown = FirstColumn().Matches(text).Select(match => match.Groups[1].Value).ToList();
        Assert.Equal([.. All[command].Options.Select(option => option.Name), "--help"], shown.Select(name => name == "-?" ? "--help" : name));
        Assert.All(All[command].Arguments, argument => Assert.Single(Regex.Matches(text, $@"(?m)^  <{argument.Name}>")));
        Assert.All(text.Split('\n'), line => Assert.True(line.TrimEnd('\r').Length <= 120, line));
    }

    [Theory]
    [InlineData("train")]
    [InlineData("validate")]
    [InlineData("predict")]
    [InlineData("model")]
    [InlineData("data svhn")]
    [InlineData("data synth")]
    public void Examples_are_understood(string command)
    {
        var examples = Regex.Matches(Help(command), @"(?m)^  (?:[^|\n]*\| )?espalier (.+?)\r?$").Select(match => match.Groups[1].Value).Where(line => !line.Contains("[options]", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(examples);
        Assert.All(examples, example =>
        {
            Assert.StartsWith(command + " ", example, StringComparison.Ordinal);
            Assert.Empty(All[command].Parse(example[(command.Length + 1)..]).Errors);
        });
    }

    [Fact]
    public void Commands_are_listed_with_a_line_each()
    {
        var text = Help("");

        Assert.All(["data", "train <data>", "validate <weights>", "predict <weights>", "model <model>", "doctor"], name => Assert.Single(Regex.Matches(text, $"(?m)^  {name}  ")));
        Assert.All(text.Split('\n'), line => Assert.True(line.TrimEnd('\r').Length <= 120, line));
    }

    private static string Help(string command) => CommandRun.Of([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]).Succeeded().Output;

    [GeneratedRegex(@"(?m)^  (-[-\w?]+)")]
    private static partial Regex FirstColumn();
}
