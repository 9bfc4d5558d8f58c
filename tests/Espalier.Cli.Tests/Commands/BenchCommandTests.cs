using Espalier.Cli.Commands;
using Espalier.Pipelines.Latency;

namespace Espalier.Tests.Commands;

/// <summary>What <c>espalier bench</c> says of a latency table.</summary>
public sealed class BenchCommandTests
{
    [Fact]
    public void The_median_of_an_even_number_of_errors_is_the_middle_between_two()
    {
        PredictedLatency[] checks = [new(0.9, 1.01, 1), new(0.7, 0.97, 1), new(0.5, 1.05, 1), new(0.3, 0.8, 1)];

        Assert.Contains("Median error 4.0 %, largest 20.0 %, over 4 thinned networks.",
            BenchCommand.ToText(checks, new LatencySetting(1)), StringComparison.Ordinal);
    }
}
