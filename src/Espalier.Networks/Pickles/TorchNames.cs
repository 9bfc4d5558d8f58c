using System.Collections.Immutable;
using System.Globalization;

namespace Espalier.Networks;

/// <summary>
/// Class names as YAML gave them to Python: text, but also numbers, truths and nothing where somebody left out the quotes, each as Python's
/// <c>str()</c> prints it; in a list, a tuple, or a dictionary whose keys are whole numbers from 0 on, as numbers or as text.
/// </summary>
internal static class TorchNames
{
    /// <summary>The names; empty where there are none.</summary>
    /// <exception cref="WeightsException">There are names that cannot be read:
    /// numbers in their place could be wrong without a word.</exception>
    public static ImmutableArray<string> Read(object? names, string source) => names switch
    {
        null or PickleList { Items.Count: 0 } or PickleMap { Entries.Count: 0 } => [],
        PickleList list => [.. list.Items.Select(item => Text(item) ?? throw Unreadable(source))],
        PickleTuple tuple => [.. tuple.Items.Select(item => Text(item) ?? throw Unreadable(source))],
        PickleMap map => Ordered(map, source),
        _ => throw Unreadable(source),
    };

    private static ImmutableArray<string> Ordered(PickleMap map, string source)
    {
        var names = new string?[map.Entries.Count];
        foreach (var (key, value) in map.Entries)
        {
            if (!int.TryParse(key is bool ? null : Text(key), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                || index >= names.Length || names[index] is not null)
            {
                throw Unreadable(source);
            }

            names[index] = Text(value) ?? throw Unreadable(source);
        }

        return [.. names.Select(name => name!)];
    }

    private static string? Text(object? value) => value switch
    {
        null => "None",
        string text => text,
        bool truth => truth ? "True" : "False",
        long whole => whole.ToString(CultureInfo.InvariantCulture),
        double number => Number(number),
        PickleObject { Type: { Module: "datetime", Name: "date" }, Arguments: PickleTuple { Items: [byte[] { Length: 4 } date] } }
            => string.Create(CultureInfo.InvariantCulture, $"{(date[0] << 8) + date[1]:0000}-{date[2]:00}-{date[3]:00}"),
        _ => null,
    };

    /// <summary>The shortest digits that read back, with an exponent from 1e16 on and below 1e-4, as Python's.</summary>
    private static string Number(double number)
    {
        if (!double.IsFinite(number)) return double.IsNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
        var size = Math.Abs(number);
        var text = number.ToString(size is >= 1e15 and < 1e16 ? "F1" : "R", CultureInfo.InvariantCulture);
        if (text.Contains('E')) return text.ToLowerInvariant();
        if (size < 1e16) return text.Contains('.') ? text : $"{text}.0";

        // Whole numbers from 1e16 on come without an exponent: 12300000000000000 is 1.23e+16.
        var (sign, digits) = (number < 0 ? "-" : "", text.TrimStart('-').Split('.')[0]);
        var rest = digits[1..].TrimEnd('0');
        return string.Create(CultureInfo.InvariantCulture,
            $"{sign}{digits[0]}{(rest.Length > 0 ? "." : "")}{rest}e+{digits.Length - 1:00}");
    }

    private static WeightsException Unreadable(string source) => new(
        $"{source} has class names that are no list and no dictionary of names from 0 on; "
        + $"without them its classes would be told apart by number only, so it is refused.");
}
