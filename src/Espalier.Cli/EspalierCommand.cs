using System.CommandLine;
using Espalier.Cli.Commands;
using Espalier.Cli.Terminal;
using Espalier.Vision;

namespace Espalier.Cli;

/// <summary>The <c>espalier</c> command: every verb, and the one place where failures become sentences and exit codes.</summary>
public static class EspalierCommand
{
    /// <summary>Runs one command line.</summary>
    /// <param name="arguments">The words after <c>espalier</c>.</param>
    /// <param name="terminal">Where to speak.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static int Run(IReadOnlyList<string> arguments, TerminalSession terminal)
    {
        var parsed = Root(terminal).Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) terminal.Error.WriteLine(error.Message);
            terminal.Error.WriteLine($"Try: espalier {CommandPath(parsed)}--help");
            return ExitCodes.WrongWords;
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration
            {
                Output = terminal.Output,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
        }
        catch (Exception exception) when (Sentence(exception) is { } sentence)
        {
            terminal.Error.WriteLine($"espalier: {sentence}");
            return exception is ArgumentException ? ExitCodes.WrongWords : ExitCodes.Failed;
        }
    }

    private static RootCommand Root(TerminalSession terminal) => new("Trains YOLOv5 detectors, thins them, and puts what is left to work reading street numbers.")
    {
        new DataCommand(terminal),
        new TrainCommand(terminal),
        new ValidateCommand(terminal),
        new PredictCommand(terminal),
        new ModelCommand(terminal),
        new DoctorCommand(terminal),
    };

    /// <summary>The sentence for a failure that a user can act on; null for a bug, which should be seen whole.</summary>
    private static string? Sentence(Exception exception) => exception switch
    {
        EspalierException => exception.Message,
        OperationCanceledException => "interrupted",
        IOException or UnauthorizedAccessException => exception.Message,
        OutOfMemoryException => "there is not enough memory for this: use a smaller --batch or --image-size, or --cache none",
        AggregateException { InnerException: { } inner } => Sentence(inner),
        ArgumentException => exception.Message,
        _ => null,
    };

    private static string CommandPath(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (var result = parsed.CommandResult; result?.Parent is not null; result = result.Parent as System.CommandLine.Parsing.CommandResult)
        {
            names.Push(result.Command.Name);
        }

        return string.Concat(names.Select(name => name + " "));
    }
}
