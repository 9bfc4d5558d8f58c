using Espalier.Core;
using Espalier.Streets.Glyphs;
using Espalier.Tests;

namespace Espalier.Streets.Tests;

/// <summary>Fonts of this machine. Tests of what they look like skip where there are none.</summary>
public class StreetFontsTests
{
    [Fact]
    public void Folder_that_is_not_there_or_has_no_fonts_is_one_sentence()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("broken.ttf"), "this is no font");

        Assert.Contains("There is no folder", Assert.Throws<EspalierException>(() => StreetFonts.FindIn(folder.File("missing"))).Message,
            StringComparison.Ordinal);
        Assert.Contains("No font in", Assert.Throws<EspalierException>(() => StreetFonts.FindIn(folder.Path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Digits_of_installed_fonts_are_digits_and_are_drawn()
    {
        var found = StreetFonts.FindInstalled();
        Assert.SkipUnless(found.Fonts.Count > 0, "skipped: no fonts installed");
        var likeness = new DigitLikeness();

        Assert.All(found.Fonts, font => Assert.True(likeness.AreDigits([.. "0123456789".Select(digit => font.Face.Draw(digit).Body)]),
            font.Name));
        Assert.Equal(found.Fonts.Select(font => font.Name).Order(StringComparer.Ordinal), found.Fonts.Select(font => font.Name));
        var options = new StreetOptions { Seed = 5, EmptyShare = 0 };
        var (with, without) = (new StreetGenerator(options with { Fonts = found.Fonts, FontShare = 1 }), new StreetGenerator(options));
        Assert.NotEqual(without.Draw(0, 0).Picture.Pixels, with.Draw(0, 0).Picture.Pixels);
        Assert.NotEmpty(Enumerable.Range(0, 5).SelectMany(i => with.Draw(0, i).Digits));
    }

    [Fact]
    public void Fonts_of_signs_are_passed_over()
    {
        // TeX's symbols stand where other fonts have digits.
        const string Symbols = "/usr/share/fonts/truetype/lyx/cmsy10.ttf";
        Assert.SkipUnless(File.Exists(Symbols), "skipped: no symbol font");
        using var folder = new TemporaryFolder();
        File.Copy(Symbols, folder.File("symbols.ttf"));

        Assert.Throws<EspalierException>(() => StreetFonts.FindIn(folder.Path));
    }
}
