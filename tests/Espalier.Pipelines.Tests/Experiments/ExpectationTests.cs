using Espalier.Pipelines.Experiments;
using Espalier.Tests;
using Espalier.Training.Thinning;

namespace Espalier.Pipelines.Tests.Experiments;

/// <summary>What an experiment file says should come of it.</summary>
public sealed class ExpectationTests
{
    private const string File = """
        street: {count: 100}
        dense: {}
        prune: {keep_flops: 0.5}
        fine_tune: {}
        expect:
          dense: {map50: [0.8, 0.02], flops: 3000}
          taylor-0.50: {parameters: [100, 10]}
        """;

    [Fact]
    public void Every_figure_with_its_model_and_its_tolerance() => Assert.Equal(
        [new Expectation("dense", "map50", 0.8, 0.02), new Expectation("dense", "flops", 3000, 0),
            new Expectation("taylor-0.50", "parameters", 100, 10)],
        Read(null).Expected);

    [Fact]
    public void What_is_expected_of_a_street_is_not_asked_of_other_data()
    {
        var notes = new List<string>();

        Assert.Empty(Read("other/data.yaml", notes.Add).Expected);
        Assert.EndsWith("line 5: what is expected is of the street and not of 'other/data.yaml'; nothing is checked at the end.",
            Assert.Single(notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("map50", 0.5)]
    [InlineData("map50_95", 0.25)]
    [InlineData("precision", 0.75)]
    [InlineData("recall", 0.625)]
    [InlineData("parameters", 70)]
    [InlineData("flops", 2000)]
    public void A_figure_of_a_model(string figure, double expected)
    {
        var accuracy = new ReportedAccuracy("val", 4, Precision: 0.75, Recall: 0.625, MeanAveragePrecision50: 0.5,
            MeanAveragePrecision: 0.25, MeanIoU: 0.8, null, null);

        Assert.Equal(expected, new Expectation("dense", figure, 0, 0).Of(accuracy, parameters: 70, multiplyAdds: 1000));
    }

    private static ExperimentPlan Read(string? data, Action<string>? note = null)
    {
        using var folder = new TemporaryFolder();
        System.IO.File.WriteAllText(folder.File("e.yaml"), File);
        return ExperimentFile.Read(folder.File("e.yaml"), data, name => name, note);
    }
}
