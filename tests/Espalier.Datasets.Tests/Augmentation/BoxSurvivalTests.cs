using Espalier.Datasets.Augmentation;
using Espalier.Vision;

namespace Espalier.Datasets.Tests;

public sealed class BoxSurvivalTests
{
    [Theory] // oracle: "Box survival after augmentation"
    [InlineData(10, 20, 5, 10, true)]
    [InlineData(10, 20, 3, 6, false)] // area .09
    [InlineData(4, 4, 1.9f, 4, false)] // narrower than 2 px
    [InlineData(300, 2.5f, 300, 2.5f, false)] // aspect 120
    public void Boxes_survive_as_the_oracle_says(float width, float height, float newWidth, float newHeight, bool survives)
    {
        Assert.Equal(survives, BoxSurvival.Survives(new Box(0, 0, width, height), new Box(7, 9, 7 + newWidth, 9 + newHeight)));
    }

    [Fact]
    public void Shrinking_alone_does_not_count_as_lost_area()
    {
        var half = new RandomPerspective(Homography.Scaling(.25, .25), .25);
        Assert.Equal(new Box(10, 10, 20, 30), BoxSurvival.Transform(new Box(40, 40, 80, 120), half, 100));
    }

    [Fact]
    public void A_box_that_leaves_the_frame_is_cut_and_dropped_below_a_tenth()
    {
        var cut = new RandomPerspective(Homography.Translation(-15, 0), 1);
        Assert.Equal(new Box(0, 10, 5, 30), BoxSurvival.Transform(new Box(10, 10, 20, 30), cut, 100));
        var gone = new RandomPerspective(Homography.Translation(-95.5, 0), 1);
        Assert.Null(BoxSurvival.Transform(new Box(50, 10, 100, 30), gone, 100));
    }

    [Fact]
    public void A_turned_box_is_the_upright_box_around_its_corners()
    {
        var quarterTurn = new RandomPerspective(Homography.Affine(0, 1, 0, -1, 0, 100), 1);
        Assert.Equal(new Box(30, 40, 60, 80), BoxSurvival.Transform(new Box(20, 30, 60, 60), quarterTurn, 100));
    }
}
