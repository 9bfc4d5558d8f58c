using Espalier.Core;
using Espalier.Datasets;
using Espalier.Training.Prediction;
using Espalier.Training.Validation;
using Espalier.Vision;

namespace Espalier.Pipelines.Validation;

/// <summary>Judges what a reader finds on whole photos:
/// a detector that looks twice (<see cref="SecondLook"/>), picture by picture.</summary>
internal static class SecondLookValidation
{
    /// <summary>Runs over a request's photos.</summary>
    /// <param name="request">On which photos, and which detections count.</param>
    /// <param name="network">The detector's network, by whose classes and size the photos are opened.</param>
    /// <param name="detector">What looks; with the request's own suppression.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="judged">Told of each batch and of what was found on its pictures.</param>
    /// <param name="note">Told of photos and labels that are left out.</param>
    /// <param name="cancellationToken">Ends it between batches.</param>
    /// <exception cref="EspalierException">The data cannot be used, or their classes are not the network's.</exception>
    public static (ValidationOutcome Outcome, DetectionDataset Dataset) Run(
        ValidationRequest request, IPredictionNetwork network, IPictureDetector detector, string name,
        Action<BatchValidated>? judged = null, Action<string>? note = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(detector);
        var (loader, dataset) = request.Load(network, name, note, cancellationToken: cancellationToken);
        var twice = new SecondLook(detector);
        var outcome = Validator.Run(loader, network.Classes, Look, judged, cancellationToken);
        return (outcome, dataset);

        JudgedBatch Look(Batch batch)
        {
            var (looking, suppressing) = (TimeSpan.Zero, TimeSpan.Zero);
            ValidatedPicture[] found = [.. batch.Sources.Take(batch.Count).Select(source =>
            {
                var detections = twice.Detect(PictureReader.Read(source.Path), out var times);
                (looking, suppressing) = (looking + times.Network, suppressing + times.Suppression);
                return new ValidatedPicture(source, detections, PictureEvaluation.Evaluate(detections, source.Labels));
            })];
            return new JudgedBatch(found, looking, suppressing);
        }
    }
}
