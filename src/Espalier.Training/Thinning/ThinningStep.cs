using System.Text.Json.Serialization;
using static System.FormattableString;

namespace Espalier.Training.Thinning;

/// <summary>One of the networks of a thinning, judged and timed as the files that an application ships.</summary>
/// <param name="Number">0 for the dense network, then cut by cut.</param>
/// <param name="MultiplyAdds">Of its convolutions for a picture.</param>
/// <param name="Parameters">Trainable ones.</param>
/// <param name="Pictures">How many it was judged on.</param>
/// <param name="InFloat">Its file in float32.</param>
/// <param name="InInt8">Its file in int8; null where none was wanted.</param>
public sealed record ThinningStep(int Number, long MultiplyAdds, long Parameters, int Pictures, ThinnedFile InFloat, ThinnedFile? InInt8)
{
    /// <summary>Its name in reports.</summary>
    [JsonIgnore]
    public string Name => Number == 0 ? "dense" : Invariant($"cut {Number}");

    /// <summary>Its files.</summary>
    [JsonIgnore]
    public IEnumerable<ThinnedFile> Files => InInt8 is null ? [InFloat] : [InFloat, InInt8];

    /// <summary>Milliseconds of its faster file.</summary>
    [JsonIgnore]
    public double Milliseconds => Files.Min(file => file.Milliseconds);

    /// <summary>Milliseconds of the fastest of its files that lose no more than so many points of mAP50; there must be one.</summary>
    internal double Fastest(double lose) => Files.Where(file => file.Holds(lose)).Min(file => file.Milliseconds);
}

/// <summary>How good and how fast a file is.</summary>
/// <param name="IsInt8">Whether its convolutions are int8.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Milliseconds">
/// A picture alone in ONNX Runtime, in turns with the dense network's float file and told by that one's first measurement.
/// </param>
/// <param name="MeanAveragePrecision50">mAP50.</param>
/// <param name="ThanDense">mAP50 against the dense network's float file, with its interval.</param>
public sealed record ThinnedFile(bool IsInt8, long Bytes, double Milliseconds, double MeanAveragePrecision50, ReportedDifference ThanDense)
{
    /// <summary>Whether it loses no more than so many points of mAP50.</summary>
    public bool Holds(double points) => 100 * ThanDense.Value >= -points;
}
