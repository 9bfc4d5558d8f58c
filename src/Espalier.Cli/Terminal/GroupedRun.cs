using System.Runtime.InteropServices;
using Espalier.Training.Distribution;

namespace Espalier.Cli.Terminal;

/// <summary>Runs something that several processes may do together under <c>mpirun</c>: the first speaks,
/// and where one fails all end, each with a sentence.</summary>
/// <param name="terminal">Where to speak.</param>
internal sealed class GroupedRun(TerminalSession terminal)
{
    // Where all fail alike, the first process has said so by then.
    private static readonly TimeSpan Courtesy = TimeSpan.FromMilliseconds(500);
    private volatile bool _isEnding;

    /// <summary>What to tell whoever finds the run ended; null where there is nothing to go on with yet.</summary>
    public Func<string?> HowToGoOn { get; set; } = () => null;

    /// <summary>Joins the group, if there is one, and runs.</summary>
    /// <param name="run">The work; its exit code.</param>
    public int Run(Func<IProcessGroup, int> run)
    {
        var group = MpiProcessGroup.JoinIfLaunched();
        if (group.Size == 1) return run(group);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => EndWithTheOthers(group.Rank));
        try
        {
            var code = run(group);
            _isEnding = true;
            group.Dispose();
            return code;
        }
        catch (Exception exception) when (FailureSentence.Of(exception) is { } sentence)
        {
            if (group.Rank > 0) Thread.Sleep(Courtesy);
            _isEnding = true;
            var code = FailureSentence.ExitCode(exception);
            terminal.Say($"espalier, process {group.Rank}: {sentence}{GoOn()}");
            MpiProcessGroup.Abort(code);
            return code;
        }
    }

    /// <summary><c>mpirun</c> ends everybody with SIGTERM, and a second later with SIGKILL, once one process is gone.</summary>
    private void EndWithTheOthers(int rank)
    {
        if (_isEnding) return;
        _isEnding = true;
        terminal.Say($"espalier, process {rank}: the run was ended from outside, or another of its processes has ended.{GoOn()}");
        Environment.Exit(ExitCodes.Failed);
    }

    private string GoOn() => HowToGoOn() is { } how ? $" {how}" : "";
}
