namespace Espalier.Vision;

/// <summary>How often whole house numbers are read right, and how often if the doubtful ones are left unread.</summary>
/// <param name="Pictures">Pictures with labels; those without do not count.</param>
/// <param name="Right">Those whose number was read right, digit by digit in order.</param>
/// <param name="Curve">From reading only the most confident numbers to reading all: a point a picture.</param>
internal sealed record NumberAccuracy(int Pictures, int Right, IReadOnlyList<CoveragePoint> Curve)
{
    /// <summary>The share that was read right; 0 without pictures.</summary>
    public double Accuracy => Pictures == 0 ? 0 : (double)Right / Pictures;

    /// <summary>The largest share of pictures that can be read with at least an accuracy; 0 where none can.</summary>
    /// <param name="accuracy">0…1.</param>
    public double CoverageAt(double accuracy) => Curve.Where(point => point.Accuracy >= accuracy).Select(point => point.Coverage).DefaultIfEmpty(0).Max();

    /// <summary>Holds what was read against the labels.</summary>
    /// <param name="numbers">A picture each: its label's digits in order (empty where there are none), what was read (empty for nothing), and how confident the reader was.</param>
    public static NumberAccuracy Of(IEnumerable<(string Label, string Read, float Confidence)> numbers)
    {
        var labelled = numbers.Where(number => number.Label.Length > 0).OrderByDescending(number => number.Read.Length == 0 ? -1 : number.Confidence).ToList();
        var curve = new List<CoveragePoint>();
        var right = 0;
        for (var i = 0; i < labelled.Count; i++)
        {
            if (labelled[i].Read == labelled[i].Label) right++;
            // Numbers of one confidence are read or left together.
            if (i + 1 < labelled.Count && labelled[i + 1].Confidence == labelled[i].Confidence) continue;
            curve.Add(new CoveragePoint((double)(i + 1) / labelled.Count, (double)right / (i + 1), labelled[i].Confidence));
        }

        return new NumberAccuracy(labelled.Count, right, curve);
    }
}

/// <summary>A point of the curve of accuracy against coverage.</summary>
/// <param name="Coverage">The share of pictures whose number is read.</param>
/// <param name="Accuracy">The share of those that is right.</param>
/// <param name="Confidence">The least confidence that is read.</param>
internal readonly record struct CoveragePoint(double Coverage, double Accuracy, double Confidence);
