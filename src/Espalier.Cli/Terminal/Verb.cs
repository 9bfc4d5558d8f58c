using System.CommandLine;
using System.CommandLine.Parsing;

namespace Espalier.Cli.Terminal;

/// <summary>A command that does something, and shows how it is used.</summary>
internal abstract class Verb : Command
{
    protected Verb(TerminalSession terminal, string name, string description)
        : base(name, description) => SetAction(parsed => Run(parsed, terminal));

    /// <summary>Command lines, the most usual first.</summary>
    public virtual IReadOnlyList<string> Examples => [];

    /// <summary>Does it.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    protected abstract int Run(ParseResult parsed, TerminalSession terminal);

    /// <summary>Adds arguments and options in the order in which the help shows them. None of their texts may be empty.</summary>
    protected void Takes(ReadOnlySpan<Symbol> symbols)
    {
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument)
            {
                argument.Validators.Add(result => RefuseEmpty(result, argument.Name));
                Arguments.Add(argument);
            }
            else if (symbol is Option option)
            {
                option.Validators.Add(result => RefuseEmpty(result, option.Name));
                Options.Add(option);
            }
        }
    }

    // A script's unset variable; as a path it would mean another folder than anybody thinks.
    private static void RefuseEmpty(SymbolResult result, string name)
    {
        if (result.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value))) result.AddError($"{name} must not be empty.");
    }
}
