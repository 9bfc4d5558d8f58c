using SkiaSharp;

namespace Espalier.Reports.Charts;

/// <summary>The inside of a chart: where a pair of values lies on the sheet.</summary>
/// <param name="Inner">The rectangle between the axes.</param>
/// <param name="X">The values at its left and right edge.</param>
/// <param name="Y">The values at its lower and upper edge.</param>
internal sealed record PlotArea(SKRect Inner, (double From, double To) X, (double From, double To) Y)
{
    /// <summary>The place of a value along the horizontal axis.</summary>
    public float Across(double value) => (float)(Inner.Left + (value - X.From) / (X.To - X.From) * Inner.Width);

    /// <summary>The place of a value along the vertical axis.</summary>
    public float Up(double value) => (float)(Inner.Bottom - (value - Y.From) / (Y.To - Y.From) * Inner.Height);
}
