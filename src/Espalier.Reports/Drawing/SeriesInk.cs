using SkiaSharp;

namespace Espalier.Reports.Drawing;

/// <summary>Colours of series that are told apart at a glance; the first two are those of training and validation.</summary>
internal static class SeriesInk
{
    private static readonly int[] Order = [0, 4, 1, 2, 3, 5, 6, 7, 8, 9];

    /// <summary>The colour of a series; they repeat after ten.</summary>
    public static SKColor Of(int index) => Ink.OfClass(Order[index % Order.Length]);
}
