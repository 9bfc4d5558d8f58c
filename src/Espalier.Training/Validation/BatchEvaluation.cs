using Espalier.Core.Options;
using Espalier.Datasets;
using Espalier.Vision;

namespace Espalier.Training.Validation;

/// <summary>Holds a batch's predictions against its labels: suppression, boxes back to each photo's own pixels, matching.</summary>
internal static class BatchEvaluation
{
    /// <summary>What became of each picture, in the batch's order.</summary>
    /// <param name="batch">The pictures and their labels.</param>
    /// <param name="predictions">(count, predictions, 5 + classes).</param>
    /// <param name="classes">How many classes.</param>
    /// <param name="suppression">Which detections count.</param>
    public static IEnumerable<ValidatedPicture> Evaluate(Batch batch, float[] predictions, int classes, NmsOptions suppression)
    {
        var length = predictions.Length / Math.Max(batch.Count, 1);
        for (var i = 0; i < batch.Count; i++)
        {
            var source = batch.Sources[i];
            var found = NonMaximumSuppression.Suppress(predictions.AsSpan(i * length, length), classes, suppression);
            for (var j = 0; j < found.Length; j++) found[j] = found[j] with { Box = source.ToOriginal(found[j].Box) };
            yield return new ValidatedPicture(source, found, PictureEvaluation.Evaluate(found, source.Labels));
        }
    }
}
