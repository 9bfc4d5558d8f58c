using static System.FormattableString;

namespace Espalier.Training.Loops;

/// <summary>Decides how many threads a network's arithmetic takes where nobody says it.</summary>
/// <remarks>
/// Threads that compute one convolution wait for each other at its end, and oneDNN's do so without sleeping: one that has to share its
/// processor with another program holds up all others dozens of times a batch. Beside a busy program fewer threads learn many times as
/// fast.
/// </remarks>
internal static class ThreadChoice
{
    // What others take now and then does not count: a quarter of a processor is less than a thread would add.
    private const double Tolerance = 0.25;

    /// <summary>What was asked for; where the choice is left to the machine, a thread a core without those that others keep busy.</summary>
    /// <param name="asked">What was asked for; 0 for nothing.</param>
    /// <param name="own">A thread a core that the process may use, 1 or more.</param>
    /// <param name="granted">How many processors' worth of time so many threads are given.</param>
    /// <param name="note">Told where there are fewer.</param>
    /// <returns>What was asked for; 0 for a thread a core; or fewer.</returns>
    public static int Make(int asked, int own, Func<int, double> granted, Action<string> note)
    {
        if (asked > 0 || own == 1) return asked;
        var time = granted(own);
        var threads = Math.Clamp((int)(time + Tolerance), 1, own);
        if (threads == own) return asked;
        note(Invariant($"Threads {threads} instead of {own}: other programs leave this one the time of {time:0.0} processors, ")
            + $"and threads that share one hold all others up (--threads {own} takes them all the same)");
        return threads;
    }
}
