using System.Text.Json.Serialization;

namespace Espalier.Cli.Prediction;

/// <summary>What was found in one picture, as <c>--json</c> prints it.</summary>
internal sealed record PredictedPicture(string Path, int Width, int Height, IReadOnlyList<PredictedObject> Detections)
{
    /// <summary>When it is shown; only of a video's frame.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Seconds { get; init; }
}

/// <summary>One object: its box in pixels of the picture as left, top, right, bottom.</summary>
internal sealed record PredictedObject(int Class, string Name, double Confidence, double[] Box);
