using Espalier.Vision;

namespace Espalier.Reports.Mistakes;

/// <summary>The house number of a validated picture: what is written there, and what was read.</summary>
/// <param name="Path">The photo's file.</param>
/// <param name="Labels">Its digits in reading order, in the photo's pixels.</param>
/// <param name="Written">The number that they make.</param>
/// <param name="Numbers">What was read, the most prominent first.</param>
internal sealed record JudgedNumber(string Path, IReadOnlyList<LabelledBox> Labels, string Written, IReadOnlyList<HouseNumber> Numbers)
{
    /// <summary>The number that counts as read; empty for none.</summary>
    public string Read => Numbers is [var first, ..] ? first.Text : "";

    /// <summary>How confident the reader was; 0 where it read nothing.</summary>
    public float Confidence => Numbers is [var first, ..] ? first.Confidence : 0;

    /// <summary>Whether the reader took it as read; false where it read nothing.</summary>
    public bool IsAccepted => Numbers is [{ IsAccepted: true }, ..];

    /// <summary>What is wrong, in a word or two; empty where nothing is.</summary>
    public string Mistake
    {
        get
        {
            if (Read == Written) return "";
            if (Read.Length == 0) return "nothing read";
            if (Numbers.Count > 1 && string.Concat(Numbers.SelectMany(number => number.Text).Order()) == string.Concat(Written.Order()))
                return "taken for two numbers";
            if (IsWithin(Read, Written)) return Written.Length - Read.Length == 1 ? "a digit missed" : "digits missed";
            if (IsWithin(Written, Read)) return Read.Length - Written.Length == 1 ? "a digit too many" : "digits too many";
            if (Read.Length != Written.Length) return "misread and miscounted";
            if (Read.Order().SequenceEqual(Written.Order())) return "wrong order";
            var wrong = Read.Zip(Written).Where(pair => pair.First != pair.Second).ToList();
            return wrong is [var (read, written)] ? $"{read} for {written}" : $"{wrong.Count} digits wrong";
        }
    }

    /// <summary>Whether a text is another one with some of its letters left out.</summary>
    private static bool IsWithin(string part, string whole)
    {
        var place = 0;
        foreach (var letter in whole)
        {
            if (place < part.Length && part[place] == letter) place++;
        }

        return place == part.Length && part.Length < whole.Length;
    }
}
