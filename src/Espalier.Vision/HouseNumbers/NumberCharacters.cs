namespace Espalier.Vision;

/// <summary>What house numbers are made of: digits, and one of a few letters behind them where a network knows those too.</summary>
internal static class NumberCharacters
{
    /// <summary>The ten digits.</summary>
    public const string Digits = "0123456789";

    /// <summary>The letters that may follow; 12A is 12a, whichever is written.</summary>
    public const string Letters = "abcd";

    /// <summary>Whether a network of such classes reads house numbers: it knows the digits, or these and the letters, in any
    /// order.</summary>
    public static bool AreReadBy(IReadOnlyList<string> names) =>
        AreClasses(names) && string.Concat(names.Order(StringComparer.Ordinal)) is Digits or Digits + Letters;

    /// <summary>Whether classes are digits, some of them perhaps letters, and nothing else.</summary>
    public static bool AreClasses(IReadOnlyList<string> names) =>
        names.Any(IsDigit) && names.All(name => IsDigit(name) || IsLetter(name));

    /// <summary>Whether a class is a letter.</summary>
    public static bool IsLetter(string name) => name.Length == 1 && Letters.Contains(name[0], StringComparison.Ordinal);

    private static bool IsDigit(string name) => name.Length == 1 && char.IsAsciiDigit(name[0]);
}
