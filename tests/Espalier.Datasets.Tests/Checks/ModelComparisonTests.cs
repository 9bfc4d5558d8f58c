using Espalier.Datasets.Checks;
using Espalier.Datasets.Findings;
using Espalier.Vision;

namespace Espalier.Tests.Checks;

public class ModelComparisonTests
{
    private static readonly Box Here = new(10, 10, 20, 30);

    [Fact]
    public void Agreement_says_nothing() => Assert.Empty(Compare([new Detection(new Box(11, 10, 20, 29), 0.9f, 1)]));

    [Fact]
    public void Confident_other_class_is_reported_and_a_timid_one_is_not()
    {
        Assert.Equal([(FindingKind.ModelSeesAnotherClass, "row 1", 0.8)], Compare([new Detection(Here, 0.8f, 2)]));
        Assert.Empty(Compare([new Detection(Here, 0.5f, 2)]));
        Assert.Empty(Compare([new Detection(Here, 0.8f, 2), new Detection(Here, 0.85f, 1)]));
    }

    [Fact]
    public void Confident_object_without_a_label_is_reported_unless_it_lies_in_a_label()
    {
        var beside = new Detection(new Box(40, 10, 50, 30), 0.7f, 0);
        var half = new Detection(new Box(10, 10, 20, 20), 0.7f, 1);
        var agreement = new Detection(Here, 0.9f, 1);

        Assert.Equal([(FindingKind.ModelSeesUnlabelled, "", 0.7)], Compare([agreement, beside, half]));
    }

    [Fact]
    public void Label_where_the_model_sees_nothing_at_all_is_reported()
    {
        Assert.Equal([(FindingKind.ModelSeesNothing, "row 1", null)], Compare([]));
        Assert.Empty(Compare([new Detection(Here, 0.06f, 1)]));
    }

    [Fact]
    public void The_check_asks_the_model_for_each_photo_that_decodes_and_puts_the_surest_first()
    {
        using var folder = new CheckFolder();
        folder.Photo("a", "1 .5 .5 .3 .5\n", seed: 1);
        folder.Photo("b", "1 .5 .5 .3 .5\n", seed: 2);
        File.WriteAllText(folder.Photo("c", "1 .5 .5 .3 .5\n", seed: 3), "no picture");
        var asked = 0;

        // The label's box is (21, 10, 39, 30).
        var report = folder.Check(
            new DatasetCheckOptions { Detect = _ => [new Detection(new Box(21, 10, 39, 30), 0.7f + 0.1f * asked++, 2)] }
        );

        Assert.Equal(3, asked);
        var findings = report.Findings.Where(finding => finding.Kind == FindingKind.ModelSeesAnotherClass).ToList();
        Assert.Equal(["filler.png", "b.png", "a.png"], findings.Select(finding => Path.GetFileName(finding.Path)));
        Assert.StartsWith("says b, the model sees c", findings[1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Boxes_of_findings_lie_within_the_photo()
    {
        using var folder = new CheckFolder();
        folder.Photo("a", "1 .8 .5 .3 .5\n", seed: 1);

        var report = folder.Check(new DatasetCheckOptions { Detect = _ => [new Detection(new Box(-3, -2, 12, 50), 0.9f, 2)] });

        Assert.Equal(new Box(0, 0, 12, 40), report.Findings.First(finding => finding.Kind == FindingKind.ModelSeesUnlabelled).Box);
    }

    private static List<(FindingKind, string, double?)> Compare(Detection[] detections)
    {
        var found = new List<(FindingKind, string, double?)>();
        ModelComparison.Compare([("row 1", new LabelledBox(1, Here))], detections, ["a", "b", "c"], 0.6,
            (kind, place, _, _, confidence) => found.Add((kind, place, confidence is null ? null : Math.Round(confidence.Value, 4))));
        return found;
    }
}
