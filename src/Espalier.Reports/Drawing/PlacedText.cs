using SkiaSharp;

namespace Espalier.Reports.Drawing;

/// <summary>A text that stands on a sheet.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Area">The rectangle that its letters fill, in the sheet's units.</param>
internal readonly record struct PlacedText(string Text, SKRect Area);
