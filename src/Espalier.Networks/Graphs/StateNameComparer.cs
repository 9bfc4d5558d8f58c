using System.Globalization;

namespace Espalier.Networks;

/// <summary>
/// Orders dotted module names as the original registers its modules: numbers by value, a convolution before the normalization that
/// follows it, the normalization before the inner blocks <c>m</c>, a module before its children.
/// </summary>
internal sealed class StateNameComparer : IComparer<string>
{
    public static StateNameComparer Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        var (first, second) = (x!.Split('.'), y!.Split('.'));
        for (var i = 0; i < Math.Min(first.Length, second.Length); i++)
        {
            var order = CompareParts(first[i], second[i]);
            if (order != 0) return order;
        }

        return first.Length.CompareTo(second.Length);
    }

    private static int CompareParts(string x, string y)
    {
        if (IsNumber(x, out var first) && IsNumber(y, out var second)) return first.CompareTo(second);
        var rank = Rank(x).CompareTo(Rank(y));
        return rank != 0 ? rank : string.CompareOrdinal(x, y);
    }

    private static int Rank(string part) => part switch
    {
        "bn" => 1,
        "m" => 2,
        _ => 0,
    };

    private static bool IsNumber(string part, out int number)
        => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
