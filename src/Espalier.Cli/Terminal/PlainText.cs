namespace Espalier.Cli.Terminal;

/// <summary>Texts out of files as they may stand on a terminal.</summary>
internal static class PlainText
{
    /// <summary>
    /// The text on one line and without control characters: a name in a hostile file must neither move the cursor nor colour the screen.
    /// </summary>
    public static string OneLine(string text) => text.Any(char.IsControl)
        ? string.Concat(text.Select(character => character is '\n' or '\r' or '\t' ? ' ' : char.IsControl(character) ? '\uFFFD' : character))
        : text;
}
