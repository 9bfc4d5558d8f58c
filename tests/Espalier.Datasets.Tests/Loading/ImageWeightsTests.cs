using Espalier.Vision;

namespace Espalier.Datasets.Tests;

public sealed class ImageWeightsTests
{
    [Fact]
    public void Photos_of_rare_classes_weigh_more_and_empty_ones_nothing()
    {
        var box = new Box(0, 0, 9, 9);
        DatasetEntry[] entries =
        [
            new("a", 9, 9, [new LabelledBox(0, box), new LabelledBox(0, box), new LabelledBox(0, box)]),
            new("b", 9, 9, [new LabelledBox(1, box)]),
            new("c", 9, 9, []),
        ];
        var classes = ImageWeights.ClassWeights(entries, 2);
        Assert.Equal([.25, .75], classes);
        Assert.Equal([.75, .75, 0], ImageWeights.Of(entries, classes));
        Assert.Equal([.25 * .25, .75 * .04], ImageWeights.TowardsWeakClasses(classes, [.5, .8]).Select(weight => Math.Round(weight, 12)));
    }
}
