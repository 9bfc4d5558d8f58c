using Espalier.Datasets;
using Espalier.Networks;
using Espalier.Training.Losses;
using FsCheck.Xunit;

namespace Espalier.Tests.Losses;

public class TargetAssignmentTests
{
    private static readonly DetectNode Detect = TestNetworks.Graph().Detect;

    [Fact]
    public void Matches_a_level_are_the_references()
    {
        var levels = TargetAssignment.Assign(DetectionLossTests.OracleTargets, Detect, [(8, 8), (4, 4), (2, 2)], 4);
        Assert.Equal([45, 27, 3], levels.Select(level => level.Matches.Length));
    }

    [Fact]
    public void Centre_on_a_border_counts_its_own_cell_twice()
    {
        BatchTarget[] targets = [new(0, 0, .5f, .4375f, .2f, .2f)];
        var matches = TargetAssignment.Assign(targets, Detect, [(8, 8)], 4)[0].Matches.Where(match => match.Anchor == 0);
        Assert.Equal([(3, 4), (3, 3), (3, 4)], matches.Select(match => (match.Row, match.Column)).Take(3));
    }

    [Fact]
    public void Centre_on_the_far_edge_stays_in_the_grid()
    {
        BatchTarget[] targets = [new(0, 0, 1, 1, .2f, .2f)];
        Assert.All(
            TargetAssignment.Assign(targets, Detect, [(8, 8)], 4)[0].Matches,
            match => Assert.True(match.Row is >= 0 and < 8 && match.Column is >= 0 and < 8));
    }

    [Fact]
    public void Last_match_of_a_shared_cell_stands()
    {
        BatchTarget[] targets = [new(0, 1, .4f, .4f, .2f, .2f), new(0, 2, .41f, .41f, .2f, .2f)];
        var level = TargetAssignment.Assign(targets, Detect, [(8, 8)], 4)[0];
        var own = level.LastOfEachCell().Select(position => level.Matches[position]).Where(match => match is { Row: 3, Column: 3 });
        Assert.NotEmpty(own);
        Assert.All(own, match => Assert.Equal(2, match.Class));
    }

    [Property(MaxTest = 200)]
    public bool Assignment_equals_the_naive_one(int seed)
    {
        var random = new Random(seed);
        var targets = Enumerable.Range(0, random.Next(0, 12)).Select(_ => new BatchTarget(
                random.Next(3),
                random.Next(10),
                Place(random),
                Place(random),
                .02f + random.NextSingle() * .9f,
                .02f + random.NextSingle() * .9f
            ))
            .ToArray();
        (int Rows, int Columns)[] grids = [(12, 20), (6, 10), (3, 5)];
        var levels = TargetAssignment.Assign(targets, Detect, grids, 4);
        return levels.Select((level, index) => level.Matches.SequenceEqual(Naive(targets, index, grids[index]))).All(same => same);
    }

    /// <summary>Often exactly on a border of cells or at the picture's edge.</summary>
    private static float Place(Random random) => random.Next(3) == 0 ? random.Next(0, 21) / 20f : random.NextSingle();

    /// <summary>The rule as a question to every neighbour of every anchor of every target.</summary>
    private static List<TargetMatch> Naive(BatchTarget[] targets, int level, (int Rows, int Columns) grid)
    {
        var found = new List<TargetMatch>();
        (int X, int Y)[] neighbours = [(0, 0), (-1, 0), (0, -1), (1, 0), (0, 1)];
        foreach (var (dx, dy) in neighbours)
        {
            for (var anchor = 0; anchor < 3; anchor++)
            {
                foreach (var target in targets)
                {
                    var (x, y) = (target.X * grid.Columns, target.Y * grid.Rows);
                    var (w, h) = (target.Width * grid.Columns, target.Height * grid.Rows);
                    var (rw, rh) = (w / (Detect.Anchors[level][2 * anchor] / Detect.Strides[level]),
                        h / (Detect.Anchors[level][2 * anchor + 1] / Detect.Strides[level]));
                    if (rw >= 4 || 1 / rw >= 4 || rh >= 4 || 1 / rh >= 4) continue;
                    if (dx < 0 && !(x % 1 < .5f && x > 1)) continue;
                    if (dy < 0 && !(y % 1 < .5f && y > 1)) continue;
                    if (dx > 0 && !((grid.Columns - x) % 1 < .5f && grid.Columns - x > 1)) continue;
                    if (dy > 0 && !((grid.Rows - y) % 1 < .5f && grid.Rows - y > 1)) continue;
                    var column = Math.Min((int)(x + dx * .5f), grid.Columns - 1);
                    var row = Math.Min((int)(y + dy * .5f), grid.Rows - 1);
                    found.Add(new TargetMatch(target.Image, anchor, row, column, target.Class, x - column, y - row, w, h));
                }
            }
        }

        return found;
    }
}
