using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Text.RegularExpressions;

namespace Espalier.Cli.Terminal;

/// <summary>
/// The help of a command: what is usual on one screen, and behind <c>--help all</c> every option with its range. Nothing is wider than 80
/// columns, so that it can be read in any terminal.
/// </summary>
internal sealed partial class CommandHelp(int width) : SynchronousCommandLineAction
{
    private const int NarrowestWidth = 60, ReadableWidth = 80, WidestName = 26, ShownExamples = 2;

    /// <summary>Gives all commands this help.</summary>
    public static void Install(RootCommand root, int width)
    {
        var help = new CommandHelp(Math.Clamp(width, NarrowestWidth, ReadableWidth));
        foreach (var option in root.Options.OfType<HelpOption>()) option.Action = help;
    }

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var (command, output) = (parseResult.CommandResult.Command, parseResult.InvocationConfiguration.Output);
        var path = string.Join(' ', new[] { "espalier", WordProblems.CommandPath(parseResult) }.Where(word => word.Length > 0));
        var lines = command.Subcommands.Count > 0
            ? Commands(command, path) : Command(command, path, all: parseResult.Tokens.Any(token => token.Value == "all"));
        foreach (var line in lines) output.WriteLine(line.TrimEnd());
        return ExitCodes.Done;
    }

    private IEnumerable<string> Commands(Command command, string path)
    {
        foreach (var line in Wrapped(command.Description!)) yield return line;
        yield return "";
        yield return $"Usage: {path} COMMAND [options]";
        yield return "";
        yield return "Commands:";
        var widest = command.Subcommands.Max(inner => inner.Name.Length);
        foreach (var line in command.Subcommands.SelectMany(inner => Row(inner.Name, Shortly(inner.Description!), widest)))
            yield return line;
        yield return "";
        yield return $"{path} COMMAND --help says more" + (command is RootCommand ? "; espalier --version." : ".");
    }

    private IEnumerable<string> Command(Command command, string path, bool all)
    {
        foreach (var line in Wrapped(command.Description!)) yield return line;
        yield return "";
        var required = command.Options.Where(option => option.Required)
            .Select(option => $" {option.Name} <{ValueOf(option, shortly: true)}>");
        var usage = $"Usage: {path}{string.Concat(command.Arguments.Select(Called))}{string.Concat(required)} [options]";
        foreach (var line in Wrapped(usage, "       ")) yield return line;
        foreach (var argument in command.Arguments)
        {
            var rows = all ? Row($"<{argument.Name}>", argument.Description!, WidestName)
                : Row($"<{argument.Name}>", Shortly(argument.Description!), argument.Name.Length + 2);
            foreach (var line in rows) yield return line;
        }

        foreach (var line in all ? Everything(command) : Usual(command)) yield return line;
        if (command is Verb { Examples: { Count: > 0 } examples })
        {
            yield return "";
            yield return examples.Count == 1 ? "Example:" : "Examples:";
            foreach (var line in examples.Take(all ? examples.Count : ShownExamples).SelectMany(Example)) yield return line;
        }

        if (all) yield break;
        yield return "";
        yield return $"{path} --help all explains every "
            + $"option{(command is Verb { Examples.Count: > ShownExamples } ? " and has more examples" : "")}.";
    }

    /// <summary>The usual options in a line or two each, the names of the others.</summary>
    private IEnumerable<string> Usual(Command command)
    {
        yield return "";
        foreach (var (heading, options) in OptionGroups.Of(command))
        {
            if (heading != "Usual")
            {
                foreach (var line in Wrapped($"{heading}: {string.Join(' ', options.Select(option => option.Name))}", "  "))
                    yield return line;
                continue;
            }

            var names = options.Select(option => $"{option.Name}{(IsFlag(option) ? "" : $" <{ValueOf(option, shortly: true)}>")}").ToList();
            foreach (var (name, option) in names.Zip(options))
            {
                var rows = Row(name, Shortly(option.Description!) + Standard(option), names.Max(called => called.Length));
                foreach (var line in rows) yield return line;
            }
        }
    }

    private IEnumerable<string> Everything(Command command)
    {
        foreach (var (heading, options) in OptionGroups.Of(command).Where(group => group.Options.Count > 0))
        {
            yield return "";
            yield return $"{heading}:";
            foreach (var option in options)
            {
                var names = string.Join(", ", new[] { option.Name }.Concat(option.Aliases.Order(StringComparer.Ordinal)));
                var called = IsFlag(option) ? names : $"{names} <{ValueOf(option, shortly: false)}>";
                var description = option.Description + (option.Required ? " [required]" : Standard(option));
                foreach (var line in Row(called, description, WidestName)) yield return line;
            }
        }
    }

    private static string Called(Argument argument)
    {
        var several = argument.Arity.MaximumNumberOfValues > 1 ? "..." : "";
        return argument.Arity.MinimumNumberOfValues == 0 ? $" [<{argument.Name}>{several}]" : $" <{argument.Name}>{several}";
    }

    private static bool IsFlag(Option option) => option.ValueType == typeof(bool);

    private static string Standard(Option option) =>
        !IsFlag(option) && option.HasDefaultValue && option.GetDefaultValue() is { } value and not Array ? $" [default: {value}]" : "";

    private static string ValueOf(Option option, bool shortly)
    {
        var value = option.HelpName ?? option.Name.TrimStart('-');
        return shortly && value.Length > 12 ? value.Split('|')[0] + "|…" : value;
    }

    /// <summary>The beginning of a description: up to a colon, a semicolon or its range.</summary>
    private static string Shortly(string description) => description.Split([";", ":", " ["], StringSplitOptions.None)[0];

    /// <summary>A name with all of its description; where the name is wide, below it.</summary>
    private IEnumerable<string> Row(string name, string description, int widest)
    {
        var indent = new string(' ', widest + 4);
        var fits = name.Length <= widest;
        if (!fits)
        {
            foreach (var line in Wrapped("  " + name.Replace("|", "| ", StringComparison.Ordinal), "      "))
                yield return line.Replace("| ", "|", StringComparison.Ordinal);
        }

        foreach (var (line, place) in Wrapped(indent + description, indent).Select((line, place) => (line, place)))
            yield return place == 0 && fits ? $"  {name.PadRight(widest)}  {line[indent.Length..]}" : line;
    }

    /// <summary>An example as it can be pasted: wide ones go on behind a backslash.</summary>
    private IEnumerable<string> Example(string example)
    {
        var lines = Filled([.. Words().Matches(example).Select(match => match.Value)], "  ", "      ", width - 2).ToList();
        return lines.Select((line, place) => place < lines.Count - 1 ? line + " \\" : line);
    }

    private IEnumerable<string> Wrapped(string text, string indent = "")
    {
        var begin = text[..^text.TrimStart(' ').Length];
        return Filled(text.Split(' ', StringSplitOptions.RemoveEmptyEntries), begin, indent, width);
    }

    private static IEnumerable<string> Filled(string[] words, string begin, string indent, int columns)
    {
        var line = begin + words[0];
        foreach (var word in words.Skip(1))
        {
            if (line.Length + 1 + word.Length <= columns) line += " " + word;
            else
            {
                yield return line;
                line = indent + word;
            }
        }

        yield return line;
    }

    [GeneratedRegex("(?:\"[^\"]*\"|[^ \"])+")]
    private static partial Regex Words();
}
