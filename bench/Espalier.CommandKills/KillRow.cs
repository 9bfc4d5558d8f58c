namespace Espalier.CommandKills;

/// <summary>What came of a command's kills.</summary>
/// <param name="Command">The command.</param>
/// <param name="Kills">Processes that were killed.</param>
/// <param name="Nothing">After so many nothing stood.</param>
/// <param name="Old">After so many stood what had stood before.</param>
/// <param name="New">After so many stood something newer, whole.</param>
/// <param name="Ended">Invocations that came to their end, most of them after kills, and were compared.</param>
/// <param name="Problems">A sentence each.</param>
internal sealed record KillRow(string Command, int Kills, int Nothing, int Old, int New, int Ended, IReadOnlyList<string> Problems)
{
    /// <summary>The table's head.</summary>
    public const string Head = "| command | kills | found nothing | found the old | found something newer | came to the end, compared "
        + "| problems |\n|-|-:|-:|-:|-:|-:|-:|";

    /// <summary>A row of nothing.</summary>
    public static KillRow Of(string command) => new(command, 0, 0, 0, 0, 0, []);

    /// <summary>Two as one.</summary>
    public static KillRow operator +(KillRow first, KillRow second) => new(first.Command, first.Kills + second.Kills,
        first.Nothing + second.Nothing, first.Old + second.Old, first.New + second.New, first.Ended + second.Ended,
        [.. first.Problems, .. second.Problems]);

    /// <summary>The same with one more kill.</summary>
    public KillRow With(Found found) => this with
    {
        Kills = Kills + 1,
        Nothing = Nothing + (found == Found.Nothing ? 1 : 0),
        Old = Old + (found == Found.Old ? 1 : 0),
        New = New + (found == Found.New ? 1 : 0),
    };

    /// <summary>The row.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"| {Command} | {Kills:N0} | {Nothing:N0} | {Old:N0} | {New:N0} | {Ended:N0} | {Problems.Count:N0} |");
}
