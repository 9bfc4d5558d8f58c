using System.Globalization;

namespace Espalier.Networks;

/// <summary>The shape of one picture's tensor, without the batch.</summary>
/// <param name="Channels">Channels; 1 for the decoded output.</param>
/// <param name="Height">Rows; of the decoded output, predictions.</param>
/// <param name="Width">Columns; of the decoded output, 5 + classes.</param>
public readonly record struct TensorShape(int Channels, int Height, int Width)
{
    /// <summary>How many values there are.</summary>
    public long Count => (long)Channels * Height * Width;

    /// <summary>Such as <c>64×32×32</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Channels}×{Height}×{Width}");
}
