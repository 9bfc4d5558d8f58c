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
    public double CoverageAt(double accuracy) =>
        Curve.Where(point => point.Accuracy >= accuracy).Select(point => point.Coverage).DefaultIfEmpty(0).Max();

    /// <summary>How many of the pictures with labels had a number accepted.</summary>
    public int Accepted { get; init; }

    /// <summary>How many of those were read right.</summary>
    public int AcceptedRight { get; init; }

    /// <summary>What was read in pictures without labels.</summary>
    public FalseNumbers False { get; init; }

    /// <summary>How often numbers of one confidence were right: fifths of the scale from 0 to 1, those in which there are any.</summary>
    public IReadOnlyList<ReliabilityBand> Reliability { get; init; } = [];

    /// <summary>Holds what was read against the labels.</summary>
    /// <param name="numbers">
    /// A picture each: its label's digits in order (empty where there are none), what was read (empty for nothing), how confident the
    /// reader was, and whether it accepted it.
    /// </param>
    public static NumberAccuracy Of(IEnumerable<(string Label, string Read, float Confidence, bool IsAccepted)> numbers)
    {
        var all = numbers.ToLookup(number => number.Label.Length > 0);
        var labelled = all[true].OrderByDescending(number => number.Read.Length == 0 ? -1 : number.Confidence).ToList();
        var curve = new List<CoveragePoint>();
        var right = 0;
        for (var i = 0; i < labelled.Count; i++)
        {
            if (labelled[i].Read == labelled[i].Label) right++;
            // Numbers of one confidence are read or left together.
            if (i + 1 < labelled.Count && labelled[i + 1].Confidence == labelled[i].Confidence) continue;
            curve.Add(new CoveragePoint((double)(i + 1) / labelled.Count, (double)right / (i + 1), labelled[i].Confidence));
        }

        var read = labelled.Where(number => number.Read.Length > 0).ToList();
        var wrong = all[false].Where(number => number.Read.Length > 0).ToList();
        return new NumberAccuracy(labelled.Count, right, curve)
        {
            Accepted = read.Count(number => number.IsAccepted),
            AcceptedRight = read.Count(number => number.IsAccepted && number.Read == number.Label),
            False = new FalseNumbers(all[false].Count(), wrong.Count, wrong.Count(number => number.IsAccepted)),
            Reliability = [.. read
                .GroupBy(number => (int)Math.Min(number.Confidence * ReliabilityBand.Count, ReliabilityBand.Count - 1))
                .OrderBy(band => band.Key)
                .Select(band => new ReliabilityBand(
                    band.Count(),
                    band.Average(number => number.Confidence),
                    (double)band.Count(number => number.Read == number.Label) / band.Count()))],
        };
    }
}

/// <summary>What was read in pictures that have no number.</summary>
/// <param name="Pictures">How many there are.</param>
/// <param name="Read">In how many something was read.</param>
/// <param name="Accepted">In how many of them it was accepted.</param>
public readonly record struct FalseNumbers(int Pictures, int Read, int Accepted);

/// <summary>Numbers that were read with about the same confidence.</summary>
/// <param name="Numbers">How many.</param>
/// <param name="Confidence">Their mean confidence.</param>
/// <param name="Right">The share of them that is right.</param>
public readonly record struct ReliabilityBand(int Numbers, double Confidence, double Right)
{
    /// <summary>Into how many bands the scale is cut.</summary>
    public const int Count = 5;
}

/// <summary>A point of the curve of accuracy against coverage.</summary>
/// <param name="Coverage">The share of pictures whose number is read.</param>
/// <param name="Accuracy">The share of those that is right.</param>
/// <param name="Confidence">The least confidence that is read.</param>
internal readonly record struct CoveragePoint(double Coverage, double Accuracy, double Confidence);
