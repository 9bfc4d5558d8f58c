using System.CommandLine;
using System.CommandLine.Parsing;
using Espalier.Core;
using Espalier.Core.Options;

namespace Espalier.Cli.Terminal;

/// <summary>Says what is wrong with the words of a command line.</summary>
internal static class WordProblems
{
    /// <summary>A sentence a problem, the likeliest cause first.</summary>
    public static IReadOnlyList<string> Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (command.Subcommands.Count > 0 && parsed.UnmatchedTokens is [var word, ..] && !word.StartsWith('-'))
        {
            var names = command.Subcommands.Select(known => known.Name).ToList();
            return [$"There is no command '{word}'{Spelling.Hint(word, names)}; there are {string.Join(", ", names)}."];
        }

        // What follows a misspelt option is no problem of its own.
        if (UnknownOptions(parsed).ToList() is { Count: > 0 } unknown)
        {
            var known = OptionsOf(parsed).SelectMany(option => option.Aliases.Prepend(option.Name)).ToList();
            return [.. unknown.Select(name => known.Contains(name)
                ? $"{WordBefore(parsed, name)} needs a value, but {name} follows it."
                : $"There is no option '{name}'{Hint(name, known)}.")];
        }

        if (parsed.UnmatchedTokens is { Count: > 0 } rest) return [.. rest.Select(extra => WordTooMany(extra, CommandPath(parsed)))];
        return parsed.Errors.Select(error => FailureSentence.Polish(error.Message)).Distinct().ToList();
    }

    /// <summary>Words that were meant as options, and which the command does not have.</summary>
    public static IEnumerable<string> UnknownOptions(ParseResult parsed) => parsed.Tokens
        .TakeWhile(token => token.Type != TokenType.DoubleDash)
        .Where(token => token.Type == TokenType.Argument && token.Value is ['-', '-', _, ..])
        .Select(token => token.Value.Split('=')[0])
        .Distinct();

    // An option that stands where a value belongs was taken for that.
    private static string WordBefore(ParseResult parsed, string name) => parsed.Tokens
        .TakeWhile(token => token.Type != TokenType.Argument || token.Value.Split('=')[0] != name).Last().Value;

    /// <summary>What was meant: where a run's files go is said by other options than where anything else goes.</summary>
    private static string Hint(string name, IReadOnlyCollection<string> known) => name switch
    {
        "--output" when known.Contains("--project") => "; --project and --name say where its files go",
        "--project" or "--name" when known.Contains("--output") => "; --output says where its files go",
        _ => Spelling.Hint(name, known),
    };

    private static string WordTooMany(string word, string command)
    {
        var shown = PlainText.OneLine(word);
        return word.StartsWith('-') ? $"There is no option '{shown}'." : $"'{shown}' is a word too many for {command}.";
    }

    private static IEnumerable<Option> OptionsOf(ParseResult parsed) =>
        parsed.CommandResult.Command.Options.Concat(parsed.RootCommandResult.Command.Options);

    /// <summary>The command's name with those around it, such as <c>data svhn</c>; empty for the root.</summary>
    public static string CommandPath(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (var result = parsed.CommandResult; result?.Parent is not null; result = result.Parent as CommandResult)
        {
            names.Push(result.Command.Name);
        }

        return string.Join(' ', names);
    }
}
