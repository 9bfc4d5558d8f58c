using System.Globalization;
using Espalier.Vision;

namespace Espalier.DetectionLines;

/// <summary>Two lists of detections of the same pictures, held against each other.</summary>
/// <param name="Pictures">What came of each picture, by name.</param>
internal sealed record DetectionComparison(IReadOnlyList<PictureComparison> Pictures)
{
    /// <summary>What a confidence may differ by, and what an edge may, in pixels of the picture.</summary>
    public const float Tolerance = 1e-3f;

    /// <summary>Whether there is something to compare and all of it agrees.</summary>
    public bool Same => Pictures.Count > 0 && Pictures.All(picture => picture.Same);

    /// <summary>Compares.</summary>
    /// <remarks>Of one picture and class, each detection of the first list takes the nearest box that is left of the second.</remarks>
    public static DetectionComparison Of(IReadOnlyList<DetectionLine> first, IReadOnlyList<DetectionLine> second)
    {
        var names = first.Concat(second).Select(line => line.Picture).Distinct().Order(StringComparer.Ordinal);
        return new DetectionComparison([.. names.Select(name => Compare(name, OfPicture(first, name), OfPicture(second, name)))]);
    }

    /// <summary>A table, and the verdict.</summary>
    public override string ToString()
    {
        var pairs = Pictures.Sum(picture => picture.Pairs);
        var verdict = string.Create(
            CultureInfo.InvariantCulture,
            $"{(Same ? "same" : "DIFFERENT")}: {pairs} pairs; {Tolerance} is allowed in confidence and in an edge's pixels");
        const string Heads = "picture               first  second  pairs  confidence    edge, px";
        return string.Join('\n', [Heads, .. Pictures.Select(picture => picture.ToString()), verdict]);
    }

    private static List<DetectionLine> OfPicture(IEnumerable<DetectionLine> lines, string name)
        => [.. lines.Where(line => line.Picture == name)];

    private static PictureComparison Compare(string name, List<DetectionLine> first, List<DetectionLine> second)
    {
        var left = new List<DetectionLine>(second);
        var result = new PictureComparison(name, first.Count, second.Count, 0, 0, 0);
        foreach (var mine in first)
        {
            var (box, confidence, label) = mine.Detection;
            var other = left.Where(line => line.Detection.Class == label).MinBy(line => Distance(line.Detection.Box, box));
            if (other is null) continue;
            left.Remove(other);
            result = result with
            {
                Pairs = result.Pairs + 1,
                Confidence = Math.Max(result.Confidence, Math.Abs(other.Detection.Confidence - confidence)),
                Edge = Math.Max(result.Edge, Distance(other.Detection.Box, box)),
            };
        }

        return result;
    }

    private static float Distance(Box one, Box other) => Math.Max(
        Math.Max(Math.Abs(one.Left - other.Left), Math.Abs(one.Top - other.Top)),
        Math.Max(Math.Abs(one.Right - other.Right), Math.Abs(one.Bottom - other.Bottom)));
}

/// <summary>What came of one picture.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="First">Detections of the first list.</param>
/// <param name="Second">Detections of the second.</param>
/// <param name="Pairs">How many of the first have a partner of their class in the second.</param>
/// <param name="Confidence">The largest difference of a pair's confidences.</param>
/// <param name="Edge">The largest difference of a pair's edges in pixels.</param>
internal sealed record PictureComparison(string Name, int First, int Second, int Pairs, float Confidence, float Edge)
{
    // Comparisons that a number which is none fails.
    public bool Same => Pairs == First && Pairs == Second
        && Confidence <= DetectionComparison.Tolerance && Edge <= DetectionComparison.Tolerance;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Name,-20} {First,6} {Second,7} {Pairs,6}  {Confidence,10:0.0e+0} {Edge,11:0.0e+0}");
}
