using System.Runtime.InteropServices;
using Espalier.Cli;
using Espalier.Cli.Terminal;
using Espalier.Core;

namespace Espalier.Tests.Terminal;

/// <summary>What becomes a sentence, and what is a bug that must be seen whole.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Usage", "CA2201:Do not raise reserved exception types",
    Justification = "They are what the runtime and libtorch raise.")]
public class FailureSentenceTests
{
    public static TheoryData<Exception, string?, int> Failures() => new()
    {
        { new EspalierException("there is no file 'x'"), "There is no file 'x'.", ExitCodes.Failed },
        { new OptionException("--batch is too large."), "--batch is too large.", ExitCodes.WrongWords },
        { new IOException("No space left on device"), "No space left on device.", ExitCodes.Failed },
        { new UnauthorizedAccessException("Access denied"), "Access denied.", ExitCodes.Failed },
        { new OperationCanceledException(), "Interrupted.", ExitCodes.Failed },
        { new AggregateException(new EspalierException("first"), new IOException("second")), "First.", ExitCodes.Failed },
        { new AggregateException(new EspalierException("first"), new InvalidOperationException("a bug")), null, ExitCodes.Failed },
        { new AggregateException(new OptionException("wrong")), "Wrong.", ExitCodes.WrongWords },
        { new ArgumentException("a bug"), null, ExitCodes.Failed },
        { new ArgumentNullException("a bug"), null, ExitCodes.Failed },
        { new InvalidOperationException("a bug"), null, ExitCodes.Failed },
        { new ExternalException("a bug of libtorch"), null, ExitCodes.Failed },
    };

    [Theory]
    [MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public void Failure_becomes_a_sentence_unless_it_is_a_bug(Exception failure, string? sentence, int code)
    {
        Assert.Equal(sentence, FailureSentence.Of(failure));
        Assert.Equal(code, FailureSentence.ExitCode(failure));
    }

    [Fact]
    public void The_name_of_a_file_stays_as_it_is_where_it_looks_like_a_word()
    {
        const string Name = "namedlikeaword";
        File.WriteAllText(Name, "");
        try
        {
            Assert.Equal($"{Name} is no data set.", FailureSentence.Polish($"{Name} is no data set"));
        }
        finally
        {
            File.Delete(Name);
        }

        Assert.Equal("Namedlikeaword is no data set.", FailureSentence.Polish($"{Name} is no data set"));
    }

    [Fact]
    public void Used_up_memory_says_what_to_do() => Assert.All<Exception>(
        [new OutOfMemoryException(), new ExternalException("[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't "
            + "allocate memory"), new ExternalException("CUDA out of memory.")],
        failure => Assert.Contains("use a smaller --batch", FailureSentence.Of(failure), StringComparison.Ordinal));

    [Theory]
    [InlineData("data.yaml has no class list", "data.yaml has no class list.")]
    [InlineData("one\ntwo\u001b[2Jthree", "One two\uFFFD[2Jthree.")]
    [InlineData("'x' is missing.", "'x' is missing.")]
    public void Text_becomes_one_clean_line(string text, string expected) => Assert.Equal(expected, FailureSentence.Polish(text));

    [Fact]
    public void Line_in_progress_is_taken_away_before_anything_else_is_said()
    {
        using var error = new StringWriter();
        var terminal = new TerminalSession(TextWriter.Null, error, isInteractive: true, width: 12);

        terminal.Show("a line that is too long");
        terminal.Show("short");
        terminal.Say("done");

        Assert.Equal("\ra line that\rshort      \r     \rdone" + Environment.NewLine, error.ToString());
    }

    [Theory]
    [InlineData(40, 40)]
    [InlineData(500, 200)]
    [InlineData(0, 120)]
    public void Lines_are_no_longer_than_the_window(int window, int columns) => Assert.Equal(columns, TerminalSession.ColumnsIn(window));

    [Fact]
    public void Help_stays_readable_however_narrow_the_terminal_is()
    {
        using var output = new StringWriter();
        var terminal = new TerminalSession(output, TextWriter.Null, width: 5);

        Assert.Equal(ExitCodes.Done, EspalierCommand.Run(["train", "--help", "all"], terminal));

        Assert.InRange(output.ToString().Split('\n').Max(line => line.TrimEnd().Length), 50, 60);
    }

    [Fact]
    public void Nothing_is_shown_in_passing_where_nobody_watches()
    {
        using var error = new StringWriter();
        var terminal = new TerminalSession(TextWriter.Null, error);

        terminal.Show("progress");
        terminal.Clear();

        Assert.Empty(error.ToString());
    }
}
