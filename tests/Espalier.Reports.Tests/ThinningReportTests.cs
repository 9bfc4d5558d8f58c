using Espalier.Reports.Drawing;
using Espalier.Reports.Experiments;
using Espalier.Reports.Plots;
using Espalier.Tests;
using Espalier.Training.Losses;
using Espalier.Training.Runs;
using Espalier.Training.Thinning;

namespace Espalier.Reports.Tests;

/// <summary>The report of an experiment: which model it chooses, what its files say, and its pictures.</summary>
public sealed class ThinningReportTests
{
    [Fact]
    public void Chosen_is_the_thinnest_model_within_a_point_or_else_the_most_accurate()
    {
        Assert.Equal("b-0.30", Report(("b-0.50", 500, 0.91), ("b-0.30", 300, 0.895), ("b-0.20", 200, 0.88)).Chosen.Name);
        Assert.Equal("b-0.50", Report(("b-0.50", 500, 0.86), ("b-0.30", 300, 0.85)).Chosen.Name);
    }

    [Fact]
    public void Page_text_and_table_hold_every_model_and_escape_what_they_are_given()
    {
        using var folder = new TemporaryFolder();
        var report = Report(("b-0.50", 500, 0.91), ("b-0.30", 300, 0.895)) with { Name = "<script>a & b</script>" };
        report.Write(folder.Path, note => Assert.Fail(note));

        var html = File.ReadAllText(folder.File("report.html"));
        Assert.DoesNotContain("<script>", html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;a &amp; b&lt;/script&gt;", html, StringComparison.Ordinal);
        Assert.Equal(4, html.Split("data:image/png;base64,").Length - 1);
        Assert.Contains("70 % fewer operations", html, StringComparison.Ordinal);
        Assert.Contains("<tr class=\"chosen\"><td>b-0.30</td>", html, StringComparison.Ordinal);
        var markdown = File.ReadAllText(folder.File("report.md"));
        Assert.Contains("| b-0.30 | 300 (30 %) |", markdown, StringComparison.Ordinal);
        Assert.Contains("−0.5 (−2.0 … +1.0)", markdown, StringComparison.Ordinal);
        Assert.Contains("| 0.30 (30 %) | 0.60 |", markdown, StringComparison.Ordinal);
        Assert.Equal(1 + 4, File.ReadAllLines(folder.File("report.csv")).Length);
    }

    [Theory]
    [InlineData(0.5, "as expected")]
    [InlineData(0.75, "as expected")]
    [InlineData(0.25, "as expected")]
    [InlineData(0.76, "differs: 0.2600 more")]
    [InlineData(0.24, "differs: 0.2600 less")]
    [InlineData(double.NaN, "differs: NaN less")]
    public void What_was_expected_stands_beside_what_came_out_with_its_verdict(double found, string verdict)
    {
        using var folder = new TemporaryFolder();
        var figure = new ExpectedFigure("dense", "map50", Expected: 0.5, Tolerance: 0.25, found);
        (Report(("b-0.50", 500, 0.91)) with { Expected = [figure] }).Write(folder.Path, note => Assert.Fail(note));

        Assert.Equal(verdict == "as expected", figure.Holds);
        Assert.Contains($"| dense | map50 | 0.5000 | 0.2500 | {(double.IsNaN(found) ? "NaN" : $"{found:0.0000}")} | {verdict} |",
            File.ReadAllText(folder.File("report.md")), StringComparison.Ordinal);
        Assert.Contains($"<td>{verdict}</td>", File.ReadAllText(folder.File("report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_paper_stands_beside_reports_of_its_own_data_alone()
    {
        Assert.DoesNotContain("paper", Markdown(Report(("b-0.50", 500, 0.91))), StringComparison.Ordinal);
        var markdown = Markdown(Report(("b-0.50", 500, 0.91)) with { ComparesWithPaper = true });
        Assert.Contains("The paper reports mAP50 .82 dense", markdown, StringComparison.Ordinal);
        Assert.Contains("| the paper's pruned |", markdown, StringComparison.Ordinal);
        var widths = markdown.Split('\n').Where(line => line.StartsWith("| dense", StringComparison.Ordinal)
            || line.StartsWith("| the paper's", StringComparison.Ordinal)).Select(line => line.Count(letter => letter == '|')).ToHashSet();
        Assert.Single(widths);

        static string Markdown(ThinningReport report) => ThinningText.Markdown(report, []);
    }

    [Fact]
    public void Equal_graphs_that_differ_in_speed_by_more_than_a_tenth_cast_doubt_on_all_times()
    {
        var report = Report(("b-0.50", 500, 0.91));
        Assert.Null(report.TimingDoubt);
        Assert.Null(With(sparse => sparse with { Milliseconds = 1.09 }).TimingDoubt);
        const string Sentence = "The machine was busy, so that no time here means anything: dense and sparse are the same graph, and 1.00 "
            + "and 1.12 ms a picture were measured; a quiet one measures anew once speed.json is removed.";
        Assert.Equal(Sentence, With(sparse => sparse with { Milliseconds = 1.12 }).TimingDoubt);
        Assert.Contains("sparse and dense are the same graph, and 8.8 and 10.0 s an epoch",
            With(sparse => sparse with { SecondsAnEpoch = 8.8 }).TimingDoubt, StringComparison.Ordinal);
        Assert.Null(With(sparse => sparse with { Milliseconds = 2, GraphHash = "of other activations" }).TimingDoubt);
        Assert.Contains("half the calls of sparse take up to 1.00 ms, and one in twenty more than 12.00 ms",
            With(sparse => sparse with { Milliseconds95 = 12 }).TimingDoubt, StringComparison.Ordinal);
        var doubted = ThinningText.Markdown(With(sparse => sparse with { Milliseconds = 2 }), []);
        Assert.StartsWith("# test\n\nThe machine was busy", doubted, StringComparison.Ordinal);
        Assert.DoesNotContain("as fast", doubted, StringComparison.Ordinal);
        Assert.DoesNotContain("| 2.00 (200 %) |", doubted, StringComparison.Ordinal);

        ThinningReport With(Func<ReportedModel, ReportedModel> change) =>
            report with { Models = [report.Models[0], change(report.Models[1]), .. report.Models.Skip(2)] };
    }

    [Fact]
    public void The_steps_that_are_explained_are_those_of_the_cut_that_took_most()
    {
        var report = Report(("b-0.50", 500, 0.91), ("b-0.30", 300, 0.895));
        var deep = report.Models[^1];
        deep = deep with { Cut = deep.Cut! with { Steps = [.. deep.Cut.Steps, ("function kept", 0.4)] } };

        Assert.StartsWith("Step by step: whole, then cut, then function kept;",
            ThinningTable.Steps(report with { Models = [.. report.Models.SkipLast(1), deep] }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("comparison")]
    [InlineData("scales")]
    [InlineData("widths")]
    [InlineData("frontier")]
    public void Texts_lie_on_the_sheet_and_apart_from_each_other(string name)
    {
        using var sheet = Draw(name);
        SheetTexts.RequireApart(sheet);
    }

    private static Sheet Draw(string name)
    {
        var report = Report(("b-0.50", 500, 0.91), ("b-0.30", 300, 0.895));
        return name switch
        {
            "comparison" => ComparisonPlot.Draw([.. report.Models.Select(model => (model.Name, model.History))]),
            "scales" => ScalesPlot.Draw(report.DenseScales, report.SparseScales!),
            "widths" => WidthsPlot.Draw(report.Widths),
            _ => FrontierPlot.Draw(report),
        };
    }

    private static ThinningReport Report(params (string Name, long Size, double Accuracy)[] thinned) => new()
    {
        Name = "test",
        Command = "espalier experiment test.yaml",
        Data = "A street.",
        Machine = "Measured here.",
        ImageSize = 64,
        Splits = ["val"],
        Models = [Model("dense", 1000, 0.9, null), Model("sparse", 1000, 0.905, null),
            .. thinned.Select(model => Model(model.Name, model.Size, model.Accuracy, "b"))],
        DenseScales = [.. Enumerable.Range(0, 200).Select(i => 0.5f + (i / 200f))],
        SparseScales = [.. Enumerable.Range(0, 200).Select(i => i / 200f)],
        Widths = [.. Enumerable.Range(0, 60).Select(i => new LayerWidth($"model.{i}.conv", 32, 8 + (i % 24)))],
    };

    private static ReportedModel Model(string name, long size, double accuracy, string? criterion)
    {
        var judged = new ReportedAccuracy("val", 100, 0.9, 0.8, accuracy, accuracy / 2, 0.8, name == "dense"
            ? null : new ReportedDifference(accuracy - 0.9, accuracy - 0.9 - 0.015, accuracy - 0.9 + 0.015), null);
        return new ReportedModel
        {
            Name = name,
            Commands = [$"espalier train {name}"],
            GraphHash = size == 1000 ? "whole" : name,
            Parameters = size,
            MultiplyAdds = size,
            WeightBytes = size * 4,
            OnnxBytes = size * 4,
            SecondsAnEpoch = size / 100.0,
            Milliseconds = size / 1000.0,
            Milliseconds95 = size / 500.0,
            PicturesPerSecond = 1e6 / size,
            Accuracy = [judged],
            History = [.. Enumerable.Range(0, 5).Select(Epoch)],
            Cut = criterion is null ? null : new ReportedCut(criterion, "some of the FLOPs",
                judged with { MeanAveragePrecision50 = accuracy / 3 }, [("whole", 0.9), ("cut", accuracy / 3)]),
        };
    }

    private static EpochRecord Epoch(int epoch) => new()
    {
        Epoch = epoch,
        TrainingLoss = new LossValues(0.1 / (epoch + 1), 0.05, 0.03),
        ValidationLoss = new LossValues(0.1, 0.05, 0.03),
        Precision = 0.1 * epoch,
        Recall = 0.1 * epoch,
        MeanAveragePrecision50 = 0.1 * epoch,
        MeanAveragePrecision = 0.05 * epoch,
        LearningRates = [0, 0, 0],
        TrainingSeconds = 1,
        ValidationSeconds = 1,
        PicturesPerSecond = 1,
        ResidentBytes = 1,
        LiveTensors = 0,
    };
}
