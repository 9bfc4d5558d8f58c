using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Datasets.Loading;
using Espalier.Training.Prediction;
using Espalier.Vision;

namespace Espalier.Training.Validation;

/// <summary>How far two networks' predictions for the same pictures lie apart.</summary>
/// <param name="Output">Which part of a prediction: boxes in pixels, objectness, or class probabilities.</param>
/// <param name="Largest">The largest absolute difference.</param>
/// <param name="LargestRelative">The largest difference, relative to the first network's value where that is above 1.</param>
/// <param name="Mean">The mean absolute difference.</param>
public sealed record OutputDifference(string Output, double Largest, double LargestRelative, double Mean);

/// <summary>What two networks make of the same labelled pictures.</summary>
/// <param name="First">The first network's report.</param>
/// <param name="Second">The second's.</param>
/// <param name="Differences">Prediction by prediction; empty where the two predict at different places.</param>
/// <param name="MeanAveragePrecision50">The difference in mAP50, with its interval by paired bootstrap.</param>
public sealed record NetworkComparison(
    DetectionReport First, DetectionReport Second, IReadOnlyList<OutputDifference> Differences, BootstrapComparison MeanAveragePrecision50)
{
    /// <summary>Gives both networks every batch of a loader.</summary>
    /// <param name="first">One network.</param>
    /// <param name="second">Another with the same classes, in whatever order.</param>
    /// <param name="loader">The pictures; their size must suit both networks.</param>
    /// <param name="suppression">Which detections count.</param>
    /// <param name="resamples">Resamples of the bootstrap.</param>
    /// <param name="progress">Told batches done and in all.</param>
    /// <param name="cancellationToken">Ends it between batches.</param>
    /// <exception cref="EspalierException">The classes differ, or no picture can be read.</exception>
    internal static NetworkComparison Run(
        IPredictionNetwork first, IPredictionNetwork second, ValidationLoader loader, NmsOptions suppression,
        int resamples = PairedBootstrap.DefaultResamples, Action<int, int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(loader);
        if (first.Classes != second.Classes) throw new EspalierException(
            $"The two models cannot be compared: one knows {first.Classes} classes, the other {second.Classes}.");
        var places = ClassOrder.Places(first.ClassNames, second.ClassNames, "the first model", "the second");
        var (one, other) = (new List<PictureEvaluation>(), new List<PictureEvaluation>());
        var differences = new DifferenceCounter(first.Classes);
        var batches = 0;
        foreach (var batch in loader.Batches(cancellationToken))
        {
            var (expected, actual) = (first.Predict(batch), InOrder(second.Predict(batch), places));
            differences.Add(expected, actual);
            one.AddRange(BatchEvaluation.Evaluate(batch, expected, first.Classes, first.Suppressing(suppression))
                .Select(picture => picture.Evaluation));
            other.AddRange(BatchEvaluation.Evaluate(batch, actual, second.Classes, second.Suppressing(suppression))
                .Select(picture => picture.Evaluation));
            progress?.Invoke(++batches, loader.BatchCount);
        }

        if (one.Count == 0) throw new EspalierException("None of the pictures could be read.");
        return new NetworkComparison(
            DetectionMetrics.Report(one, first.Classes), DetectionMetrics.Report(other, second.Classes), differences.Result(),
            PairedBootstrap.MeanAveragePrecision50(one, other, first.Classes, resamples));
    }

    /// <summary>Predictions with the class columns at their places in another order.</summary>
    private static float[] InOrder(float[] predictions, int[]? places)
    {
        if (places is null) return predictions;
        const int Before = NonMaximumSuppression.BoxAndObjectness;
        var ordered = (float[])predictions.Clone();
        var columns = Before + places.Length;
        for (var row = 0; row < ordered.Length; row += columns)
        {
            for (var index = 0; index < places.Length; index++) ordered[row + Before + index] = predictions[row + Before + places[index]];
        }

        return ordered;
    }

    /// <summary>Sums up differences, part by part of a prediction.</summary>
    private sealed class DifferenceCounter(int classes)
    {
        private static readonly string[] Parts = ["box (pixels)", "objectness", "class probability"];
        private readonly double[] _largest = new double[Parts.Length];
        private readonly double[] _relative = new double[Parts.Length];
        private readonly double[] _sum = new double[Parts.Length];
        private readonly long[] _count = new long[Parts.Length];
        private bool _comparable = true;

        public void Add(float[] expected, float[] actual)
        {
            _comparable &= expected.Length == actual.Length;
            if (!_comparable) return;
            var columns = classes + NonMaximumSuppression.BoxAndObjectness;
            for (var i = 0; i < expected.Length; i++)
            {
                var part = (i % columns) switch { < 4 => 0, 4 => 1, _ => 2 };
                var difference = Math.Abs((double)expected[i] - actual[i]);
                _largest[part] = Math.Max(_largest[part], difference);
                _relative[part] = Math.Max(_relative[part], difference / Math.Max(1, Math.Abs(expected[i])));
                _sum[part] += difference;
                _count[part]++;
            }
        }

        public OutputDifference[] Result() => !_comparable
            ? []
            : [.. Parts.Select((part, i) => new OutputDifference(part, _largest[i], _relative[i], _sum[i] / Math.Max(_count[i], 1)))];
    }
}
