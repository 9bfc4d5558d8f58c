using Espalier.Reports.Drawing;
using Espalier.Reports.Mistakes;
using Espalier.Reports.Photos;
using Espalier.Reports.Plots;
using Espalier.Vision;

namespace Espalier.Reports;

/// <summary>The pictures of one validation: four curves, the confusion matrix,
/// batches as labelled and as predicted, the worst mistakes.</summary>
internal static class ValidationPictures
{
    /// <summary>Writes all of them. What cannot be drawn or written is a note.</summary>
    /// <param name="folder">Where to; made if need be.</param>
    /// <param name="report">What the validation found.</param>
    /// <param name="collector">Was told of all its batches.</param>
    /// <param name="classNames">The names of classes 0, 1, ….</param>
    /// <param name="note">Told what could not be drawn.</param>
    public static void Write(string folder, DetectionReport report, ValidationCollector collector, IReadOnlyList<string> classNames,
        Action<string> note)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(collector);
        PictureFile.Write(At("PR_curve.png"), note, () => CurvePlot.PrecisionRecall(report, classNames));
        PictureFile.Write(At("F1_curve.png"), note, () => CurvePlot.F1(report, classNames));
        PictureFile.Write(At("P_curve.png"), note, () => CurvePlot.Precision(report, classNames));
        PictureFile.Write(At("R_curve.png"), note, () => CurvePlot.Recall(report, classNames));
        PictureFile.Write(At("confusion_matrix.png"), note, () => ConfusionPlot.Draw(report.Confusion, classNames));
        for (var number = 0; number < collector.Batches.Count; number++) WriteBatch(collector.Batches[number], number);
        PictureFile.Write(At("worst_mistakes.png"), note, () => MistakeSheet.Draw(collector.Worst, classNames));

        string At(string name) => Path.Combine(folder, name);

        void WriteBatch(IReadOnlyList<JudgedPhoto> photos, int number) => PictureFile.Try($"Validation batch {number}", note, () =>
        {
            var (labels, predictions) = ValidationBatchSheets.Draw(photos, number, classNames);
            PictureFile.Write(At($"val_batch{number}_labels.png"), note, () => labels);
            PictureFile.Write(At($"val_batch{number}_pred.png"), note, () => predictions);
        });
    }
}
