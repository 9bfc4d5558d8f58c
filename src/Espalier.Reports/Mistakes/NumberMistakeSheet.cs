using Espalier.Reports.Drawing;
using Espalier.Reports.Photos;
using Espalier.Vision;
using SkiaSharp;

namespace Espalier.Reports.Mistakes;

/// <summary><c>number_mistakes.png</c>: the house numbers that were read wrong with most confidence,
/// and those of which nothing was read, each with a word why.</summary>
internal static class NumberMistakeSheet
{
    private const int MostWrong = 16;
    private const int MostUnread = 8;

    /// <summary>Draws the sheet; null where every number was read right.</summary>
    /// <exception cref="PictureException">A photo can no longer be read.</exception>
    public static Sheet? Draw(IReadOnlyList<JudgedNumber> numbers, IReadOnlyList<string> names)
    {
        var wrong = numbers.Where(number => number.Written.Length > 0 && number.Mistake.Length > 0)
            .OrderByDescending(number => number.Confidence).ThenBy(number => number.Path, StringComparer.Ordinal).ToList();
        List<TileSection> sections =
        [
            .. Section("Read wrong, the most confident first (labels are dashed)", wrong.Where(number => number.Read.Length > 0)
                .Take(MostWrong)),
            .. Section("Nothing read", wrong.Where(number => number.Read.Length == 0).Take(MostUnread)),
        ];
        return sections.Count == 0 ? null : TileSheet.Draw(sections);

        IEnumerable<TileSection> Section(string title, IEnumerable<JudgedNumber> shown)
        {
            Tile[] tiles = [.. shown.Select(number => TileOf(number, names))];
            if (tiles.Length > 0) yield return new TileSection(title, tiles);
        }
    }

    private static Tile TileOf(JudgedNumber number, IReadOnlyList<string> names)
    {
        TileBox[] boxes =
        [
            .. number.Numbers.SelectMany(read => read.Digits)
                .Select(digit => new TileBox(digit.Box, Ink.OfClass(digit.Class), ClassNames.Of(digit.Class, names))),
            .. number.Labels.Select(label => new TileBox(label.Box, SKColors.White, "", Dashed: true)),
        ];
        var read = number.Read.Length == 0 ? "–" : Invariant($"{number.Read} ({number.Confidence:0.00})");
        return new Tile(PictureReader.Read(number.Path), boxes, $"{number.Written}: {number.Mistake}", read);
    }
}
