using Espalier.Core;
using Espalier.Core.Options;
using FsCheck.Xunit;

namespace Espalier.Vision.Tests;

public sealed class NonMaximumSuppressionTests
{
    private const int Classes = 3;

    [Property(MaxTest = 60)]
    public void Kept_boxes_of_a_class_do_not_overlap_and_every_dropped_one_has_a_better_that_does(int seed, bool agnostic, bool multiLabel)
    {
        var predictions = Predictions(seed, 200, Classes);
        var options = new NmsOptions
        {
            Confidence = 0.2f,
            IoU = 0.5f,
            Agnostic = agnostic,
            MultiLabel = multiLabel,
            MaximumDetections = 100_000,
        };
        var kept = NonMaximumSuppression.Suppress(predictions, Classes, options);
        var all = NonMaximumSuppression.Suppress(predictions, Classes, options with { IoU = 1 });
        Assert.Equal(kept.OrderByDescending(detection => detection.Confidence), kept);
        Assert.All(kept, detection => Assert.True(detection.Confidence > 0.2f));
        for (var i = 0; i < kept.Length; i++)
        {
            for (var j = 0; j < i; j++) Assert.False(Collide(kept[i], kept[j]));
        }

        foreach (var dropped in all.Except(kept))
            Assert.Contains(kept, better => better.Confidence >= dropped.Confidence && Collide(better, dropped));

        bool Collide(Detection a, Detection b) => (agnostic || a.Class == b.Class) && BoxOverlap.IoU(a.Box, b.Box) > 0.5f;
    }

    [Theory]
    [InlineData(0, float.NaN)]
    [InlineData(3, float.NaN)]
    [InlineData(1, float.PositiveInfinity)]
    [InlineData(2, float.NegativeInfinity)]
    [InlineData(4, float.PositiveInfinity)]
    [InlineData(4, float.NaN)]
    public void A_row_whose_box_or_objectness_is_no_number_is_dropped_and_the_others_stay(int column, float value)
    {
        float[] predictions = [10, 10, 8, 8, .9f, .9f, 0, 0, 40, 10, 8, 8, .9f, 0, .9f, 0];
        var good = NonMaximumSuppression.Suppress(predictions.AsSpan(8), Classes);
        predictions[column] = value;

        Assert.Equal(good, NonMaximumSuppression.Suppress(predictions, Classes));
        Assert.Equal(good, NonMaximumSuppression.Suppress(predictions, Classes, new NmsOptions { MultiLabel = true }));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_class_that_is_no_number_does_not_hide_another(float value)
    {
        float[] predictions = [10, 10, 8, 8, .9f, value, .8f, 0];

        var kept = NonMaximumSuppression.Suppress(predictions, Classes, new NmsOptions { MultiLabel = true });

        Assert.Equal(1, Assert.Single(kept).Class);
        if (float.IsNaN(value)) Assert.Equal(1, Assert.Single(NonMaximumSuppression.Suppress(predictions, Classes)).Class);
        else Assert.Empty(NonMaximumSuppression.Suppress(predictions, Classes));
    }

    [Fact]
    public void Rows_that_lose_a_box_or_a_class_are_counted_once_and_weak_ones_never()
    {
        float[] predictions =
        [
            float.NaN, 10, 8, 8, .9f, float.NaN, 0, 0, // neither box nor class
            10, 10, 8, 8, .9f, float.NaN, .8f, 0, // a class
            float.NaN, 10, 8, 8, .25f, .9f, 0, 0, // too weak to be looked at
            40, 10, 8, 8, .9f, .9f, 0, 0,
            70, 10, 8, 8, .9f, .9f, 0, 0,
        ];

        NonMaximumSuppression.Suppress(predictions, Classes, null, out var broken);

        Assert.Equal(2, broken);
    }

    [Fact]
    public void A_row_is_centre_and_size_and_of_equal_classes_the_first_stands() =>
        Assert.Equal([new Detection(new(40, 35, 60, 45), .5f, 1)],
            NonMaximumSuppression.Suppress([50, 40, 20, 10, 1, .25f, .5f, .5f], Classes));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Thousands_of_boxes_apart_are_all_kept_in_the_order_of_their_rows(bool multiLabel)
    {
        float[] predictions = [.. Enumerable.Range(0, 2500).SelectMany(i => new[] { i * 10f, 5, 2, 2, .5f, 1 })];

        var kept = NonMaximumSuppression.Suppress(predictions, 1, new NmsOptions { MultiLabel = multiLabel, MaximumDetections = 10_000 });

        Assert.Equal(Enumerable.Range(0, 2500).Select(i => i * 10f), kept.Select(detection => detection.Box.CenterX));
    }

    [Fact]
    public void A_box_stays_that_overlaps_a_better_one_by_the_threshold_itself()
    {
        float[] predictions = [5, 5, 10, 10, .9f, 1, 5, 5, 10, 10, .8f, 1];

        Assert.Equal(2, NonMaximumSuppression.Suppress(predictions, 1, new NmsOptions { IoU = 1 }).Length);
        Assert.Single(NonMaximumSuppression.Suppress(predictions, 1, new NmsOptions { IoU = .99f }));
    }

    [Property(MaxTest = 30)]
    public void The_order_of_the_rows_does_not_matter(int seed)
    {
        var predictions = Predictions(seed, 150, Classes);
        var rows = predictions.Chunk(5 + Classes).ToArray();
        new Random(seed).Shuffle(rows);
        Assert.Equal(
            NonMaximumSuppression.Suppress(predictions, Classes),
            NonMaximumSuppression.Suppress(rows.SelectMany(row => row).ToArray(), Classes));
    }

    [Property(MaxTest = 30)]
    public void By_class_equals_agnostic_with_each_class_moved_far_away(int seed)
    {
        // The usual trick. Coordinates are multiples of 1/4 here, so that the move costs no precision.
        var predictions = Predictions(seed, 150, Classes);
        var moved = (float[])predictions.Clone();
        for (var row = 0; row < moved.Length; row += 5 + Classes)
        {
            moved[row] += 4096 * predictions.AsSpan(row + 5, Classes).IndexOf(predictions.AsSpan(row + 5, Classes).ToArray().Max());
        }

        var expected = NonMaximumSuppression.Suppress(predictions, Classes);
        var actual = NonMaximumSuppression.Suppress(moved, Classes, NmsOptions.ForPrediction with { Agnostic = true });
        Assert.Equal(expected.Select(d => (d.Class, d.Confidence)), actual.Select(d => (d.Class, d.Confidence)));
    }

    [Fact]
    public void Several_labels_a_box_are_reported_only_when_asked_for()
    {
        float[] row = [50, 50, 20, 20, 0.9f, 0.8f, 0.1f, 0.7f];
        Assert.Equal([0], NonMaximumSuppression.Suppress(row, Classes).Select(d => d.Class));
        Assert.Equal([0, 2], NonMaximumSuppression.Suppress(row, Classes, new NmsOptions { MultiLabel = true }).Select(d => d.Class));
        Assert.Equal([2], NonMaximumSuppression.Suppress(row, Classes, new NmsOptions { MultiLabel = true, Classes = [1, 2] })
            .Select(d => d.Class));
        Assert.Empty(NonMaximumSuppression.Suppress(row, Classes, new NmsOptions { Classes = [2] }));
        Assert.Equal(0.9f * 0.8f, NonMaximumSuppression.Suppress(row, Classes)[0].Confidence);
        Assert.Equal(new Box(40, 40, 60, 60), NonMaximumSuppression.Suppress(row, Classes)[0].Box);
    }

    [Fact]
    public void Thresholds_are_strict_and_limits_keep_the_best()
    {
        Assert.Empty(NonMaximumSuppression.Suppress([5, 5, 2, 2, 0.25f, 1], 1));
        Assert.Empty(NonMaximumSuppression.Suppress([5, 5, 2, 2, 0.5f, 0.5f], 1));
        Assert.Empty(NonMaximumSuppression.Suppress([5, 5, 2, 2, 0.5f, 0.5f], 1, new NmsOptions { MultiLabel = true }));
        Assert.Empty(NonMaximumSuppression.Suppress([5, 5, 2, 2, float.NaN, 1, 5, 5, 2, 2, 1, float.NaN], 1));
        var predictions = Predictions(7, 300, Classes);
        var all = NonMaximumSuppression.Suppress(predictions, Classes);
        Assert.Equal(all[..5], NonMaximumSuppression.Suppress(predictions, Classes, new NmsOptions { MaximumDetections = 5 }));
        Assert.Equal(all[..1], NonMaximumSuppression.Suppress(predictions, Classes, new NmsOptions { MaximumCandidates = 1 }));
    }

    [Fact]
    public void Equal_confidences_are_ordered_by_row() =>
        Assert.Equal([10f, 50f, 90f], NonMaximumSuppression.Suppress([10, 5, 2, 2, 0.5f, 1, 50, 5, 2, 2, 0.5f, 1, 90, 5, 2, 2, 0.5f, 1], 1)
            .Select(d => d.Box.CenterX));

    [Fact]
    public void Options_outside_their_ranges_are_named()
    {
        var exception = Assert.Throws<OptionException>(() => NonMaximumSuppression.Suppress([], 1, new NmsOptions { Confidence = 1.5f }));
        Assert.Equal("The confidence threshold must be within 0…1, but is 1.5.", exception.Message);
        Assert.Throws<OptionException>(() => new NmsOptions { IoU = float.NaN }.Validate());
        Assert.Throws<OptionException>(() => new NmsOptions { MaximumDetections = 0 }.Validate());
        Assert.Throws<OptionException>(() => NonMaximumSuppression.Suppress([], 10, new NmsOptions { Classes = [12] }));
        var unknown = Assert.Throws<OptionException>(() => NonMaximumSuppression.Suppress([], 10, new NmsOptions { Classes = [10] }));
        Assert.StartsWith("A class must be within 0…9", unknown.Message, StringComparison.Ordinal);
        Assert.Empty(NonMaximumSuppression.Suppress([], 10, new NmsOptions { Classes = [0, 9] }));
        Assert.Throws<ArgumentOutOfRangeException>(() => NonMaximumSuppression.Suppress([], 0));
        var rows = Assert.Throws<ArgumentException>(() => NonMaximumSuppression.Suppress(new float[7], 1));
        Assert.StartsWith("7 numbers are not rows of 6", rows.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_whole_640_pixel_output_for_validation_is_limited()
    {
        Assert.Equal(300, NonMaximumSuppression.Suppress(Predictions(3, 25_200, 10), 10, NmsOptions.ForValidation).Length);
    }

    private static float[] Predictions(int seed, int rows, int classes)
    {
        var random = new Random(seed);
        var predictions = new float[rows * (5 + classes)];
        for (var row = 0; row < rows; row++)
        {
            var values = predictions.AsSpan(row * (5 + classes), 5 + classes);
            for (var i = 0; i < 4; i++) values[i] = i < 2 ? random.Next(100, 600) / 4f : random.Next(20, 200) / 4f;
            for (var i = 4; i < values.Length; i++) values[i] = random.NextSingle();
        }

        return predictions;
    }
}
