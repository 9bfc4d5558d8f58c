namespace Espalier.Vision;

/// <summary>What speaks for a number that was read, and against it: of this a <see cref="NumberCalibration"/> makes a confidence.</summary>
/// <param name="Digits">The mean log odds of its digits' confidences.</param>
/// <param name="Alternative">The largest share that a digit's best alternative has of the two's confidence, 0…0.5;
/// 0 where no digit has one.</param>
/// <param name="LeftOut">The log odds of the most confident detection beside it that was too doubtful to be a digit of it; of <see
/// cref="LeastConfidence"/> where there is none.</param>
/// <param name="IsSingle">Whether it is one digit alone, as clutter most often is.</param>
/// <param name="Gap">The widest gap between neighbours of a line, in heights of the larger of them; 0 where they touch. A stroke may stand
/// in a wide one, or a digit that nobody saw, or another number begin behind it.</param>
public readonly record struct NumberEvidence(double Digits, double Alternative, double LeftOut, bool IsSingle, double Gap)
{
    /// <summary>Confidences count as at least so much, and at most as far from 1.</summary>
    public const float LeastConfidence = 0.01f;

    // Beside it as two digits of a number stand: NumberReadingOptions' standards, in heights of the larger, and its ratio of heights.
    private const float Across = 0.9f, Down = 0.45f, LargestRatio = 1.8f;

    /// <summary>Of a number's lines of digits and of what was found and not taken for a digit.</summary>
    internal static NumberEvidence Of(IReadOnlyList<List<ReadDigit>> lines, Box box, IEnumerable<Detection> leftOut)
    {
        var digits = lines.SelectMany(line => line).ToList();
        var height = digits.Average(digit => digit.Box.Height);
        var beside = leftOut.Where(detection => IsBeside(detection.Box, box, height)).Select(detection => detection.Confidence)
            .DefaultIfEmpty(0).Max();
        return new NumberEvidence(
            digits.Average(digit => LogOdds(digit.Confidence)),
            digits.Max(digit => digit.Alternatives is [var best, ..]
                ? best.Confidence / Math.Max(best.Confidence + digit.Confidence, LeastConfidence) : 0),
            LogOdds(beside),
            digits.Count == 1,
            lines.SelectMany(NumberReading.Gaps).DefaultIfEmpty(0).Max());
    }

    /// <summary>In the order in which a calibration weighs them.</summary>
    internal double[] ToArray() => [Digits, Alternative, LeftOut, IsSingle ? 1 : 0, Gap];

    private static bool IsBeside(Box one, Box number, float height)
    {
        var taller = Math.Max(one.Height, height);
        if (taller > LargestRatio * Math.Min(one.Height, height)) return false;
        return Math.Max(one.Left - number.Right, number.Left - one.Right) <= Across * taller
            && Math.Max(one.Top - number.Bottom, number.Top - one.Bottom) <= Down * taller;
    }

    private static double LogOdds(float confidence)
    {
        var likely = Math.Clamp(confidence, LeastConfidence, 1 - LeastConfidence);
        return Math.Log(likely / (1 - likely));
    }
}
