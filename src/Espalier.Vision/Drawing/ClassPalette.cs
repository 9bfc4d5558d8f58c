namespace Espalier.Vision;

/// <summary>
/// One fixed colour a class, on photos and in charts; after twenty they repeat. The first ten are told apart by people who see red,
/// green or blue differently too, and stand out from white as from a photo.
/// </summary>
internal static class ClassPalette
{
    private static readonly Rgb[] Colors =
    [
        new(0, 135, 115), new(255, 155, 170), new(100, 5, 255), new(175, 205, 15), new(195, 50, 0),
        new(0, 210, 255), new(155, 30, 165), new(185, 140, 25), new(255, 50, 180), new(130, 145, 255),
        new(110, 35, 5), new(45, 120, 255), new(5, 195, 125), new(85, 10, 135), new(180, 225, 125),
        new(150, 165, 220), new(35, 115, 0), new(160, 130, 205), new(100, 150, 95), new(130, 45, 70),
    ];

    /// <summary>The colour of a class.</summary>
    /// <param name="index">The class index, 0 or more.</param>
    public static Rgb ColorOf(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return Colors[index % Colors.Length];
    }
}
