using System.Diagnostics;
using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Datasets;
using Espalier.Datasets.Loading;
using Espalier.Training.Prediction;
using Espalier.Vision;

namespace Espalier.Training.Validation;

/// <summary>Judges a network on labelled pictures: boxes are brought back to each photo's own pixels before they are matched.</summary>
/// <param name="network">The network.</param>
/// <param name="suppression">
/// Which detections count; YOLOv5 validates at confidence .001 and IoU .6, every class over the threshold.
/// </param>
internal sealed class Validator(IPredictionNetwork network, NmsOptions? suppression = null)
{
    private readonly NmsOptions _suppression = network.Suppressing(suppression ?? NmsOptions.ForValidation);

    /// <summary>Runs over all batches of a loader.</summary>
    /// <param name="loader">The pictures.</param>
    /// <param name="classCount">How many classes the data have.</param>
    /// <param name="judged">Told of each batch and of what was found on its pictures.</param>
    /// <param name="cancellationToken">Ends it between batches.</param>
    public ValidationOutcome Run(ValidationLoader loader, int classCount, Action<BatchValidated>? judged = null,
        CancellationToken cancellationToken = default)
    {
        return Run(loader, classCount, Judge, judged, cancellationToken);

        JudgedBatch Judge(Batch batch)
        {
            var start = Stopwatch.GetTimestamp();
            var predictions = network.Predict(batch);
            var predicted = Stopwatch.GetTimestamp();
            ValidatedPicture[] found = [.. BatchEvaluation.Evaluate(batch, predictions, network.Classes, _suppression)];
            return new JudgedBatch(found, Stopwatch.GetElapsedTime(start, predicted), Stopwatch.GetElapsedTime(predicted));
        }
    }

    /// <inheritdoc cref="Run(ValidationLoader, int, Action{BatchValidated}?, CancellationToken)"/>
    /// <param name="loader"/><param name="classCount"/><param name="judged"/><param name="cancellationToken"/>
    /// <param name="judge">Finds what is on a batch's pictures and holds it against their labels.</param>
    internal static ValidationOutcome Run(ValidationLoader loader, int classCount, Func<Batch, JudgedBatch> judge,
        Action<BatchValidated>? judged, CancellationToken cancellationToken)
    {
        var evaluations = new List<PictureEvaluation>(loader.PictureCount);
        var (network, suppression, total, batches) = (TimeSpan.Zero, TimeSpan.Zero, Stopwatch.StartNew(), 0);
        foreach (var batch in loader.Batches(cancellationToken))
        {
            var found = judge(batch);
            (network, suppression) = (network + found.Network, suppression + found.Suppression);
            evaluations.AddRange(found.Pictures.Select(picture => picture.Evaluation));
            judged?.Invoke(new BatchValidated(++batches, loader.BatchCount, found.Pictures));
        }

        if (evaluations.Count == 0) throw new EspalierException("None of the validation pictures could be read.");
        var timing = new ValidationTiming(PerPicture(network), PerPicture(suppression), PerPicture(total.Elapsed));
        return new ValidationOutcome(DetectionMetrics.Report(evaluations, classCount), evaluations, null, timing);

        double PerPicture(TimeSpan time) => time.TotalMilliseconds / evaluations.Count;
    }
}

/// <summary>A batch held against its labels.</summary>
/// <param name="Pictures">What was found on each.</param>
/// <param name="Network">How long the network computed, decoding of boxes included.</param>
/// <param name="Suppression">How long suppression and matching took.</param>
internal sealed record JudgedBatch(ValidatedPicture[] Pictures, TimeSpan Network, TimeSpan Suppression);
