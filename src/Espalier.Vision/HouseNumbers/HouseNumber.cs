using System.Text.Json.Serialization;

namespace Espalier.Vision;

/// <summary>A house number that was read in a picture.</summary>
/// <param name="Text">Its digits in reading order: line by line from above, from left to right within a line; then its letter, where the
/// detector knows letters.</param>
/// <param name="Confidence">
/// 0…1. With a <see cref="NumberCalibration"/>, as the detector that comes along has one: about how often numbers of such confidence are
/// right, whole. Without: the product of its digits' confidences.
/// </param>
/// <param name="Box">The smallest box around its digits.</param>
/// <param name="Lines">Its digits and its letter, line by line.</param>
public sealed record HouseNumber(string Text, float Confidence, Box Box, IReadOnlyList<IReadOnlyList<ReadDigit>> Lines)
{
    /// <summary>Whether it is confident enough to be taken as read (<see cref="NumberReadingOptions.Acceptance"/>); otherwise it is a
    /// best guess at what cannot be read.</summary>
    public bool IsAccepted { get; init; } = true;

    /// <summary>What its confidence is made of, where there is a calibration.</summary>
    public NumberEvidence Evidence { get; init; }

    /// <summary>All digits in reading order.</summary>
    [JsonIgnore]
    public IEnumerable<ReadDigit> Digits => Lines.SelectMany(line => line);

    /// <summary>The same as detections, for drawing.</summary>
    [JsonIgnore]
    public IEnumerable<Detection> Detections => Digits.Select(digit => new Detection(digit.Box, digit.Confidence, digit.Class));

    /// <summary>Such as <c>52 (0.87) at 12.5,30 – 48,96</c>.</summary>
    public override string ToString() => Invariant($"{Text} ({Confidence:0.00}) at {Box}");
}
