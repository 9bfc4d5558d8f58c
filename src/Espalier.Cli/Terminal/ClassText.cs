namespace Espalier.Cli.Terminal;

/// <summary>Class names in a sentence.</summary>
internal static class ClassText
{
    /// <summary>All of them where they are few, otherwise the first, the last and how many there are.</summary>
    public static string Few(IReadOnlyList<string> names) =>
        names.Count <= 4 ? string.Join(", ", names) : $"{names[0]}, {names[1]}, … {names[^1]} ({names.Count})";
}
