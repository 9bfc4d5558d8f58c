using Espalier.Core;
using Espalier.Streets.Glyphs;
using SkiaSharp;

namespace Espalier.Streets;

/// <summary>Finds fonts with usable digits: those of this machine, or those of a folder.</summary>
internal static class StreetFonts
{
    /// <summary>The word for no fonts but the built-in faces: the same street on every machine.</summary>
    public const string BuiltIn = "built-in";

    /// <summary>The fonts that a user names.</summary>
    /// <param name="choice"><see cref="BuiltIn"/>, <c>found</c> for those of this machine, or a folder of fonts.</param>
    /// <returns>Null for none.</returns>
    /// <exception cref="EspalierException">The folder is not there or holds no font that can be used.</exception>
    public static StreetFontSearch? Choose(string choice) => choice switch
    {
        BuiltIn => null,
        "found" => FindInstalled(),
        _ => FindIn(choice),
    };

    /// <summary>The most that are used; so many shapes are enough, and large collections would take long to read.</summary>
    public const int Most = 200;

    private const long LargestFile = 64 << 20;
    private static readonly string[] Extensions = [".ttf", ".otf", ".ttc", ".otc"];

    /// <summary>The fonts of this machine, from the folders where systems keep them; none where there are none.</summary>
    public static StreetFontSearch FindInstalled() => Search(SystemFolders().Where(Directory.Exists).SelectMany(FilesOf));

    /// <summary>The fonts of a folder and of those in it.</summary>
    /// <exception cref="EspalierException">There is no such folder, it cannot be read, or no font in it has usable digits.</exception>
    public static StreetFontSearch FindIn(string folder)
    {
        if (!Directory.Exists(folder)) throw new EspalierException($"There is no folder '{folder}' to look for fonts in.");
        StreetFontSearch found;
        try
        {
            found = Search([.. FilesOf(folder)]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new EspalierException($"The folder '{folder}' cannot be read: {exception.Message.TrimEnd('.')}.", exception);
        }

        if (found.Fonts.Count == 0) throw new EspalierException(
            $"No font in '{folder}' has digits that can be used; .ttf, .otf, .ttc and .otc files are looked at.");
        return found;
    }

    private static StreetFontSearch Search(IEnumerable<string> files)
    {
        var likeness = new DigitLikeness();
        var fonts = new SortedDictionary<string, StreetFont>(StringComparer.Ordinal);
        var refused = 0;
        foreach (var file in files.Order(StringComparer.Ordinal))
        {
            if (fonts.Count == Most) break;
            if (Read(file, likeness) is { } font) fonts.TryAdd(font.Name, font);
            else refused++;
        }

        return new StreetFontSearch([.. fonts.Values], refused);
    }

    private static StreetFont? Read(string file, DigitLikeness likeness)
    {
        if (new FileInfo(file).Length > LargestFile) return null;
        using var typeface = SKTypeface.FromFile(file);
        if (typeface is null || FontOutlines.Digits(typeface) is not { } digits || !likeness.AreDigits(digits)) return null;
        var style = typeface.FontStyle;
        var slanted = style.Slant == SKFontStyleSlant.Upright ? "" : " " + style.Slant.ToString().ToLowerInvariant();
        var name = FormattableString.Invariant($"{typeface.FamilyName} {style.Weight}/{style.Width}{slanted}");
        return new StreetFont(name, new FontFace(name, digits));
    }

    private static IEnumerable<string> FilesOf(string folder) =>
        Directory.EnumerateFiles(folder, "*",
            new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, MaxRecursionDepth = 8 })
            .Where(file => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase));

    private static string[] SystemFolders()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (OperatingSystem.IsWindows())
        {
            return [Environment.GetFolderPath(Environment.SpecialFolder.Fonts),
                Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "Microsoft", "Windows", "Fonts")];
        }

        return OperatingSystem.IsMacOS()
            ? ["/System/Library/Fonts", "/Library/Fonts", Path.Combine(home, "Library", "Fonts")]
            : ["/usr/share/fonts", "/usr/local/share/fonts", Path.Combine(home, ".local", "share", "fonts"), Path.Combine(home, ".fonts")];
    }
}

/// <summary>What a search for fonts found.</summary>
/// <param name="Fonts">In the order of their names.</param>
/// <param name="Refused">How many font files were passed over: no digits, or signs in their place.</param>
internal sealed record StreetFontSearch(IReadOnlyList<StreetFont> Fonts, int Refused);
