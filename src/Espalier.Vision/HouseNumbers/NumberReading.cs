namespace Espalier.Vision;

/// <summary>
/// Reads house numbers out of detected digits: readings of one place are gathered, places that stand together make a number, and its digits
/// are ordered by lines, whether the plate hangs straight, leans, or stacks its digits. Pure geometry, in the picture's own pixels.
/// </summary>
internal static class NumberReading
{
    // Of the widest gap: what may part two digits alone, and by how much a gap may exceed the narrowest of a longer line. They leave whole
    // 99.7 % of the 28,265 numbers of several digits in SVHN's training photos and 99.8 % of the 10,585 in its test photos.
    private const float GapOfTwo = 0.6f, LargestStep = 1 / 3f;

    /// <summary>The numbers of a picture, the most prominent first: by the area of their digits times their mean confidence.</summary>
    /// <param name="detections">What a detector found, every class of a place that has one
    /// (<see cref="NumberReadingOptions.Suppression"/>), in any order.</param>
    /// <param name="names">A name a class: <c>0</c> to <c>9</c>, and <c>a</c> to <c>d</c> where it knows letters.</param>
    /// <param name="options">The standards if null.</param>
    public static IReadOnlyList<HouseNumber> Read(IEnumerable<Detection> detections, IReadOnlyList<string> names,
        NumberReadingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(detections);
        ArgumentNullException.ThrowIfNull(names);
        options ??= new NumberReadingOptions();
        var (digits, leftOut) = Gather(detections, options);
        return [.. Together(digits, options).SelectMany(group => Parts(group, options))
            .Select(group => WithoutWords(group, names)).Where(group => group.Count > 0)
            .Select(group => Number(group, leftOut, names, options)).OrderByDescending(Prominence)];
    }

    /// <summary>What labels say, in reading order: whoever labels draws boxes in any.</summary>
    /// <param name="labels">A picture's digits.</param>
    /// <param name="names">A name a class.</param>
    public static string Written(IEnumerable<LabelledBox> labels, IReadOnlyList<string> names) => string.Concat(
        Lines([.. labels.Select(label => new ReadDigit(label.Class, 1, label.Box, []))]).SelectMany(line => line)
            .Select(digit => names[digit.Class]));

    /// <summary>
    /// Digits, each with what else it might be: at every place the most confident reading is the digit, the others are its alternatives.
    /// Left out are the places where nothing is confident enough for a digit, but for an alternative.
    /// </summary>
    internal static (List<ReadDigit> Digits, List<Detection> LeftOut) Gather(IEnumerable<Detection> detections,
        NumberReadingOptions options)
    {
        var places = new List<(Detection Best, List<DigitAlternative> Others)>();
        var leftOut = new List<Detection>();
        foreach (var detection in detections.OrderByDescending(detection => detection.Confidence))
        {
            var place = places.FindIndex(known => BoxOverlap.IoU(known.Best.Box, detection.Box) > options.Overlap);
            if (place < 0)
            {
                if (detection.Confidence >= options.Confidence) places.Add((detection, []));
                else if (detection.Confidence >= options.Alternative) leftOut.Add(detection);
                continue;
            }

            var (best, others) = places[place];
            if (detection.Class != best.Class && detection.Confidence >= options.Alternative
                && !others.Exists(other => other.Class == detection.Class))
                others.Add(new DigitAlternative(detection.Class, detection.Confidence));
        }

        return ([.. places.Select(place => new ReadDigit(place.Best.Class, place.Best.Confidence, place.Best.Box, place.Others))], leftOut);
    }

    /// <summary>Digits that hang together, neighbour by neighbour.</summary>
    private static IEnumerable<List<ReadDigit>> Together(List<ReadDigit> digits, NumberReadingOptions options)
    {
        var group = Enumerable.Range(0, digits.Count).ToArray();
        for (var i = 0; i < digits.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (!AreNeighbours(digits[i].Box, digits[j].Box, options)) continue;
                var (from, to) = (group[i], group[j]);
                for (var k = 0; k < group.Length; k++)
                {
                    if (group[k] == from) group[k] = to;
                }
            }
        }

        return digits.Zip(group).GroupBy(pair => pair.Second).Select(pairs => pairs.Select(pair => pair.First).ToList());
    }

    /// <summary>
    /// The numbers of a group that is one line: "12-14" is two, for a stroke or a gap parts what stands closer on both sides of it. A gap
    /// is measured against the narrowest of its line, so that digits that stand wide apart throughout are one number.
    /// </summary>
    private static List<List<ReadDigit>> Parts(List<ReadDigit> group, NumberReadingOptions options)
    {
        if (group.Count < 2 || AnyStacked(group)) return [group];
        var line = FromLeft(group);
        float[] gaps = [.. NumberEvidence.Gaps(line)];
        var widest = gaps.Length == 1 ? GapOfTwo * options.WidestGap : gaps.Min() + (LargestStep * options.WidestGap);
        var parts = new List<List<ReadDigit>> { new() { line[0] } };
        for (var i = 1; i < line.Count; i++)
        {
            if (gaps[i - 1] > widest) parts.Add([]);
            parts[^1].Add(line[i]);
        }

        return parts;
    }

    /// <summary>A group's digits, and the letter right behind them if one ends it, as in "12a". Other letters belong to words.</summary>
    private static List<ReadDigit> WithoutWords(List<ReadDigit> group, IReadOnlyList<string> names)
    {
        if (!group.Exists(IsLetter)) return group;
        var read = Lines(group).SelectMany(line => line).ToList();
        var digits = read.FindAll(character => !IsLetter(character));
        return digits.Count == read.Count - 1 && digits.Count > 0 && IsLetter(read[^1]) ? read : digits;

        bool IsLetter(ReadDigit character) => NumberCharacters.IsLetter(names[character.Class]);
    }

    private static bool AreNeighbours(Box one, Box other, NumberReadingOptions options)
    {
        var (taller, lower) = (Math.Max(one.Height, other.Height), Math.Max(Math.Min(one.Height, other.Height), 1e-3f));
        if (taller / lower > options.LargestRatio) return false;
        var across = Math.Max(0, Math.Max(one.Left, other.Left) - Math.Min(one.Right, other.Right));
        var down = Math.Max(0, Math.Max(one.Top, other.Top) - Math.Min(one.Bottom, other.Bottom));
        // Stacked digits stand closer than those of a line: below a number there is often a street name or another house.
        return across <= options.WidestGap * taller && down <= 0.5f * options.WidestGap * taller;
    }

    private static HouseNumber Number(List<ReadDigit> digits, List<Detection> leftOut, IReadOnlyList<string> names,
        NumberReadingOptions options)
    {
        var lines = Lines(digits);
        var box = digits.Select(digit => digit.Box).Aggregate((all, one) => new Box(Math.Min(all.Left, one.Left),
            Math.Min(all.Top, one.Top), Math.Max(all.Right, one.Right), Math.Max(all.Bottom, one.Bottom)));
        var evidence = NumberEvidence.Of(lines, box, leftOut);
        var confidence = options.Calibration?.Confidence(evidence) ?? digits.Aggregate(1f, (product, digit) => product * digit.Confidence);
        return new HouseNumber(string.Concat(lines.SelectMany(line => line).Select(digit => names[digit.Class])), confidence, box, lines)
        {
            Evidence = evidence,
            IsAccepted = confidence >= options.LeastAccepted,
        };
    }

    /// <summary>
    /// Lines from above, each from left to right. Only digits that stand below each other make a second line, however steeply a number
    /// leans; then a leaning one is straightened first.
    /// </summary>
    private static List<List<ReadDigit>> Lines(List<ReadDigit> digits)
    {
        if (!AnyStacked(digits)) return [FromLeft(digits)];
        var slope = Slope(digits);
        var height = Median(digits.Select(digit => digit.Box.Height));
        var lines = new List<List<ReadDigit>>();
        var last = float.NegativeInfinity;
        foreach (var digit in digits.OrderBy(Straightened))
        {
            // A new line begins where a digit stands more than half a height below the one before it.
            if (lines.Count == 0 || Straightened(digit) - last > 0.5f * height) lines.Add([]);
            lines[^1].Add(digit);
            last = Straightened(digit);
        }

        return [.. lines.Select(FromLeft)];

        float Straightened(ReadDigit digit) => digit.Box.CenterY - slope * digit.Box.CenterX;
    }

    private static List<ReadDigit> FromLeft(List<ReadDigit> digits) => [.. digits.OrderBy(digit => digit.Box.CenterX)];

    /// <summary>Whether any two digits share half a width and more, and stand half a height and more apart.</summary>
    private static bool AnyStacked(List<ReadDigit> digits)
    {
        for (var i = 0; i < digits.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var (one, other) = (digits[i].Box, digits[j].Box);
                var shared = Math.Min(one.Right, other.Right) - Math.Max(one.Left, other.Left);
                if (shared >= 0.5f * Math.Min(one.Width, other.Width)
                    && Math.Abs(one.CenterY - other.CenterY) >= 0.5f * Math.Min(one.Height, other.Height))
                    return true;
            }
        }

        return false;
    }

    /// <summary>How much a number falls a pixel to the right: the median over pairs that stand beside rather
    /// than below each other (after Theil and Sen).</summary>
    private static float Slope(List<ReadDigit> digits)
    {
        var slopes = new List<float>();
        for (var i = 0; i < digits.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var (across, down) = (digits[i].Box.CenterX - digits[j].Box.CenterX, digits[i].Box.CenterY - digits[j].Box.CenterY);
                if (Math.Abs(down) < 0.6f * Math.Abs(across)) slopes.Add(down / across);
            }
        }

        return slopes.Count == 0 ? 0 : Median(slopes);
    }

    private static float Prominence(HouseNumber number) =>
        number.Digits.Sum(digit => digit.Box.Area) * number.Digits.Average(digit => digit.Confidence);

    private static float Median(IEnumerable<float> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
