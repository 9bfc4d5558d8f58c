using System.CommandLine;
using Espalier.Cli.Commands;
using Espalier.Cli.Terminal;

namespace Espalier.Cli;

/// <summary>The <c>espalier</c> command: every verb, and the one place where failures become sentences and exit codes.</summary>
internal static class EspalierCommand
{
    /// <summary>Makes each verb, by its name.</summary>
    internal static readonly OrderedDictionary<string, Func<TerminalSession, Command>> Verbs = new()
    {
        ["demo"] = terminal => new DemoCommand(terminal),
        ["data"] = terminal => new DataCommand(terminal),
        ["train"] = terminal => new TrainCommand(terminal),
        ["validate"] = terminal => new ValidateCommand(terminal),
        ["predict"] = terminal => new PredictCommand(terminal),
        ["read"] = terminal => new ReadCommand(terminal),
        ["serve"] = terminal => new ServeCommand(terminal),
        ["watch"] = terminal => new WatchCommand(terminal),
        ["prune"] = terminal => new PruneCommand(terminal),
        ["thin"] = terminal => new ThinCommand(terminal),
        ["experiment"] = terminal => new ExperimentCommand(terminal),
        ["export"] = terminal => new ExportCommand(terminal),
        ["quantize"] = terminal => new QuantizeCommand(terminal),
        ["compare"] = terminal => new CompareCommand(terminal),
        ["bench"] = terminal => new BenchCommand(terminal),
        ["model"] = terminal => new ModelCommand(terminal),
        ["doctor"] = terminal => new DoctorCommand(terminal),
    };

    // An argument that begins with @ is a file's name like any other.
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };

    /// <summary>Runs one command line.</summary>
    /// <param name="arguments">The words after <c>espalier</c>.</param>
    /// <param name="terminal">Where to speak.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static int Run(IReadOnlyList<string> arguments, TerminalSession terminal)
    {
        var words = Yolov5Words.Translate(arguments, out var instead);
        var parsed = RootFor(words, terminal).Parse(words, Parsing);
        if (instead is not null)
        {
            terminal.Say($"espalier: {instead}");
            terminal.Say(Hint(parsed));
            return ExitCodes.WrongWords;
        }

        if (parsed.Errors.Count > 0 || WordProblems.UnknownOptions(parsed).Any()) return RefuseWords(parsed, terminal);
        try
        {
            return parsed.Invoke(Configuration(terminal, terminal.Output));
        }
        catch (Exception exception) when (FailureSentence.Of(exception) is { } sentence)
        {
            terminal.Say($"espalier: {sentence}");
            var code = FailureSentence.ExitCode(exception);
            if (code == ExitCodes.WrongWords) terminal.Say(Hint(parsed));
            return code;
        }
    }

    /// <summary>All verbs, as the help lists them.</summary>
    internal static RootCommand Root(TerminalSession terminal) => Root(Verbs.Values, terminal);

    // To describe the options of all verbs takes as long as to start the runtime: one that is named is made alone.
    private static RootCommand RootFor(IReadOnlyList<string> words, TerminalSession terminal) =>
        words is [var first, ..] && Verbs.TryGetValue(first, out var verb) ? Root([verb], terminal) : Root(terminal);

    private static RootCommand Root(IEnumerable<Func<TerminalSession, Command>> verbs, TerminalSession terminal)
    {
        var root = new RootCommand("Trains, validates and runs YOLOv5 detectors, made for reading street numbers.");
        foreach (var verb in verbs) root.Subcommands.Add(verb(terminal));
        CommandHelp.Install(root, terminal.Width);
        return root;
    }

    private static int RefuseWords(ParseResult parsed, TerminalSession terminal)
    {
        // Somebody who only says "espalier" or "espalier data" asks what there is.
        if (parsed.CommandResult.Command.Subcommands.Count > 0 && parsed.UnmatchedTokens.Count == 0)
        {
            string[] help = [.. WordProblems.CommandPath(parsed).Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"];
            Root(terminal).Parse(help, Parsing).Invoke(Configuration(terminal, terminal.Error));
            return ExitCodes.WrongWords;
        }

        foreach (var problem in WordProblems.Of(parsed)) terminal.Say($"espalier: {problem}");
        terminal.Say(Hint(parsed));
        return ExitCodes.WrongWords;
    }

    private static string Hint(ParseResult parsed) =>
        $"Try: {string.Join(' ', new[] { "espalier", WordProblems.CommandPath(parsed), "--help" }.Where(word => word.Length > 0))}";

    private static InvocationConfiguration Configuration(TerminalSession terminal, TextWriter output) => new()
    {
        Output = output,
        Error = terminal.Error,
        EnableDefaultExceptionHandler = false,
        ProcessTerminationTimeout = null,
    };
}
