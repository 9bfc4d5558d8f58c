namespace Espalier.Training.Losses;

/// <summary>The matches of one level.</summary>
/// <param name="Rows">The level's grid.</param>
/// <param name="Columns">The level's grid.</param>
/// <param name="Anchors">Anchors a cell.</param>
/// <param name="Matches">All matches, in the order own cell, left, upper, right, lower neighbour;
/// within that by anchor, then by target.</param>
internal sealed record LevelMatches(int Rows, int Columns, int Anchors, TargetMatch[] Matches)
{
    /// <summary>Where the match's anchor cell stands in a (batch, rows, columns, anchors) grid.</summary>
    public long CellOf(TargetMatch match) =>
        (((long)match.Image * Rows + match.Row) * Columns + match.Column) * Anchors + match.Anchor;

    /// <summary>Of each anchor cell that is matched, the position of its last match: the one whose objectness stands.</summary>
    public int[] LastOfEachCell()
    {
        var last = new Dictionary<long, int>(Matches.Length);
        for (var position = 0; position < Matches.Length; position++) last[CellOf(Matches[position])] = position;
        return [.. last.Values];
    }
}
