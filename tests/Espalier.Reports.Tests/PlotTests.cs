using Espalier.Datasets;
using Espalier.Reports.Drawing;
using Espalier.Reports.Plots;
using Espalier.Training.Losses;
using Espalier.Training.Runs;
using Espalier.Training.Sparsity;
using Espalier.Vision;

namespace Espalier.Reports.Tests;

/// <summary>Every plot: its texts lie on the sheet and apart from each other, its content is where it should be, and equal data give equal
/// bytes.</summary>
public sealed class PlotTests
{
    private static readonly string[] Digits = [.. Enumerable.Range(0, 10).Select(digit => $"{digit}")];
    private static readonly DetectionReport Report = DetectionMetrics.Report(Pictures(), 10);

    public static TheoryData<string> Names =>
        ["results", "one epoch", "labels", "PR", "F1", "P", "R", "confusion", "sparsity", "sparsity, one epoch", "sparsity, large scales"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Texts_lie_on_the_sheet_and_apart_from_each_other(string name)
    {
        using var sheet = Draw(name);
        SheetTexts.RequireApart(sheet);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Equal_data_give_equal_bytes_and_letters_are_really_there(string name)
    {
        using var sheet = Draw(name);
        using var again = Draw(name);

        Assert.Equal(sheet.ToPng(), again.ToPng());
        foreach (var text in sheet.Texts.Where(text => text.Text.Any(char.IsLetterOrDigit)).Take(10))
        {
            // Somewhere in its rectangle the ink differs from the corner.
            var ground = sheet.ColorAt(text.Area.Left, text.Area.Top);
            var inked = Enumerable.Range(0, 40)
                .Any(step => sheet.ColorAt(text.Area.Left + (text.Area.Width * step / 40), text.Area.MidY) != ground);
            Assert.True(inked, $"'{text.Text}' is empty");
        }
    }

    [Fact]
    public void The_axis_of_one_epoch_names_that_epoch_alone()
    {
        using var sheet = Draw("one epoch");

        Assert.DoesNotContain(sheet.Texts, text => text.Text is "-1" or "−1");
    }

    [Fact]
    public void The_confusion_matrix_shows_truth_in_columns_and_predictions_in_rows()
    {
        // Every 3 is taken for an 8.
        var pictures = Enumerable.Range(0, 20).Select(_ => PictureEvaluation.Evaluate([new Detection(new Box(0, 0, 10, 20), .9f, 8)],
            [new LabelledBox(3, new Box(0, 0, 10, 20))])).ToArray();
        var matrix = ConfusionMatrix.Of(pictures, 10);
        using var sheet = ConfusionPlot.Draw(matrix, Digits);
        var grid = ConfusionPlot.GridAt(0);
        var cell = grid.Width / 11;

        Assert.Equal(20, matrix[8, 3]);
        var dark = Brightness(8, 3);
        Assert.True(dark < Brightness(3, 8) - 50, "row 8, column 3 should be the dark one");
        Assert.True(dark < Brightness(3, 3) - 50);

        int Brightness(int predicted, int actual)
        {
            var color = sheet.ColorAt(grid.Left + ((actual + .12f) * cell), grid.Top + ((predicted + .12f) * cell));
            return color.Red + color.Green + color.Blue;
        }
    }

    [Fact]
    public void The_ridges_of_many_epochs_are_at_most_twenty_and_show_where_the_scales_went()
    {
        using var sheet = Draw("sparsity");
        var values = sheet.Texts.Where(text => text.Text.EndsWith(" %", StringComparison.Ordinal)).ToList();

        Assert.Equal(20, values.Count);
        Assert.Contains(sheet.Texts, text => text.Text == "0");
        Assert.Contains(sheet.Texts, text => text.Text == "56");

        // Beside its value a ridge is inked where it stands, at a scale of 1 the first and near 0 the last; the axis is 42 bins long.
        Assert.True(IsInked(values[0], 0.99) && !IsInked(values[^1], 0.99), "the first ridge stands near 1, the last does not");
        Assert.True(IsInked(values[^1], 0.02), "the last ridge stands near 0");

        bool IsInked(PlacedText value, double scale)
        {
            var (left, right) = (24 + 62, sheet.Width - 24 - 84);
            var color = sheet.ColorAt((float)(left + scale / (42 * ScaleHistogram.Width) * (right - left)), value.Area.MidY);
            return color.Red < 180;
        }
    }

    private static Sheet Draw(string name) => name switch
    {
        "results" => ResultsPlot.Draw([.. Enumerable.Range(0, 40).Select(Epoch)]),
        "one epoch" => ResultsPlot.Draw([Epoch(0)]),
        "labels" => LabelsPlot.Draw(new DetectionDataset(
                    [
                        .. Enumerable
                            .Range(0, 50)
                            .Select(i => new DatasetEntry(
                                $"{i}.png",
                                100,
                                50,
                                [
                                    new LabelledBox(i % 10, new Box(10 + i, 10, 20 + i, 30)),
                                    new LabelledBox((i * 3) % 10, new Box(30, 10, 42, 32)),
                                ]
                            )),
                    ],
                    Digits,
                    []
                )
            ),
        "sparsity" => SparsityPlot.Draw([.. Enumerable.Range(0, 57).Select(epoch => Sparse(epoch, 57))]),
        "sparsity, one epoch" => SparsityPlot.Draw([Sparse(0, 1)]),
        "sparsity, large scales" => SparsityPlot.Draw([Epoch(0), .. Enumerable.Range(1, 3).Select(epoch => Sparse(epoch, 4, 2.5))]),
        "PR" => CurvePlot.PrecisionRecall(Report, Digits),
        "F1" => CurvePlot.F1(Report, Digits),
        "P" => CurvePlot.Precision(Report, Digits),
        "R" => CurvePlot.Recall(Report, Digits),
        _ => ConfusionPlot.Draw(Report.Confusion, Digits),
    };

    /// <summary>Scales around 1 that move down; more and more of them stay near zero.</summary>
    private static EpochRecord Sparse(int epoch, int epochs, double largest = 1.3)
    {
        var random = new Random(epoch);
        var counts = new int[ScaleHistogram.Bins + 1];
        var done = (epoch + 1.0) / epochs;
        for (var channel = 0; channel < 4000; channel++)
        {
            var scale = random.NextDouble() < 0.6 * done
                ? 0 : Math.Max((1 - 0.6 * done) + 0.12 * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5), 0);
            counts[(int)Math.Min(scale / ScaleHistogram.Width, ScaleHistogram.Bins)]++;
        }

        counts[(int)Math.Min(largest / ScaleHistogram.Width, ScaleHistogram.Bins)]++;
        return Epoch(epoch) with
        {
            ScaleHistogram = new ScaleHistogram(counts, largest),
            Scales = new ScaleQuantiles(0, 0.5, 1, 0.6 * done),
        };
    }

    private static EpochRecord Epoch(int epoch) => new()
    {
        Epoch = epoch,
        TrainingLoss = new LossValues(.1 / (epoch + 1), .02 / (epoch + 1), .06 / (epoch + 1)),
        ValidationLoss = new LossValues(.11 / (epoch + 1), .02, .06),
        Precision = epoch / 50.0,
        Recall = epoch / 60.0,
        MeanAveragePrecision50 = epoch / 45.0,
        MeanAveragePrecision = epoch / 80.0,
        LearningRates = [.01, .01, .01],
        TrainingSeconds = 1,
        ValidationSeconds = 1,
        PicturesPerSecond = 1,
        ResidentBytes = 1,
        LiveTensors = 1,
    };

    private static PictureEvaluation[] Pictures()
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, 120).Select(i =>
        {
            var box = new Box(10, 10, 30, 50);
            var truth = i % 10;
            var found = random.NextDouble() < .8 ? truth : random.Next(10);
            return PictureEvaluation.Evaluate(
                        [
                            new Detection(box, (float)random.NextDouble(), found),
                            new Detection(new Box(60, 10, 80, 50), (float)random.NextDouble() / 2, random.Next(10)),
                        ],
                        [new LabelledBox(truth, box)]
                    );
        })];
    }
}
