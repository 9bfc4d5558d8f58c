using System.CommandLine;
using Espalier.Cli.Commands;
using Espalier.Cli.Terminal;

namespace Espalier.Cli;

/// <summary>The <c>espalier</c> command: every verb, and the one place where failures become sentences and exit codes.</summary>
internal static class EspalierCommand
{
    // An argument that begins with @ is a file's name like any other.
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };

    /// <summary>Runs one command line.</summary>
    /// <param name="arguments">The words after <c>espalier</c>.</param>
    /// <param name="terminal">Where to speak.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static int Run(IReadOnlyList<string> arguments, TerminalSession terminal)
    {
        var parsed = Root(terminal).Parse(Yolov5Words.Translate(arguments, out var instead), Parsing);
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

    /// <summary>All verbs.</summary>
    internal static RootCommand Root(TerminalSession terminal)
    {
        var root = new RootCommand("Trains, validates and runs YOLOv5 detectors, made for reading street numbers.")
        {
            new DemoCommand(terminal),
            new DataCommand(terminal),
            new TrainCommand(terminal),
            new ValidateCommand(terminal),
            new PredictCommand(terminal),
            new ReadCommand(terminal),
            new ServeCommand(terminal),
            new WatchCommand(terminal),
            new PruneCommand(terminal),
            new ThinCommand(terminal),
            new ExperimentCommand(terminal),
            new ExportCommand(terminal),
            new QuantizeCommand(terminal),
            new CompareCommand(terminal),
            new BenchCommand(terminal),
            new ModelCommand(terminal),
            new DoctorCommand(terminal),
        };
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

    private static string Hint(ParseResult parsed) => $"Try: {string.Join(' ', new[] { "espalier", WordProblems.CommandPath(parsed), "--help" }.Where(word => word.Length > 0))}";

    private static InvocationConfiguration Configuration(TerminalSession terminal, TextWriter output) => new()
    {
        Output = output,
        Error = terminal.Error,
        EnableDefaultExceptionHandler = false,
        ProcessTerminationTimeout = null,
    };
}
