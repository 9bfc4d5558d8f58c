using Espalier.Datasets;
using Espalier.Datasets.Svhn;
using Espalier.Datasets.Yolo;

namespace Espalier.Tests.Svhn;

public class SvhnConversionTests
{
    private static readonly string[] UsualSplit = ["train=photos:1-200,rebuilt:!*0", "val=rebuilt:*0", "photos=photos:201-256"];

    [Fact]
    public void The_usual_split_of_the_shared_pictures_has_the_numbers_that_are_known()
    {
        var sources = new[] { "photos", "rebuilt" }.Select(name => SvhnSource.FromFolder(SharedMaterial.Require("data", "svhn", name))).ToList();
        using var folder = new TemporaryFolder();
        var cancellation = TestContext.Current.CancellationToken;

        var report = SvhnConverter.Convert(sources, folder.File("svhn"), SplitRule.Parse(UsualSplit), cancellationToken: cancellation);

        Assert.Equal(new SplitContent("photos", 56, 122), report.Splits[2]);
        Assert.Equal(new SplitContent("val", 478, 972), report.Splits[1]);
        Assert.Equal(256 + 4776, report.Splits.Sum(split => split.Photos) + report.Unassigned);
        Assert.Equal(554 + 9513, report.Splits.Sum(split => split.Boxes) + report.CountOf(DatasetProblemKind.BoxWithoutArea));
        Assert.Equal(0, report.Unassigned);

        var configuration = DataConfiguration.Read(report.Configuration);
        Assert.Equal(["photos", "train", "val"], configuration.Splits.Keys.Order());
        var cold = DatasetScanner.Scan(configuration, "train", cancellationToken: cancellation);
        var warm = DatasetScanner.Scan(configuration, "train", cancellationToken: cancellation);
        Assert.True(cold.ClassesAreDigits);
        Assert.Equal(report.Splits[0].Photos, cold.Entries.Count);
        Assert.Equal(report.Splits[0].Boxes, DatasetStatistics.Of(cold).Objects + cold.Problems.Where(problem => problem.Kind == DatasetProblemKind.DuplicateLabel).Sum(problem => problem.Count));
        Assert.Equivalent(cold, warm, strict: true);
    }
}
