using SkiaSharp;

namespace Espalier.Reports.Drawing;

/// <summary>
/// The letters of every report: Inter, embedded here (SIL Open Font License, see OFL.txt), so that a machine without any font
/// installed writes the same text as any other.
/// </summary>
internal static class ReportFonts
{
    private static readonly Lazy<SKTypeface> RegularFace = new(() => Load("Inter-Regular.ttf"));
    private static readonly Lazy<SKTypeface> BoldFace = new(() => Load("Inter-SemiBold.ttf"));

    /// <summary>A font of a size.</summary>
    /// <param name="size">The em in pixels of the sheet.</param>
    /// <param name="bold">Semi-bold instead of regular.</param>
    public static SKFont Of(float size, bool bold) => new((bold ? BoldFace : RegularFace).Value, size)
    {
        Edging = SKFontEdging.Antialias,
        Hinting = SKFontHinting.None,
        Subpixel = true,
    };

    private static SKTypeface Load(string name)
    {
        using var stream = typeof(ReportFonts).Assembly.GetManifestResourceStream(name)!;
        using var data = SKData.Create(stream);
        return SKTypeface.FromData(data) ?? throw new InvalidOperationException($"The embedded font {name} cannot be used.");
    }
}
