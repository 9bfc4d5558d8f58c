using Espalier.Reports.Photos;

namespace Espalier.Reports.Mistakes;

/// <summary>Keeps the worst mistakes of a validation, at most one of each sort a picture, whatever the number of pictures.</summary>
internal sealed class WorstMistakes
{
    /// <summary>The most wrong detections that are kept.</summary>
    public const int MostWrong = 12;

    /// <summary>The most missed labels that are kept.</summary>
    public const int MostMissed = 8;

    private readonly List<PhotoMistake> _wrong = [];
    private readonly List<PhotoMistake> _missed = [];

    /// <summary>Wrong detections, the most confident first.</summary>
    public IReadOnlyList<PhotoMistake> Wrong => _wrong;

    /// <summary>Missed labels, the largest first.</summary>
    public IReadOnlyList<PhotoMistake> Missed => _missed;

    /// <summary>Looks at a picture.</summary>
    /// <param name="photo">Its labels and detections.</param>
    /// <param name="side">The longer side of the picture in pixels.</param>
    public void Add(JudgedPhoto photo, int side)
    {
        var mistakes = MistakeFinder.Find(photo, side).OrderByDescending(mistake => mistake.Weight).ToList();
        Keep(_wrong, MostWrong, photo, mistakes.Find(mistake => mistake.Kind != MistakeKind.Missed));
        Keep(_missed, MostMissed, photo, mistakes.Find(mistake => mistake.Kind == MistakeKind.Missed));
    }

    // Among equals the path decides, so that the same validation keeps the same pictures.
    private static void Keep(List<PhotoMistake> kept, int most, JudgedPhoto photo, Mistake? mistake)
    {
        if (mistake is null) return;
        var place = kept.FindIndex(other => other.Mistake.Weight < mistake.Weight
            || (other.Mistake.Weight == mistake.Weight && string.CompareOrdinal(other.Photo.Path, photo.Path) > 0));
        kept.Insert(place < 0 ? kept.Count : place, new PhotoMistake(photo, mistake));
        if (kept.Count > most) kept.RemoveAt(most);
    }
}

/// <summary>A mistake and the picture it was made on.</summary>
internal sealed record PhotoMistake(JudgedPhoto Photo, Mistake Mistake);
