using System.CommandLine;
using System.Text.RegularExpressions;
using Espalier.Cli;
using Espalier.Cli.Terminal;

namespace Espalier.Tests.Commands;

/// <summary>The help of every command.</summary>
public partial class HelpTests
{
    private const int Columns = 80, Screen = 25;

    private static readonly TerminalSession Silent = new(TextWriter.Null, TextWriter.Null);

    private static readonly Dictionary<string, Command> All =
        Leaves(EspalierCommand.Root(Silent), "").ToDictionary(leaf => leaf.Path, leaf => leaf.Command);

    /// <summary>Every command, as it is said.</summary>
    public static TheoryData<string> Commands => [.. All.Keys];

    [Fact]
    public void A_verb_is_made_by_its_own_name() =>
        Assert.All(EspalierCommand.Verbs, verb => Assert.Equal(verb.Key, verb.Value(Silent).Name));

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_option_and_argument_stands_there_once_and_lines_fit_a_terminal(string command)
    {
        var text = Help(command, "all");

        var shown = FirstColumn().Matches(text).Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(All[command].Options.Select(option => option.Name).Order(StringComparer.Ordinal), shown.Order(StringComparer.Ordinal));
        Assert.All(All[command].Arguments, argument => Assert.Single(Regex.Matches(text, $@"(?m)^  <{argument.Name}>")));
        Assert.All(text.Split('\n'), line => Assert.True(line.TrimEnd('\r').Length <= Columns, line));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void What_is_usual_fits_one_screen_and_names_every_option(string command)
    {
        var text = Help(command);

        var lines = text.TrimEnd().Split('\n');
        Assert.True(lines.Length <= Screen, $"{lines.Length} lines:\n{text}");
        Assert.All(lines, line => Assert.True(line.TrimEnd('\r').Length <= Columns, line));
        Assert.All(lines, line => Assert.False(line.TrimEnd().EndsWith('…'), line));
        Assert.All(All[command].Options, option => Assert.Matches($@"{option.Name}\b", text));
    }

    /// <summary>To see what the help looks like; <c>ESPALIER_UPDATE=1</c> writes it anew.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("train")]
    [InlineData("train", "all")]
    [InlineData("predict")]
    [InlineData("data")]
    public void The_help_looks_as_it_did(params string[] words)
    {
        var file = Path.Combine(Repository.Root, "tests", "Espalier.Cli.Tests", "Snapshots",
            $"help {string.Join(' ', words)}".TrimEnd() + ".txt");
        var text = Help(words[0], [.. words.Skip(1)]).ReplaceLineEndings("\n");
        if (Environment.GetEnvironmentVariable("ESPALIER_UPDATE") == "1") File.WriteAllText(file, text);
        else Assert.Equal(File.ReadAllText(file).ReplaceLineEndings("\n"), text);
    }

    [Theory]
    [InlineData("help train", "train --help")]
    [InlineData("help train all", "train --help all")]
    [InlineData("help", "--help")]
    [InlineData("-v", "--version")]
    [InlineData("version", "--version")]
    public void Other_words_for_help_and_version(string typed, string meant) =>
        Assert.Equal(CommandRun.Of(meant.Split(' ')).Succeeded().Output, CommandRun.Of(typed.Split(' ')).Succeeded().Output);

    [Theory]
    [MemberData(nameof(Commands))]
    public void Examples_are_understood(string command)
    {
        var examples = Regex.Matches(Help(command, "all").Replace("\r", "", StringComparison.Ordinal).Replace(" \\\n     ",
            "", StringComparison.Ordinal), @"(?m)^  (?:[^|\n]*\| )?espalier (.+?)\r?$").Select(match => match.Groups[1].Value).ToList();

        Assert.True(examples.Count > 0 || command == "doctor", "no example");
        Assert.All(examples, example =>
        {
            Assert.StartsWith(command + " ", example + " ", StringComparison.Ordinal);
            Assert.Empty(All[command].Parse(example[command.Length..].Trim()).Errors);
        });
    }

    [Fact]
    public void Short_help_shows_what_holds_where_nothing_is_said()
    {
        Assert.Matches(@"--epochs <n> +How often every picture is seen \[default: 100\]", Help("train"));
        Assert.Matches(@"--conf <n> +Lowest confidence to keep \[default: 0.25\]", Help("predict"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("data")]
    public void Commands_are_listed_with_a_whole_line_each(string group)
    {
        var listed = Help(group).ReplaceLineEndings("\n").Split("Commands:\n")[1].Split("\n\n")[0].Split('\n');

        Assert.All(listed, line => Assert.Matches(@"^  [a-z]+ +[A-Z].*[^…]$", line));
    }

    [Fact]
    public void Commands_are_listed_with_a_line_each()
    {
        var text = Help("");

        Assert.All(["data", "train", "validate", "predict", "model", "doctor"],
            name => Assert.Single(Regex.Matches(text, $"(?m)^  {name}  ")));
        Assert.All(text.Split('\n'), line => Assert.True(line.TrimEnd('\r').Length <= Columns, line));
    }

    private static IEnumerable<(string Path, Command Command)> Leaves(Command command, string path) => command.Subcommands.Count == 0
        ? [(path, command)]
        : command.Subcommands.SelectMany(inner => Leaves(inner, $"{path} {inner.Name}".Trim()));

    private static string Help(string command, params string[] more) =>
        CommandRun.Of([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help", .. more]).Succeeded().Output;

    [GeneratedRegex(@"(?m)^  (-[-\w?]+)")]
    private static partial Regex FirstColumn();
}
