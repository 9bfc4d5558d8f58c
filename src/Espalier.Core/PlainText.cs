using System.Globalization;

namespace Espalier.Core;

/// <summary>Texts as they may stand on a terminal.</summary>
internal static class PlainText
{
    /// <summary>
    /// The text on one line, without control characters and without what is not seen but turns the text's direction: a name in a hostile
    /// file must neither move the cursor nor colour the screen, nor look like another name.
    /// </summary>
    public static string OneLine(string text) => text.Any(IsUnseen)
        ? string.Concat(text.Select(character => character is '\n' or '\r' or '\t' ? ' ' : IsUnseen(character) ? '\uFFFD' : character))
        : text;

    /// <summary>A number of things: <c>1 label</c>, <c>2,000 labels</c>.</summary>
    /// <param name="count">How many.</param>
    /// <param name="one">What one is called.</param>
    /// <param name="several">What several are called; with an s if null.</param>
    public static string Counted(int count, string one, string? several = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? one : several ?? one + "s")}");

    // Joiners are part of words in several scripts.
    private static bool IsUnseen(char character) => character is not ('\u200C' or '\u200D')
        && char.GetUnicodeCategory(character) is (
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
