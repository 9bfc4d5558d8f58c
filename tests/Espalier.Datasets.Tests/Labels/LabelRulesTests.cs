using Espalier.Datasets;
using Espalier.Datasets.Findings;
using Espalier.Datasets.Labels;
using Espalier.Vision;

namespace Espalier.Tests.Labels;

public sealed class LabelRulesTests
{
    private static readonly LabelRow Good = new(3, .5, .5, .25, .5);

    [Fact]
    public void Like_findings_are_one_problem_that_tells_of_the_first()
    {
        var content = LabelRules.Apply(Rows(Good, Good, new LabelRow(0, .1, .5, .4, .5), Good, new LabelRow(1, .5, .5, 0, .5), Good));

        Assert.Equal(
            [
                new LabelProblem(FindingKind.DuplicateLabel, 3, "row 2 repeats row 1: left out"),
                new LabelProblem(FindingKind.BoxOverEdge, 1, "row 3 reaches over the photo's edge: cut to it"),
                new LabelProblem(FindingKind.BoxWithoutArea, 1, "row 5 is a box without area within the photo: left out"),
            ], content.Problems);
        Assert.Equal([3, 0], content.Rows.Select(row => row.Class));
    }

    [Fact]
    public void A_label_with_a_fault_of_its_own_is_left_out_and_hides_no_other()
    {
        LabelClaim[] claims = [new LabelClaim("box", 1, Good).Faulty(FindingKind.WrongClass, $"is {.5}"), new("box", 2, Good)];

        var told = new List<(FindingKind, string, string)>();
        var usable = LabelRules.Apply(claims, (kind, claim, reason) => told.Add((kind, claim.Place, reason)));

        Assert.Equal([("box 2", Good)], usable);
        Assert.Equal([(FindingKind.WrongClass, "box 1", "is 0.5")], told);
        Assert.Equal("box 1 is 0.5: left out", Assert.Single(LabelRules.Apply(claims).Problems).First);
    }

    [Theory]
    [InlineData(.1, .5, .4, .5, .15, .5, .3, .5)]
    [InlineData(.9, .5, .4, .5, .85, .5, .3, .5)]
    [InlineData(.5, .1, .5, .4, .5, .15, .5, .3)]
    [InlineData(.5, .9, .5, .4, .5, .85, .5, .3)]
    public void A_box_is_cut_at_the_edge_it_reaches_over(double x, double y, double width, double height,
        double cutX, double cutY, double cutWidth, double cutHeight)
    {
        var content = LabelRules.Apply(Rows(new LabelRow(7, x, y, width, height)));

        AssertNear(new LabelRow(7, cutX, cutY, cutWidth, cutHeight), Assert.Single(content.Rows));
        Assert.Equal(FindingKind.BoxOverEdge, Assert.Single(content.Problems).Kind);
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(1, 0)]
    [InlineData(0, -1)]
    [InlineData(0, 1)]
    public void A_thousandth_over_the_edge_is_cut_in_silence_and_more_is_told(int right, int down)
    {
        var (within, beyond) = (Over(.0009), Over(.0011));

        Assert.Empty(within.Problems);
        Assert.Equal(FindingKind.BoxOverEdge, Assert.Single(beyond.Problems).Kind);
        foreach (var content in new[] { within, beyond })
        {
            var row = Assert.Single(content.Rows);
            AssertNear(new LabelRow(0, .5 + right * .4, .5 + down * .4, .2, .2), row);
            Assert.True(row.X - row.Width / 2 >= 0 && row.Y - row.Height / 2 >= 0);
        }

        // A box of a fifth that ends at the edge, made larger across it by the excess alone.
        LabelContent Over(double excess) => LabelRules.Apply(Rows(new LabelRow(0,
            .5 + right * (.4 + excess / 2), .5 + down * (.4 + excess / 2), .2 + Math.Abs(right) * excess, .2 + Math.Abs(down) * excess)));
    }

    [Theory]
    [InlineData(.5, .5, .5, 0)]
    [InlineData(.5, .5, 0, .5)]
    [InlineData(.5, .5, -.2, .5)]
    [InlineData(.5, .5, .5, -.2)]
    [InlineData(.5, .5, -.2, -.2)]
    [InlineData(.5, .5, double.NaN, .5)]
    [InlineData(-.5, .5, .4, .5)]
    [InlineData(1.5, .5, .4, .5)]
    [InlineData(.5, -.5, .5, .4)]
    [InlineData(.5, 1.5, .5, .4)]
    [InlineData(-.1, .5, .2000000000001, .5)]
    public void A_box_without_area_within_the_photo_is_left_out(double x, double y, double width, double height)
    {
        var content = LabelRules.Apply(Rows(new LabelRow(0, x, y, width, height)));

        Assert.Empty(content.Rows);
        Assert.Equal(new LabelProblem(FindingKind.BoxWithoutArea, 1, "row 1 is a box without area within the photo: left out"),
            Assert.Single(content.Problems));
    }

    [Fact]
    public void A_box_that_touches_the_edges_from_within_stays_as_it_is()
    {
        LabelRow[] rows = [new(0, .5, .5, 1, 1), new(0, .25, .25, .5, .5), new(0, .75, .75, .5, .5), new(0, .5, .5, 1e-9, 1e-9)];

        var content = LabelRules.Apply(Rows(rows));

        Assert.Equal(rows, content.Rows);
        Assert.Empty(content.Problems);
    }

    [Fact]
    public void A_problem_of_a_file_counts_the_others_and_says_whether_the_photo_goes()
    {
        var one = new LabelProblem(FindingKind.SenselessLabel, 1, "row 1 is odd: left out");

        Assert.Equal(new DatasetProblem("a.txt", "row 1 is odd: left out", false) { Kind = FindingKind.SenselessLabel }, one.At("a.txt"));
        Assert.Equal(
            new DatasetProblem("a.txt", "row 1 is odd: left out, and 2 more like it: the photo is left out", true)
            {
                Kind = FindingKind.SenselessLabel,
                Count = 3,
            }, (one with { Count = 3 }).At("a.txt", photoLeftOut: true));
    }

    [Fact]
    public void A_row_is_a_box_in_pixels_and_back()
    {
        var size = new PictureSize(200, 100);
        var row = new LabelRow(4, .5, .25, .25, .25);
        var label = new LabelledBox(4, new Box(75, 12.5f, 125, 37.5f));

        Assert.Equal(label, row.ToPixels(size));
        Assert.Equal(row, LabelRow.Of(label, size));
        Assert.Equal(row, LabelRow.OfPixels(4, 75, 12.5, 50, 25, size));
        Assert.Equal(new LabelledBox(4, new Box(-50, 50, 50, 150)), new LabelRow(4, 0, 1, .5, 1).ToPixels(size));
        Assert.Equal(new LabelledBox(4, new Box(0, 50, 50, 100)), new LabelRow(4, 0, 1, .5, 1).Within(size));
    }

    private static IEnumerable<LabelClaim> Rows(params LabelRow[] rows) => rows.Select((row, i) => new LabelClaim("row", i + 1, row));

    private static void AssertNear(LabelRow expected, LabelRow actual)
    {
        Assert.Equal(expected.Class, actual.Class);
        Assert.Equal(expected.X, actual.X, 1e-12);
        Assert.Equal(expected.Y, actual.Y, 1e-12);
        Assert.Equal(expected.Width, actual.Width, 1e-12);
        Assert.Equal(expected.Height, actual.Height, 1e-12);
    }
}
