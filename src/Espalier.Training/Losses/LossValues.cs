namespace Espalier.Training.Losses;

/// <summary>The three parts of the detection loss, each with its gain, averaged over pictures.</summary>
/// <param name="Box">1 − CIoU.</param>
/// <param name="Objectness">Binary cross-entropy of the objectness.</param>
/// <param name="Class">Binary cross-entropy of the classes.</param>
public readonly record struct LossValues(double Box, double Objectness, double Class)
{
    /// <summary>Whether all three are numbers.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsFinite => double.IsFinite(Box) && double.IsFinite(Objectness) && double.IsFinite(Class);

    /// <summary>The sum of two batches' losses.</summary>
    public static LossValues operator +(LossValues first, LossValues second) =>
        new(first.Box + second.Box, first.Objectness + second.Objectness, first.Class + second.Class);

    /// <summary>Losses divided by a number of batches.</summary>
    public static LossValues operator /(LossValues sum, int batches) =>
        new(sum.Box / batches, sum.Objectness / batches, sum.Class / batches);

    /// <summary>A batch's losses as numbers.</summary>
    internal static LossValues Of(LossResult result) =>
        new(result.Box.item<float>(), result.Objectness.item<float>(), result.Class.item<float>());
}
