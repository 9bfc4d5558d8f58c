using System.Diagnostics;
using Espalier.Core;
using Espalier.Datasets;
using Espalier.Training.Prediction;
using Espalier.Training.Validation;
using Espalier.Vision;

namespace Espalier.Pipelines.Validation;

/// <summary>Judges what a reader finds on whole photos: a detector that looks twice (<see cref="SecondLook"/>), picture by picture.</summary>
public static class SecondLookValidation
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
        var (loader, dataset) = request.Load(network, name, note, cancellationToken);
        var twice = new SecondLook(detector);
        var evaluations = new List<PictureEvaluation>();
        var (looking, suppressing, total) = (TimeSpan.Zero, TimeSpan.Zero, Stopwatch.StartNew());
        var batches = 0;
        foreach (var batch in loader.Batches(cancellationToken))
        {
            ValidatedPicture[] found = [.. batch.Sources.Take(batch.Count).Select(Look)];
            evaluations.AddRange(found.Select(picture => picture.Evaluation));
            judged?.Invoke(new BatchValidated(++batches, loader.BatchCount, found));
        }

        if (evaluations.Count == 0) throw new EspalierException("None of the validation pictures could be read.");
        var timing = new ValidationTiming(PerPicture(looking), PerPicture(suppressing), PerPicture(total.Elapsed));
        return (new ValidationOutcome(DetectionMetrics.Report(evaluations, network.Classes), evaluations, null, timing), dataset);

        ValidatedPicture Look(BatchSource source)
        {
            var found = twice.Detect(PictureReader.Read(source.Path), out var times);
            (looking, suppressing) = (looking + times.Network, suppressing + times.Suppression);
            return new ValidatedPicture(source, found, PictureEvaluation.Evaluate(found, source.Labels));
        }

        double PerPicture(TimeSpan time) => time.TotalMilliseconds / evaluations.Count;
    }
}
