using System.Diagnostics;
using Espalier.Core;
using Espalier.Datasets;
using Espalier.Training.Prediction;
using Espalier.Vision;

namespace Espalier.Training.Validation;

/// <summary>Judges a network on labelled pictures: boxes are brought back to each photo's own pixels before they are matched.</summary>
/// <param name="network">The network.</param>
/// <param name="suppression">
/// Which detections count; YOLOv5 validates at confidence .001 and IoU .6, every class over the threshold.
/// </param>
public sealed class Validator(IPredictionNetwork network, NmsOptions? suppression = null)
{
    private readonly NmsOptions _suppression = network.Suppressing(suppression ?? NmsOptions.ForValidation);

    /// <summary>Runs over all batches of a loader.</summary>
    /// <param name="loader">The pictures.</param>
    /// <param name="classCount">How many classes the data have.</param>
    /// <param name="judged">Told of each batch and of what was found on its pictures.</param>
    /// <param name="cancellationToken">Ends it between batches.</param>
    public ValidationOutcome Run(ValidationLoader loader, int classCount, Action<BatchValidated>? judged = null, CancellationToken cancellationToken = default)
    {
        var evaluations = new List<PictureEvaluation>(loader.PictureCount);
        var clocks = (Network: new Stopwatch(), Suppression: new Stopwatch(), Total: Stopwatch.StartNew());
        var (batches, pictures) = (0, 0);
        foreach (var batch in loader.Batches(cancellationToken))
        {
            clocks.Network.Start();
            var predictions = network.Predict(batch);
            clocks.Network.Stop();
            clocks.Suppression.Start();
            ValidatedPicture[] found = [.. BatchEvaluation.Evaluate(batch, predictions, network.Classes, _suppression)];
            evaluations.AddRange(found.Select(picture => picture.Evaluation));
            clocks.Suppression.Stop();
            pictures += batch.Count;
            judged?.Invoke(new BatchValidated(++batches, loader.BatchCount, found));
        }

        if (pictures == 0) throw new EspalierException("None of the validation pictures could be read.");
        var timing = new ValidationTiming(PerPicture(clocks.Network), PerPicture(clocks.Suppression), PerPicture(clocks.Total));
        return new ValidationOutcome(DetectionMetrics.Report(evaluations, classCount), evaluations, null, timing);

        double PerPicture(Stopwatch clock) => clock.Elapsed.TotalMilliseconds / pictures;
    }
}
