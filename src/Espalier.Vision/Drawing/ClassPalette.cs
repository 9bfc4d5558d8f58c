namespace Espalier.Vision;

/// <summary>One fixed colour a class, far apart for neighbouring classes; after twenty they repeat.</summary>
public static class ClassPalette
{
    private static readonly Rgb[] Colors =
    [
        new(230, 60, 60), new(255, 150, 20), new(250, 225, 50), new(120, 210, 40), new(20, 160, 90),
        new(30, 205, 205), new(50, 130, 250), new(110, 75, 235), new(205, 75, 230), new(250, 110, 170),
        new(150, 75, 30), new(255, 195, 130), new(170, 170, 30), new(185, 245, 150), new(15, 110, 120),
        new(160, 235, 250), new(25, 55, 150), new(190, 175, 255), new(125, 25, 110), new(190, 190, 190),
    ];

    /// <summary>The colour of a class.</summary>
    /// <param name="index">The class index, 0 or more.</param>
    public static Rgb ColorOf(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return Colors[index % Colors.Length];
    }
}
