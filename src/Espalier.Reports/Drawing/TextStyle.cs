using SkiaSharp;

namespace Espalier.Reports.Drawing;

/// <summary>How a text looks and hangs on its point.</summary>
/// <param name="Size">The em, in the sheet's units.</param>
/// <param name="Color">Its colour.</param>
/// <param name="Bold">Semi-bold instead of regular.</param>
/// <param name="Across">Where the point is along the line.</param>
/// <param name="Down">Where the point is across it.</param>
/// <param name="Upwards">Whether the line runs from below to above.</param>
internal readonly record struct TextStyle(
    float Size, SKColor Color, bool Bold = false, Anchor Across = Anchor.Start, Anchor Down = Anchor.Middle, bool Upwards = false);

/// <summary>Where the point that a text hangs on is.</summary>
internal enum Anchor
{
    /// <summary>At its left or upper edge.</summary>
    Start,

    /// <summary>In its middle.</summary>
    Middle,

    /// <summary>At its right or lower edge, for heights the line that capitals stand on.</summary>
    End,
}
