using Espalier.Streets.Shapes;

namespace Espalier.Streets.Layout;

/// <summary>What house numbers say.</summary>
internal static class NumberTexts
{
    /// <summary>A number's digits.</summary>
    public static string Draw(Dice dice, DigitBalance balance)
    {
        var length = dice.Weighted(SvhnTables.Lengths) + 1;
        Span<char> digits = stackalloc char[length];
        for (var i = 0; i < length; i++)
        {
            var digit = balance == DigitBalance.Uniform ? dice.Index(10) : dice.Weighted(Frequencies(length, i));
            digits[i] = (char)('0' + digit);
        }

        return new string(digits);
    }

    /// <summary>What may stand before a number: nothing, or the sign for "number".</summary>
    public static string DrawPrefix(Dice dice) => dice.Chance(.025) ? "N°" : string.Empty;

    /// <summary>A letter behind a number that has a box.</summary>
    public static string DrawLetter(Dice dice) => dice.Pick<string>(["A", "B", "C", "D", "a", "b", "c", "d"]);

    /// <summary>What may stand behind a number without a box: nothing, a letter, or a dash and a second number, whose digits have
    /// theirs.</summary>
    /// <param name="dice">Draws it.</param>
    /// <param name="balance">How often each digit comes.</param>
    /// <param name="spareLabelled">Whether letters that may have boxes are left out.</param>
    public static string DrawSuffix(Dice dice, DigitBalance balance, bool spareLabelled)
    {
        if (!dice.Chance(.1)) return string.Empty;
        if (dice.Chance(.25)) return "-" + Draw(dice, balance);
        ReadOnlySpan<string> letters = ["A", "a", "C", "c", "e", "E", "F", "H", "K"];
        return dice.Pick(spareLabelled ? letters[4..] : letters);
    }

    private static double[] Frequencies(int length, int position) => (length, position) switch
    {
        (1, _) => SvhnTables.Single,
        (_, 0) => SvhnTables.First[Math.Min(length, 4) - 2],
        _ => SvhnTables.Later,
    };
}
