using System.Diagnostics;
using Espalier.Datasets;
using Espalier.Training.Execution;
using Espalier.Training.Losses;
using Espalier.Vision;
using static TorchSharp.torch;

namespace Espalier.Training.Runs;

/// <summary>Judges a network on labelled pictures: boxes are brought back to each photo's own pixels before they are matched.</summary>
/// <param name="network">In evaluation mode; folded or not.</param>
/// <param name="loss">Where the losses are wanted too.</param>
/// <param name="suppression">Which detections count; YOLOv5 validates at confidence .001 and IoU .6, every class over the threshold.</param>
public sealed class Validator(ExecutableNetwork network, DetectionLoss? loss = null, NmsOptions? suppression = null)
{
    private readonly NmsOptions _suppression = suppression ?? NmsOptions.ForValidation;

    /// <summary>Runs over all batches of a loader.</summary>
    /// <param name="loader">The pictures.</param>
    /// <param name="classCount">How many classes the data have.</param>
    /// <param name="progress">Told batches done and in all.</param>
    /// <param name="cancellationToken">Ends it between batches.</param>
    public ValidationOutcome Run(ValidationLoader loader, int classCount, Action<int, int>? progress = null, CancellationToken cancellationToken = default)
    {
        var evaluations = new List<PictureEvaluation>(loader.PictureCount);
        var clocks = (Network: new Stopwatch(), Suppression: new Stopwatch(), Total: Stopwatch.StartNew());
        var losses = default(LossValues);
        var (batches, pictures) = (0, 0);
        foreach (var batch in loader.Batches(cancellationToken))
        {
            clocks.Network.Start();
            var predictions = Predict(batch, ref losses);
            clocks.Network.Stop();
            clocks.Suppression.Start();
            Judge(batch, predictions, evaluations);
            clocks.Suppression.Stop();
            pictures += batch.Count;
            progress?.Invoke(++batches, loader.BatchCount);
        }

        if (pictures == 0) throw new EspalierException("None of the validation pictures could be read.");
        var timing = new ValidationTiming(PerPicture(clocks.Network), PerPicture(clocks.Suppression), PerPicture(clocks.Total));
        return new ValidationOutcome(DetectionMetrics.Report(evaluations, classCount), evaluations, loss is null ? null : losses / batches, timing);

        double PerPicture(Stopwatch clock) => clock.Elapsed.TotalMilliseconds / pictures;
    }

    /// <summary>(batch × predictions × (5 + classes)) values; adds the batch's losses.</summary>
    private float[] Predict(Batch batch, ref LossValues losses)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var heads = network.ForwardHeads(BatchUpload.ToTensor(batch, network.Device));
        if (loss is not null)
        {
            losses += LossValues.Of(loss.Compute(heads, batch.Targets));
        }

        return network.Decode(heads).cpu().contiguous().data<float>().ToArray();
    }

    private void Judge(Batch batch, float[] predictions, List<PictureEvaluation> evaluations)
    {
        var length = predictions.Length / batch.Count;
        for (var i = 0; i < batch.Count; i++)
        {
            var source = batch.Sources[i];
            var found = NonMaximumSuppression.Suppress(predictions.AsSpan(i * length, length), network.Graph.Classes, _suppression);
            for (var j = 0; j < found.Length; j++) found[j] = found[j] with { Box = source.ToOriginal(found[j].Box) };
            evaluations.Add(PictureEvaluation.Evaluate(found, source.Labels));
        }
    }
}
