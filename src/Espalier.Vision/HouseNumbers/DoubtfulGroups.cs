namespace Espalier.Vision;

/// <summary>Finds what a <see cref="SecondLook"/> looks at: digits that stand together,
/// small and not sure, with room around them.</summary>
internal static class DoubtfulGroups
{
    // In heights of a digit: how far apart digits of one group may stand, and how much of its surroundings a frame shows.
    private const float Reach = 1f, Room = 1f, Rim = 0.25f;

    // Parts overlap, so that a digit that one cuts is whole in another.
    private const float Part = 0.6f;

    /// <summary>A frame for each group that is worth it, the most likely first.</summary>
    public static List<LookFrame> Frames(IEnumerable<Detection> found, PictureSize picture, SecondLookOptions options)
    {
        var (digits, _) = NumberReading.Gather(found, new NumberReadingOptions { Confidence = options.Doubtful });
        if (digits.Count == 0 && options.Most > 0 && Math.Max(picture.Width, picture.Height) >= options.PartsFrom) return Parts(picture);
        return [.. Groups(digits)
            .Where(group => group.Any(digit => digit.Confidence < options.Sure))
            .OrderByDescending(group => group.Max(digit => digit.Confidence))
            .Select(group => Frame(group, picture, options))
            .Where(frame => Math.Max(picture.Width, picture.Height) >= options.LeastGain * Math.Max(frame.Width, frame.Height))
            .Take(options.Most)];
    }

    /// <summary>Halves of a long picture, quarters of another.</summary>
    private static List<LookFrame> Parts(PictureSize picture)
    {
        var isWide = picture.Width >= 2 * picture.Height;
        var isHigh = picture.Height >= 2 * picture.Width;
        return [..
            from row in Halves(picture.Height, isWide)
            from column in Halves(picture.Width, isHigh)
            select new LookFrame(column.First, row.First, column.Count, row.Count, new Box(column.From, row.From, column.To, row.To))];
    }

    private static (int First, int Count, float From, float To)[] Halves(int length, bool isWhole)
    {
        if (isWhole) return [(0, length, 0, length)];
        var part = (int)Math.Ceiling(length * Part);
        return [(0, part, 0, length / 2f), (length - part, part, length / 2f, length)];
    }

    private static List<List<ReadDigit>> Groups(List<ReadDigit> digits)
    {
        var groups = new List<List<ReadDigit>>();
        foreach (var digit in digits)
        {
            var near = groups.FindAll(group => group.Exists(other => AreNear(digit.Box, other.Box)));
            groups.RemoveAll(near.Contains);
            groups.Add([digit, .. near.SelectMany(group => group)]);
        }

        return groups;
    }

    private static bool AreNear(Box one, Box other)
    {
        var reach = Reach * Math.Max(one.Height, other.Height);
        return one.Left - other.Right < reach && other.Left - one.Right < reach && one.Top - other.Bottom < reach
            && other.Top - one.Bottom < reach;
    }

    private static LookFrame Frame(List<ReadDigit> group, PictureSize picture, SecondLookOptions options)
    {
        var height = group.Select(digit => digit.Box.Height).Order().ElementAt(group.Count / 2);
        var (left, right) = (group.Min(digit => digit.Box.Left), group.Max(digit => digit.Box.Right));
        var (top, bottom) = (group.Min(digit => digit.Box.Top), group.Max(digit => digit.Box.Bottom));
        var side = height / options.DigitHeight;
        var (column, columns) = Span(left, right, side, height, picture.Width);
        var (row, rows) = Span(top, bottom, side, height, picture.Height);
        return new LookFrame(column, row, columns, rows, new Box(
            column == 0 ? 0 : column + (Rim * height),
            row == 0 ? 0 : row + (Rim * height),
            column + columns == picture.Width ? picture.Width : column + columns - (Rim * height),
            row + rows == picture.Height ? picture.Height : row + rows - (Rim * height)));
    }

    /// <summary>A stretch of a picture around another, with room at both ends, at least so long, and inside the picture.</summary>
    private static (int First, int Count) Span(float from, float to, float least, float height, int limit)
    {
        var length = Math.Max(least, to - from + (2 * Room * height));
        var start = Math.Clamp(((from + to) / 2) - (length / 2), 0, Math.Max(0, limit - length));
        var first = Math.Min((int)start, limit - 1);
        return (first, Math.Clamp((int)Math.Ceiling(start + length) - first, 1, limit - first));
    }
}
