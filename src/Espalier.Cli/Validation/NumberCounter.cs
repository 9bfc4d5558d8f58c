using Espalier.Core;
using Espalier.Reports.Mistakes;
using Espalier.Training.Validation;
using Espalier.Vision;

namespace Espalier.Cli.Validation;

/// <summary>Reads the house number of every validated picture and holds it against its labels.</summary>
/// <param name="names">The network's classes; labels are counted as it counts them.</param>
/// <param name="calibration">What makes the network's confidence in a number, if anything does.</param>
/// <param name="keepDetections">Whether what was found is kept, to fit a reader's thresholds on (<see cref="Fit"/>).</param>
internal sealed class NumberCounter(IReadOnlyList<string> names, NumberCalibration? calibration, bool keepDetections)
{
    private readonly NumberReadingOptions _options = new() { Calibration = calibration };
    private readonly List<JudgedNumber> _numbers = [];
    private readonly List<LabelledNumber> _detections = [];

    /// <summary>Every picture's number.</summary>
    public IReadOnlyList<JudgedNumber> Numbers => _numbers;

    /// <summary>Takes a batch.</summary>
    public void Add(BatchValidated batch)
    {
        foreach (var picture in batch.Pictures)
        {
            var number = new JudgedNumber(picture.Source.Path, picture.Source.Labels,
                NumberReading.Written(picture.Source.Labels, names), NumberReading.Read(picture.Detections, names, _options));
            _numbers.Add(number);
            if (keepDetections) _detections.Add(new LabelledNumber(
                [.. picture.Detections.Where(found => found.Confidence >= _options.Suppression.Confidence)], number.Written));
        }
    }

    /// <summary>What came of it; null where the classes are no digits.</summary>
    public NumberAccuracy? Result(bool classesAreDigits) => classesAreDigits
        ? NumberAccuracy.Of(_numbers.Select(number => (number.Written, number.Read, number.Confidence, number.IsAccepted))) : null;

    /// <summary>What makes a confidence of the evidence for a number, by what was read here;
    /// in pictures without a number nothing is right.</summary>
    /// <exception cref="EspalierException">Too little was read to fit anything.</exception>
    public NumberCalibration FitConfidence() =>
        NumberCalibrationFitting.Fit([.. _numbers.Where(number => number.Numbers.Count > 0)
            .Select(number => (number.Numbers[0].Evidence, number.Read == number.Written))]);

    /// <summary>The thresholds that read most numbers right, and how many that are.</summary>
    public (NumberReadingOptions Options, int Right) Fit()
    {
        var options = NumberFitting.Fit(_detections, names);
        return (options, NumberFitting.Right(_detections, names, options));
    }
}
