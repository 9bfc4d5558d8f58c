namespace Espalier.Datasets.Checks;

/// <summary>
/// Finds photos that are there more than once. Of those with nearly the same hash only such are reported whose thumbnails agree
/// everywhere: photos of two houses in one street, or of two numbers on one ground, differ somewhere by much.
/// </summary>
internal static class DuplicateFinder
{
    // With eight bands of eight bits, two hashes that differ in at most seven bits share a band.
    private const int Bands = 8;
    private const int MostBits = 7;
    private const double MostMeanDifference = 4;
    private const int MostDifference = 28;
    private const double MostAspectRatio = 1.06;

    // Groups of look-alikes larger than this in one band are compared in part: each with as many that precede it.
    private const int MostCompared = 2000;

    /// <summary>Compares all photos.</summary>
    /// <param name="fingerprints">By photo; null where it did not decode.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>For each duplicate, by its index: the first photo that it equals, and whether pixel by pixel.</returns>
    public static IReadOnlyList<(int Photo, int Other, bool Identical)> Find(IReadOnlyList<PictureFingerprint?> fingerprints,
        CancellationToken cancellationToken) => Find(fingerprints, null, cancellationToken);

    /// <summary>Compares all photos, and joins each with all that it equals, which need not equal each other.</summary>
    /// <param name="fingerprints">By photo; null where it did not decode.</param>
    /// <param name="groups">What takes who is joined; null where only the first that a photo equals is asked for.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>For each duplicate, by its index: the first photo that it equals, and whether pixel by pixel.</returns>
    public static IReadOnlyList<(int Photo, int Other, bool Identical)> Find(IReadOnlyList<PictureFingerprint?> fingerprints,
        PhotoGroups? groups, CancellationToken cancellationToken)
    {
        var result = new List<(int Photo, int Other, bool Identical)>();
        var byPixels = new Dictionary<UInt128, int>();
        var buckets = new Dictionary<(int Band, byte Bits), List<int>>();
        for (var i = 0; i < fingerprints.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (fingerprints[i] is not { } own) continue;
            if (!byPixels.TryAdd(own.Pixels, i))
            {
                result.Add((i, byPixels[own.Pixels], true));
                groups?.Join(i, byPixels[own.Pixels]);
                continue;
            }

            if (own.IsPlain) continue;
            if (FirstSimilar(own, fingerprints, buckets) is { } other)
            {
                result.Add((i, other, false));
                if (groups is not null) JoinSimilar(groups, i, other, fingerprints, buckets);
            }

            for (var band = 0; band < Bands; band++) Bucket(buckets, band, own.Hash).Add(i);
        }

        return result;
    }

    /// <summary>Whether two pictures look the same.</summary>
    public static bool LookAlike(PictureFingerprint first, PictureFingerprint second)
    {
        if (first.Distance(second) > MostBits) return false;
        double ratio = (double)first.Size.Width * second.Size.Height / ((double)first.Size.Height * second.Size.Width);
        if (Math.Max(ratio, 1 / ratio) > MostAspectRatio) return false;
        var sum = 0;
        for (var i = 0; i < first.Thumbnail.Length; i++)
        {
            var difference = Math.Abs(first.Thumbnail[i] - second.Thumbnail[i]);
            if (difference > MostDifference) return false;
            sum += difference;
        }

        return sum <= MostMeanDifference * first.Thumbnail.Length;
    }

    private static int? FirstSimilar(PictureFingerprint own, IReadOnlyList<PictureFingerprint?> fingerprints,
        Dictionary<(int Band, byte Bits), List<int>> buckets)
    {
        int? first = null;
        for (var band = 0; band < Bands; band++)
        {
            var candidates = Bucket(buckets, band, own.Hash);
            for (var i = Math.Max(candidates.Count - MostCompared, 0); i < candidates.Count; i++)
            {
                if (candidates[i] >= (first ?? int.MaxValue)) break;
                if (!LookAlike(fingerprints[candidates[i]]!, own)) continue;
                first = candidates[i];
                break;
            }
        }

        return first;
    }

    /// <summary>Joins a photo with the first that it looks like, and with the others.</summary>
    private static void JoinSimilar(PhotoGroups groups, int photo, int first, IReadOnlyList<PictureFingerprint?> fingerprints,
        Dictionary<(int Band, byte Bits), List<int>> buckets)
    {
        groups.Join(photo, first);
        var own = fingerprints[photo]!;
        for (var band = 0; band < Bands; band++)
        {
            foreach (var candidate in Bucket(buckets, band, own.Hash).TakeLast(MostCompared))
            {
                // Of a scene with many photos most are in its group already.
                if (groups.FirstOf(candidate) != groups.FirstOf(photo) && LookAlike(fingerprints[candidate]!, own))
                    groups.Join(photo, candidate);
            }
        }
    }

    private static List<int> Bucket(Dictionary<(int Band, byte Bits), List<int>> buckets, int band, ulong hash)
    {
        var key = (band, (byte)(hash >> (8 * band)));
        if (!buckets.TryGetValue(key, out var bucket)) buckets[key] = bucket = [];
        return bucket;
    }
}
