using Espalier.Vision;

namespace Espalier.Streets.Glyphs;

/// <summary>Photos of single digits, kept in memory; a file of them is read once, in order,
/// and then any may be asked for by any thread.</summary>
internal sealed class DigitCrops : IDigitCrops
{
    private readonly IReadOnlyList<Picture>[] _pictures;

    private DigitCrops(IReadOnlyList<Picture>[] pictures)
    {
        _pictures = pictures;
        Counts = [.. pictures.Select(list => list.Count)];
    }

    /// <inheritdoc/>
    public IReadOnlyList<int> Counts { get; }

    /// <summary>Takes photos up until there are enough of each digit.</summary>
    /// <param name="photos">Digits 0…9 and their photos.</param>
    /// <param name="mostEach">The most of each digit, the first ones; at least 1.
    /// Two thousand of 32 × 32 pixels each take 60 MB in all.</param>
    /// <exception cref="ArgumentOutOfRangeException">A digit is none of 0…9, or <paramref name="mostEach"/> is less than 1.</exception>
    public static DigitCrops Take(IEnumerable<(int Digit, Picture Picture)> photos, int mostEach = 2000)
    {
        ArgumentNullException.ThrowIfNull(photos);
        ArgumentOutOfRangeException.ThrowIfLessThan(mostEach, 1);
        var lists = Enumerable.Range(0, 10).Select(_ => new List<Picture>()).ToArray();
        foreach (var (digit, picture) in photos)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(digit, nameof(photos));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(digit, 9, nameof(photos));
            if (lists[digit].Count < mostEach) lists[digit].Add(picture);
            if (lists.All(list => list.Count == mostEach)) break;
        }

        return new DigitCrops(lists);
    }

    /// <inheritdoc/>
    public Picture Read(int digit, int index) => _pictures[digit][index];
}
