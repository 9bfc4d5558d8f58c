using Espalier.Datasets.Loading;
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
        Assert.Equal([.5, 1.5], classes);
        Assert.Equal([1.5, 1.5, 0], ImageWeights.Of(entries, classes));
        Assert.Equal([.5 * .25, 1.5 * .04], ImageWeights.TowardsWeakClasses(classes, [.5, .8]).Select(weight => Math.Round(weight, 12)));
    }

    [Fact]
    public void A_class_without_a_label_weighs_one_and_changes_no_other()
    {
        var without = ImageWeights.ClassWeights(Labelled(300, 100, 0, 100), 4);

        Assert.Equal(1, without[2]);
        Assert.Equal(ImageWeights.ClassWeights(Labelled(300, 100, 100), 3), new[] { without[0], without[1], without[3] });
        Assert.Equal(1, (without[0] + without[1] + without[3]) / 3, 1e-12);
        Assert.All(ImageWeights.ClassWeights(Labelled(0, 0), 2), weight => Assert.Equal(1, weight));
        Assert.Empty(ImageWeights.ClassWeights([], 0));
    }

    [Fact]
    public void A_class_with_a_handful_of_labels_does_not_take_the_place_of_all_others()
    {
        var weights = ImageWeights.ClassWeights(Labelled(10_000, 10_000, 10_000, 1), 4);

        Assert.Equal(ImageWeights.LargestRatio, weights[3] / weights[0], 1e-9);
        Assert.All(weights, weight => Assert.InRange(weight, 0.1, ImageWeights.LargestRatio));
        Assert.Equal(1, weights.Average(), 1e-12);
    }

    /// <summary>One photo with so many labels of each class.</summary>
    private static DatasetEntry[] Labelled(params int[] counts) =>
        [new("a", 9, 9, [.. counts.SelectMany((count, index) => Enumerable.Repeat(new LabelledBox(index, new Box(0, 0, 9, 9)), count))])];
}
