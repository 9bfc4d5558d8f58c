using System.CommandLine;

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
            return [$"There is no command '{word}'; there are {string.Join(", ", command.Subcommands.Select(known => known.Name))}."];
        }

        return parsed.Errors.Select(error => FailureSentence.Polish(error.Message)).Distinct().ToList();
    }

    /// <summary>The command's name with those around it, such as <c>data svhn</c>; empty for the root.</summary>
    public static string CommandPath(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (var result = parsed.CommandResult; result?.Parent is not null; result = result.Parent as System.CommandLine.Parsing.CommandResult)
        {
            names.Push(result.Command.Name);
        }

        return string.Join(' ', names);
    }
}
