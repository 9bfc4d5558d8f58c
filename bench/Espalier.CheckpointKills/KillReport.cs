using System.Globalization;

namespace Espalier.CheckpointKills;

/// <summary>What came of a number of kills.</summary>
/// <param name="Kills">Processes that were killed.</param>
/// <param name="WhileWriting">Kills that left a part of a file behind: they fell between a temporary file's creation and its
/// renaming.</param>
/// <param name="Unreadable">Kills after which the checkpoint could not be read, or was older than one known to be saved.</param>
/// <param name="MostTemporaries">The most temporary files that lay in one folder at a time.</param>
/// <param name="Problems">A sentence each: what was unreadable, and temporary files that nobody removed.</param>
public sealed record KillReport(int Kills, int WhileWriting, int Unreadable, int MostTemporaries, IReadOnlyList<string> Problems)
{
    /// <summary>Two reports as one.</summary>
    public static KillReport operator +(KillReport first, KillReport second) => new(
        first.Kills + second.Kills, first.WhileWriting + second.WhileWriting, first.Unreadable + second.Unreadable,
        Math.Max(first.MostTemporaries, second.MostTemporaries), [.. first.Problems, .. second.Problems]);

    /// <summary>The line that the command prints.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
            $"{Kills} kills, {WhileWriting} of them while a file was being written: {Unreadable} unreadable checkpoints; at most "
                + $"{MostTemporaries} temporary files in a folder, {Problems.Count - Unreadable} that stayed"
        );
}
