using Espalier.Networks;
using Espalier.Pipelines.Pruning;

namespace Espalier.Pipelines.Tests.Pruning;

/// <summary>How a search for milliseconds corrects itself by what was measured.</summary>
public class LatencyAimTests
{
    // What a table says beside what is measured, and how much slower the machine is in each measurement.
    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(1.3, 1, 1, 1)]
    [InlineData(0.7, 1, 1, 1)]
    [InlineData(1.3, 2, 1, 0.8)]
    [InlineData(0.7, 1, 3, 1.5)]
    public void A_share_is_met_and_not_undercut_whatever_the_machine_has_to_do(double bias, double first, double second, double third)
    {
        var aim = new LatencyAim(new LatencyBudget(1.2, Whole: 2.4), whole: 2.4);
        double taken = 0;
        foreach (var load in new[] { first, second, third })
        {
            if (aim.IsMet) break;
            var predicted = aim.Milliseconds;
            taken = aim.Correct(predicted, wholeTaken: 2.4 * load, cutTaken: predicted * bias * load);
        }

        Assert.True(aim.IsMet);
        Assert.InRange(taken, 1.2 * 0.93, 1.2);
    }

    [Fact]
    public void Milliseconds_of_now_are_those_measured_now()
    {
        var aim = new LatencyAim(new LatencyBudget(1.2), whole: 9);
        Assert.Equal(1.2, aim.Milliseconds);

        Assert.Equal(1.5, aim.Correct(predicted: 1.2, wholeTaken: 4, cutTaken: 1.5));
        Assert.False(aim.IsMet);
        Assert.Equal(0.96 * 0.97, aim.Milliseconds, 12);

        // Deeper than was asked for: up again.
        Assert.Equal(0.6, aim.Correct(predicted: 0.8, wholeTaken: 4, cutTaken: 0.6));
        Assert.False(aim.IsMet);
        Assert.Equal(1.6 * 0.97, aim.Milliseconds, 12);
    }

    [Theory]
    [InlineData(2.4, 1.3, true)]
    [InlineData(2.4, 1.33, false)]
    [InlineData(null, 1.3, false)]
    public void A_share_that_is_nearly_reached_will_do(double? whole, double taken, bool isNearlyMet) =>
        Assert.Equal(isNearlyMet, new LatencyAim(new LatencyBudget(1.2, whole), whole: 2.4).IsNearlyMet(taken));

    [Fact]
    public void A_table_of_a_slower_machine_says_the_share_all_the_same() =>
        Assert.Equal(2.5, new LatencyAim(new LatencyBudget(1.2, Whole: 2.4), whole: 5).Milliseconds, 12);
}
