using System.Runtime.InteropServices;
using Espalier.Datasets;
using Espalier.Networks;

namespace Espalier.Training.Losses;

/// <summary>
/// YOLOv5's matching: a target belongs to every anchor of a level whose sides are within a ratio of its own, in its own cell and
/// in the nearest neighbour to the side and above or below. Every match is a positive; there is no negative matching.
/// </summary>
internal static class TargetAssignment
{
    /// <summary>Matches the targets of a batch on every level.</summary>
    /// <param name="targets">The targets, shares of the picture; classes and pictures are taken as they are.</param>
    /// <param name="detect">Anchors and strides.</param>
    /// <param name="grids">A level each: the rows and columns of its grid.</param>
    /// <param name="anchorThreshold">The first ratio of sides that is too large.</param>
    public static LevelMatches[] Assign(
        ReadOnlySpan<BatchTarget> targets, DetectNode detect, ReadOnlySpan<(int Rows, int Columns)> grids, float anchorThreshold)
    {
        ArgumentNullException.ThrowIfNull(detect);
        var levels = new LevelMatches[grids.Length];
        for (var level = 0; level < grids.Length; level++)
        {
            var (rows, columns) = grids[level];
            float[] anchors = [.. detect.Anchors[level].Select(length => length / detect.Strides[level])];
            var matches = AssignLevel(targets, anchors, rows, columns, anchorThreshold);
            levels[level] = new LevelMatches(rows, columns, anchors.Length / 2, matches);
        }

        return levels;
    }

    private static TargetMatch[] AssignLevel(ReadOnlySpan<BatchTarget> targets, ReadOnlySpan<float> anchors, int rows,
        int columns, float threshold)
    {
        var own = new List<TargetMatch>();
        for (var anchor = 0; anchor < anchors.Length / 2; anchor++)
        {
            foreach (var target in targets)
            {
                var (width, height) = (target.Width * columns, target.Height * rows);
                if (Ratio(width, anchors[2 * anchor]) >= threshold || Ratio(height, anchors[2 * anchor + 1]) >= threshold) continue;
                own.Add(new TargetMatch(target.Image, anchor, 0, 0, target.Class, target.X * columns, target.Y * rows, width, height));
            }
        }

        // In `own` the centre still counts from the picture's corner; Place brings it to its cell.
        var all = new List<TargetMatch>(own.Count * 3);
        foreach (var match in own) all.Add(Place(match, 0, 0, rows, columns));
        foreach (var match in own) if (LeansBack(match.X)) all.Add(Place(match, 0.5f, 0, rows, columns));
        foreach (var match in own) if (LeansBack(match.Y)) all.Add(Place(match, 0, 0.5f, rows, columns));
        foreach (var match in own) if (LeansBack(columns - match.X)) all.Add(Place(match, -0.5f, 0, rows, columns));
        foreach (var match in own) if (LeansBack(rows - match.Y)) all.Add(Place(match, 0, -0.5f, rows, columns));
        return CollectionsMarshal.AsSpan(all).ToArray();
    }

    private static float Ratio(float side, float anchor) => Math.Max(side / anchor, anchor / side);

    /// <summary>
    /// Whether a centre, as a distance from the grid's edge, is in the nearer half of its cell and not in the first cell. A centre
    /// on a border is near to both sides, and its "right" neighbour is then its own cell once more, as in the reference.
    /// </summary>
    private static bool LeansBack(float distance) => distance - MathF.Floor(distance) < 0.5f && distance > 1;

    private static TargetMatch Place(TargetMatch match, float left, float up, int rows, int columns)
    {
        var column = Math.Clamp((int)MathF.Floor(match.X - left), 0, columns - 1);
        var row = Math.Clamp((int)MathF.Floor(match.Y - up), 0, rows - 1);
        return match with { Row = row, Column = column, X = match.X - column, Y = match.Y - row };
    }
}
