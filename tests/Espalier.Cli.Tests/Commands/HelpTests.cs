using System.CommandLine;
using System.Text.RegularExpressions;
using Espalier.Cli;
using Espalier.Cli.Terminal;

namespace Espalier.Tests.Commands;

/// <summary>The help of every command.</summary>
public partial class HelpTests
{
    private static readonly TerminalSession Silent = new(TextWriter.Null, TextWriter.Null);

    private static readonly Dictionary<string, Command> All =
        Leaves(EspalierCommand.Root(Silent), "").ToDictionary(leaf => leaf.Path, leaf => leaf.Command);

    /// <summary>Every command, as it is said.</summary>
    public static TheoryData<string> Commands => [.. All.Keys];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_option_and_argument_stands_there_once_and_lines_fit_a_terminal(string command)
    {
        var text = Help(command);

        var shown = FirstColumn().Matches(text).Select(match => match.Groups[1].Value).ToList();
        Assert.Equal([.. All[command].Options.Select(option => option.Name), "--help"], shown.Select(name => name == "-?" ? "--help" : name));
        Assert.All(All[command].Arguments, argument => Assert.Single(Regex.Matches(text, $@"(?m)^  <{argument.Name}>")));
        Assert.All(text.Split('\n'), line => Assert.True(line.TrimEnd('\r').Length <= 120, line));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Examples_are_understood(string command)
    {
        var examples = Regex.Matches(Help(command), @"(?m)^  (?:[^|\n]*\| )?espalier (.+?)\r?$").Select(match => match.Groups[1].Value).Where(line => !line.Contains("[options]", StringComparison.Ordinal)).ToList();

        Assert.True(examples.Count > 0 || command == "doctor", "no example");
        Assert.All(examples, example =>
        {
            Assert.StartsWith(command + " ", example + " ", StringComparison.Ordinal);
            Assert.Empty(All[command].Parse(example[command.Length..].Trim()).Errors);
        });
    }

    [Fact]
    public void Commands_are_listed_with_a_line_each()
    {
        var text = Help("");

        Assert.All(["data", "train <data>", "validate <weights>", "predict <weights>", "model <model>", "doctor"], name => Assert.Single(Regex.Matches(text, $"(?m)^  {name}  ")));
        Assert.All(text.Split('\n'), line => Assert.True(line.TrimEnd('\r').Length <= 120, line));
    }

    private static IEnumerable<(string Path, Command Command)> Leaves(Command command, string path) => command.Subcommands.Count == 0
        ? [(path, command)]
        : command.Subcommands.SelectMany(inner => Leaves(inner, $"{path} {inner.Name}".Trim()));

    private static string Help(string command) => CommandRun.Of([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]).Succeeded().Output;

    [GeneratedRegex(@"(?m)^  (-[-\w?]+)")]
    private static partial Regex FirstColumn();
}
