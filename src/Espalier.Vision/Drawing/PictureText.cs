namespace Espalier.Vision;

/// <summary>
/// Writes text into pictures with letters of its own, so that no font need be installed: printable ASCII, one line;
/// other characters appear as an empty box.
/// </summary>
internal static class PictureText
{
    private const int Advance = GlyphTable.Width + 1;

    /// <summary>The size that a text takes.</summary>
    /// <param name="text">One line.</param>
    /// <param name="scale">Pixels a dot of the letters, at least 1: letters are 5 × scale wide and 7 × scale high.</param>
    public static PictureSize Measure(string text, int scale)
    {
        ArgumentNullException.ThrowIfNull(text);
        var rows = GlyphTable.Ascent + (text.Any(GlyphTable.Descends) ? GlyphTable.Descent : 0);
        return new(Math.Max(text.Length * Advance - 1, 1) * scale, rows * scale);
    }

    /// <summary>Writes a text; what does not fit into the picture is left out.</summary>
    /// <param name="picture">Is written into.</param>
    /// <param name="x">The text's first column.</param>
    /// <param name="y">The text's first row.</param>
    /// <param name="text">One line.</param>
    /// <param name="scale">Pixels a dot of the letters, at least 1.</param>
    /// <param name="color">The letters' colour.</param>
    public static void Draw(Picture picture, int x, int y, string text, int scale, Rgb color)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(scale, 1);
        for (var i = 0; i < text.Length; i++)
        {
            for (var row = 0; row < GlyphTable.Ascent + GlyphTable.Descent; row++)
            {
                var bits = GlyphTable.Row(text[i], row);
                for (var column = 0; column < GlyphTable.Width; column++)
                {
                    if ((bits >> (GlyphTable.Width - 1 - column) & 1) == 0) continue;
                    Canvas.Fill(picture, new(x + (i * Advance + column) * scale, y + row * scale, scale, scale), color);
                }
            }
        }
    }

    /// <summary>The longest beginning of a text that fits, marked by two dots where something is left out.</summary>
    public static string Shorten(string text, int scale, int width)
    {
        ArgumentNullException.ThrowIfNull(text);
        var letters = Math.Max((width / scale + 1) / Advance, 0);
        if (text.Length <= letters) return text;
        return letters <= 2 ? text[..letters] : string.Concat(text.AsSpan(0, letters - 2), "..");
    }
}
