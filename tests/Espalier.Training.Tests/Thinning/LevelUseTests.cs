using Espalier.Core;
using Espalier.Datasets;
using Espalier.Networks;
using Espalier.Training.Thinning;

namespace Espalier.Training.Tests.Thinning;

public sealed class LevelUseTests
{
    /// <summary>One anchor a level, of 10, 40 and 160 pixels; sides up to four times as long or short match.</summary>
    private static readonly DetectNode Detect = new("model.1", 1, [0, 0, 0], 1, [[10, 10], [40, 40], [160, 160]], [8, 16, 32]);

    [Fact]
    public void Matches_and_labels_are_counted_level_by_level()
    {
        // Of 8 pixels: P3 alone. Of 20: P3 and P4. Of 300: P5 alone. Of 1 pixel: none.
        var use = LevelUse.Count(Detect, [Labels(8, 8, 8, 20), Labels(300, 1)]);

        Assert.Equal(["P3", "P4", "P5"], use.Names);
        Assert.Equal([12, 3, 3], use.Matches); // Own cell and two neighbours each; the fifth label has none.
        Assert.Equal(new Dictionary<int, int> { [0b001] = 3, [0b011] = 1, [0b100] = 1, [0] = 1 }, use.Labels);
        Assert.Equal(12 / 18.0, use.ShareOf(0));
        Assert.Equal([new PlannedLevel("P4", 3 / 18.0, 0)], use.Lost(["P4"]));
        Assert.Equal([new PlannedLevel("P3", 12 / 18.0, .8), new PlannedLevel("P4", 3 / 18.0, .2)], use.Lost(["P4", "P3"]));
        Assert.Empty(use.Unneeded());
    }

    [Fact]
    public void Levels_are_unneeded_together_up_to_a_twentieth_of_the_matches()
    {
        var use = new LevelUse(["P3", "P4", "P5"], [3, 95, 2], new Dictionary<int, int> { [0b111] = 1 });

        Assert.Equal(["P5", "P3"], use.Unneeded());
        Assert.Equal(["P5"], (use with { Matches = [4, 94, 2] }).Unneeded());
        Assert.Empty((use with { Matches = [20, 70, 10] }).Unneeded());
    }

    [Fact]
    public void Pictures_without_a_matching_label_say_nothing() =>
        Assert.Contains("None of the pictures' labels matches", Assert.Throws<EspalierException>(() => LevelUse.Count(Detect, [Labels(1)]))
            .Message, StringComparison.Ordinal);

    /// <summary>A picture of 320 pixels with squares of some sides near its middle.</summary>
    private static Batch Labels(params int[] sides) => new()
    {
        Count = 1,
        Height = 320,
        Width = 320,
        Pixels = [],
        Targets = [.. sides.Select(side => new BatchTarget(0, 0, .51f, .51f, side / 320f, side / 320f))],
        Sources = [],
    };
}
