using Espalier.Training.Runs;
using Espalier.Vision;

namespace Espalier.Cli.Validation;

/// <summary>Reads the house number of every validated picture and holds it against its labels, which stand in reading order.</summary>
internal sealed class NumberCounter
{
    /// <summary>How many classes a network of digits has.</summary>
    public const int Digits = 10;

    // Classes are digits by their names, in whatever order; what is read and what is labelled are compared class by class.
    private static readonly string[] Letters = [.. Enumerable.Range(0, Digits).Select(index => ((char)('0' + index)).ToString())];

    private readonly List<(string Label, string Read, float Confidence)> _numbers = [];

    /// <summary>Takes a batch.</summary>
    public void Add(BatchValidated batch)
    {
        foreach (var picture in batch.Pictures)
        {
            var number = NumberReading.Read(picture.Detections, Letters) is [var first, ..] ? first : null;
            _numbers.Add((string.Concat(picture.Source.Labels.Select(label => Letters[label.Class])), number?.Text ?? "", number?.Confidence ?? 0));
        }
    }

    /// <summary>What came of it; null where the classes are no digits.</summary>
    public NumberAccuracy? Result(bool classesAreDigits) => classesAreDigits ? NumberAccuracy.Of(_numbers) : null;
}
