namespace Espalier.Vision;

/// <summary>One cell's increment of a <see cref="ConfusionMatrix"/>.</summary>
/// <param name="Predicted">The detected class, or <see cref="Background"/> where a label was missed.</param>
/// <param name="Actual">The labelled class, or <see cref="Background"/> where nothing is labelled.</param>
public readonly record struct ConfusionEntry(int Predicted, int Actual)
{
    /// <summary>Stands for "nothing there".</summary>
    public const int Background = -1;
}
