using System.CommandLine;
using System.CommandLine.Parsing;
using Espalier.Core;
using Espalier.Core.Options;

namespace Espalier.Cli.Commands;

/// <summary>The options of a command line that a record describes.</summary>
/// <param name="table">The descriptions.</param>
/// <param name="standard">What holds where nothing is said.</param>
/// <param name="only">The names that the command has; all if empty.</param>
internal sealed class DescribedOptions<T>(OptionTable<T> table, T standard, params string[] only)
    where T : class
{
    private readonly List<(OptionDescription Description, Option Option)> _options =
        [.. table.Where(entry => entry.Name.Length > 0 && (only.Length == 0 || only.Contains(entry.Name)))
            .Select(entry => (entry, Create(entry, entry.Standard(standard))))];

    /// <summary>For the command, in the order of the help.</summary>
    public IReadOnlyList<Option> All => [.. _options.Select(pair => pair.Option)];

    /// <summary>Those that were named.</summary>
    public IEnumerable<OptionDescription> Given(ParseResult parsed) =>
        _options.Where(pair => IsGiven(parsed, pair.Option)).Select(pair => pair.Description);

    /// <summary>The standard with whatever was said.</summary>
    /// <inheritdoc cref="Read(ParseResult, T)"/>
    public T Read(ParseResult parsed) => Read(parsed, standard);

    /// <summary>A record with whatever was said.</summary>
    /// <param name="parsed">What was said.</param>
    /// <param name="start">The record where nothing was.</param>
    /// <exception cref="OptionException">An option was given that has no effect.</exception>
    public T Read(ParseResult parsed, T start)
    {
        var given = _options.Where(pair => IsGiven(parsed, pair.Option))
            .ToDictionary(pair => pair.Description, pair => Value(parsed, pair.Description, pair.Option));
        return table.With(start, given, (entry, reason) => new OptionException($"{entry.Name} {reason}"));
    }

    private static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    private static object? Value(ParseResult parsed, OptionDescription description, Option option) =>
        option is Option<bool> flag ? parsed.GetValue(flag) == description.FlagMeans : parsed.GetValue((Option<object?>)option);

    private static Option Create(OptionDescription entry, object? standard)
    {
        string[] aliases = [.. entry.Aliases];
        if (entry.IsFlag) return new Option<bool>(entry.Name, aliases) { Description = entry.Help };
        var option = new Option<object?>(entry.Name, aliases)
        {
            Description = entry.Help,
            HelpName = entry.ValueName,
            Required = entry.IsRequired,
            Arity = entry.IsList ? ArgumentArity.OneOrMore : entry.Implied is null ? ArgumentArity.ExactlyOne : ArgumentArity.ZeroOrOne,
            AllowMultipleArgumentsPerToken = entry.IsList,
            CustomParser = result => Parse(result, entry),
        };
        if (!entry.IsRequired && !entry.HidesDefault && standard is not null && entry.Word(standard) is { Length: > 0 } word)
            option.DefaultValueFactory = _ => word;
        return option;
    }

    private static object? Parse(ArgumentResult result, OptionDescription entry)
    {
        string[] texts = result.Tokens.Count > 0 ? [.. result.Tokens.Select(token => token.Value)] : [entry.Implied ?? string.Empty];
        if (!entry.TryRead(texts, out var value, out var wrong))
            result.AddError($"{entry.Name} is {entry.Wanted("from {0} to {1}")}, not '{wrong}'{Spelling.Hint(wrong, entry.Words)}.");
        return value;
    }
}
