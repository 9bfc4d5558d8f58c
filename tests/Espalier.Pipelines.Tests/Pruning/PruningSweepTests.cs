using Espalier.Networks;
using Espalier.Pipelines.Pruning;
using Espalier.Vision;

namespace Espalier.Pipelines.Tests.Pruning;

public sealed class PruningSweepTests
{
    [Fact]
    public void The_cliff_is_the_steepest_stretch_and_the_recommendation_stands_before_the_first_unsafe_cut()
    {
        var sweep = Sweep(0.8, (0.9, 0.78), (0.8, 0.7), (0.7, 0.3), (0.6, 0.45), (0.5, 0.2));
        Assert.Equal((0.8, 0.7), sweep.Cliff);
        Assert.Equal(0.8, sweep.Recommended!.Asked);
    }

    [Fact]
    public void Where_even_the_mildest_cut_ruins_the_network_nothing_is_recommended()
    {
        var sweep = Sweep(0.8, (0.9, 0.2), (0.8, 0.6));
        Assert.Null(sweep.Recommended);
        Assert.Equal((1, 0.9), sweep.Cliff);
    }

    [Fact]
    public void Of_a_network_that_finds_next_to_nothing_nothing_is_recommended()
    {
        var sweep = Sweep(0.0004, (0.9, 0.0004), (0.2, 0.0003));
        Assert.False(sweep.IsTrained);
        Assert.Null(sweep.Recommended);
    }

    private static PruningSweep Sweep(double whole, params (double Kept, double Accuracy)[] points)
    {
        var cost = new PruningCost(100, 1000, 10_000);
        return new PruningSweep("l1", cost, Report(whole), [.. points.Select(
            point => new SweepPoint(point.Kept, point.Kept, cost, Report(0), Report(point.Accuracy), Report(point.Accuracy / 2)))]);
    }

    /// <summary>A report of a given mAP50.</summary>
    private static DetectionReport Report(double accuracy)
    {
        var empty = DetectionMetrics.Report([], 1);
        double[] all = [.. Enumerable.Repeat(accuracy, 10)];
        return empty with { PerClass = [new ClassMetrics(0, 1, 1, 1, 1, 1, 1, 0, all, all, empty.MeanCurves)] };
    }
}
