using System.Globalization;
using Espalier.Cli;
using Espalier.Cli.Terminal;

namespace Espalier.Tests;

/// <summary>A command line that was run in this process: what a user would have seen.</summary>
internal sealed record CommandRun(int Code, string Output, string Error)
{
    /// <summary>Runs it.</summary>
    public static CommandRun Of(params string[] arguments) => With([], arguments);

    /// <summary>Runs it with something on standard input.</summary>
    public static CommandRun With(byte[] standardInput, params string[] arguments) => Of(standardInput, null, arguments);

    /// <summary>Runs it where other programs lie in some folders.</summary>
    public static CommandRun WithPrograms(string? programPath, params string[] arguments) => Of([], programPath, arguments);

    /// <summary>Runs it and presses Ctrl-C when the token says so.</summary>
    public static CommandRun Interrupted(CancellationToken interrupted, params string[] arguments) => Of([], null, arguments, interrupted);

    /// <summary>Runs it where numbers are written with a decimal comma.</summary>
    public static CommandRun WithDecimalComma(params string[] arguments)
    {
        var before = CultureInfo.CurrentCulture;
        var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        comma.NumberFormat.NumberGroupSeparator = ".";
        comma.NumberFormat.NegativeSign = "~";
        CultureInfo.CurrentCulture = comma;
        try
        {
            return Of(arguments);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    /// <summary>The run, after making sure that it went well.</summary>
    public CommandRun Succeeded()
    {
        Assert.True(Code == ExitCodes.Done, $"exit code {Code}: {Error}");
        return this;
    }

    /// <summary>The one sentence of a failure.</summary>
    public string Sentence()
    {
        Assert.Empty(Output);
        Assert.StartsWith("espalier: ", Error, StringComparison.Ordinal);
        var lines = Error.TrimEnd('\n').Split(Environment.NewLine);
        Assert.True(lines.Length == 1, $"one line was expected: {Error}");
        Assert.EndsWith(".", lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", Error, StringComparison.Ordinal);
        Assert.DoesNotContain("..", lines[0].Replace("../", "", StringComparison.Ordinal), StringComparison.Ordinal);
        return lines[0]["espalier: ".Length..];
    }

    private static CommandRun Of(byte[] standardInput, string? programPath, string[] arguments, CancellationToken? interrupted = null)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        using var error = new StringWriter(CultureInfo.InvariantCulture);
        var code = EspalierCommand.Run(arguments, new TerminalSession(
                output,
                error,
                interrupted: interrupted ?? TestContext.Current.CancellationToken,
                openInput: () => new MemoryStream(standardInput),
                programPath: programPath
            )
        );
        return new CommandRun(code, output.ToString(), error.ToString());
    }
}
