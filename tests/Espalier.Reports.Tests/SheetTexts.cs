using Espalier.Reports.Drawing;

namespace Espalier.Reports.Tests;

/// <summary>Where the texts of a sheet stand.</summary>
internal static class SheetTexts
{
    /// <summary>All of them lie on the sheet, and none over another.</summary>
    public static void RequireApart(Sheet sheet)
    {
        Assert.NotEmpty(sheet.Texts);
        Assert.All(sheet.Texts, text => Assert.True(text.Area is { Left: >= 0, Top: >= 0 } && text.Area.Right <= sheet.Width
            && text.Area.Bottom <= sheet.Height, $"'{text.Text}' at {text.Area}"));
        for (var i = 0; i < sheet.Texts.Count; i++)
        {
            for (var j = i + 1; j < sheet.Texts.Count; j++)
            {
                var (one, other) = (sheet.Texts[i], sheet.Texts[j]);
                var overlap = SkiaSharp.SKRect.Intersect(one.Area, other.Area);
                Assert.False(overlap.Width > 1 && overlap.Height > 1, $"'{one.Text}' lies over '{other.Text}'");
            }
        }
    }
}
