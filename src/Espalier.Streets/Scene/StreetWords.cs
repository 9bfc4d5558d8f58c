using Espalier.Streets.Glyphs;
using Espalier.Streets.Shapes;

namespace Espalier.Streets.Scene;

/// <summary>Words beside numbers, of letters that cannot be taken for digits.</summary>
internal static class StreetWords
{
    private static readonly string[] Fixed = ["RUE", "AVENUE", "PLACE", "PARK", "NAXAR", "HALTE", "MARET", "CHAT", "EXPERT",
        "LAFAYETTE", "KLEMM", "NATURE", "CENTRE", "VENUE", "METRE", "cave", "chez", "runner", "camera"];

    /// <summary>One of a few real words, or letters in a row.</summary>
    public static string Draw(Dice dice)
    {
        if (dice.Chance(.6))
        {
            var word = dice.Pick<string>(Fixed);
            return word.Any(letter => !LetterSkeletons.Characters.Contains(letter, StringComparison.Ordinal)) ? "RUE" : word;
        }

        Span<char> letters = stackalloc char[dice.Index(7) + 1];
        foreach (ref var letter in letters) letter = LetterSkeletons.Characters[dice.Index(17)];
        return new string(letters);
    }
}
