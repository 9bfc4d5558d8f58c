namespace Espalier.CommandKills;

/// <summary>A command with the kills that are still to come.</summary>
/// <param name="command">The command.</param>
/// <param name="kills">How many processes of it are killed.</param>
/// <param name="duration">How long it takes from beginning to end.</param>
internal sealed class Quarry(KilledCommand command, int kills, TimeSpan duration)
{
    // Of the duration: some processes shall come to their end.
    private const double LatestKill = 1.15;

    // A command that is killed again and again must come to its end at last, and a machine that has become busier be noticed.
    private const int MostInARow = 8;

    private int _inARow;

    /// <summary>What came of it so far.</summary>
    public KillRow Row { get; private set; } = KillRow.Of(command.Name);

    /// <summary>How many kills are still to come.</summary>
    public int Left { get; private set; } = kills;

    /// <summary>One process's life.</summary>
    public void Hunt(EspalierChild child, Random random)
    {
        var share = random.NextDouble();
        Live(child, _inARow < MostInARow ? share * LatestKill * duration : null);
    }

    /// <summary>A last process, which is not killed, and must clear away what the dead have left.</summary>
    public void Sweep(EspalierChild child)
    {
        command.AgeTemporaries();
        Live(child, null);
    }

    private void Live(EspalierChild child, TimeSpan? killedAfter)
    {
        var (isFresh, started) = (command.IsFresh, DateTime.UtcNow);
        var life = child.Live(command.Words(), killedAfter);
        var problems = new List<string>();
        var hasEnded = !life.WasKilled;
        if (life.WasKilled)
        {
            Left--;
            _inARow++;
            Row = Row.With(command.Look(problems, out hasEnded));
        }
        else if (life.Problem is { } problem)
        {
            // It would fail again and again.
            problems.Add($"{command.Name}: {problem}");
            (Left, hasEnded) = (0, false);
        }

        if (hasEnded)
        {
            if (!life.WasKilled) duration = Longest(life.Duration, isFresh);
            _inARow = 0;
            command.Conclude(problems, started);
            Row = Row with { Ended = Row.Ended + 1 };
        }

        Row = Row with { Problems = [.. Row.Problems, .. problems] };
    }

    // The machine's load changes: what takes longer now is believed at once, what takes less by and by.
    private TimeSpan Longest(TimeSpan now, bool isFresh) => now > duration ? now : isFresh ? (duration + now) / 2 : duration;
}
