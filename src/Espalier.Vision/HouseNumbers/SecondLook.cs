namespace Espalier.Vision;

/// <summary>
/// Looks twice: at the whole picture, and then, in its own pixels, at each group of digits that the first look saw small and was not sure
/// of. A group is enlarged until its digits stand as high as the network reads best; inside its frame the second look's findings take the
/// place of the first's.
/// </summary>
/// <remarks>Costs nothing where the first look is sure, and one more call for all of a picture's groups together where it is not.</remarks>
internal sealed class SecondLook : IPictureDetector
{
    private readonly IPictureDetector _detector;
    private readonly SecondLookOptions _options;

    /// <summary>A detector that looks twice.</summary>
    /// <param name="detector">Looks; closed with this one.</param>
    /// <param name="options">What is looked at again; the standards if null.</param>
    /// <exception cref="Core.OptionException">An option is outside its range.</exception>
    public SecondLook(IPictureDetector detector, SecondLookOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(detector);
        options ??= new SecondLookOptions();
        options.Validate();
        (_detector, _options) = (detector, options);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames => _detector.ClassNames;

    /// <inheritdoc/>
    public long BrokenRows => _detector.BrokenRows;

    /// <inheritdoc/>
    public NumberCalibration? NumberCalibration => _detector.NumberCalibration;

    /// <inheritdoc/>
    public IReadOnlyList<Detection> Detect(Picture picture, out StageTimes times)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var found = _detector.Detect(picture, out times);
        var frames = DoubtfulGroups.Frames(found, new PictureSize(picture.Width, picture.Height), _options);
        if (frames.Count == 0) return found;
        var seen = Again([.. frames.Select(frame => frame.CutFrom(picture))], ref times);
        return Joined(found, frames, seen);
    }

    /// <inheritdoc/>
    public IReadOnlyList<IReadOnlyList<Detection>> Detect(IReadOnlyList<Picture> pictures, out StageTimes times)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        var found = _detector.Detect(pictures, out times);
        var frames = pictures.Select((picture, index) =>
            DoubtfulGroups.Frames(found[index], new PictureSize(picture.Width, picture.Height), _options)).ToList();
        Picture[] crops = [.. frames.SelectMany((own, index) => own.Select(frame => frame.CutFrom(pictures[index])))];
        if (crops.Length == 0) return found;
        var seen = Again(crops, ref times);
        var first = 0;
        var results = new IReadOnlyList<Detection>[pictures.Count];
        for (var index = 0; index < results.Length; index++)
        {
            results[index] = Joined(found[index], frames[index], seen.Skip(first).Take(frames[index].Count));
            first += frames[index].Count;
        }

        return results;
    }

    /// <inheritdoc/>
    public void Dispose() => _detector.Dispose();

    private IReadOnlyList<IReadOnlyList<Detection>> Again(Picture[] crops, ref StageTimes times)
    {
        var seen = _detector.Detect(crops, out var more);
        times = new StageTimes(times.Letterbox + more.Letterbox, times.Network + more.Network, times.Suppression + more.Suppression);
        return seen;
    }

    private static IReadOnlyList<Detection> Joined(IReadOnlyList<Detection> first, List<LookFrame> frames,
        IEnumerable<IReadOnlyList<Detection>> second)
    {
        if (frames.Count == 0) return first;
        var outside = first.Where(detection => !frames.Any(frame => frame.Covers(detection.Box)));
        // Where frames overlap, the first of them decides.
        var inside = frames.Zip(second).SelectMany((look, index) => look.Second
            .Select(detection => detection with { Box = look.First.ToPicture(detection.Box) })
            .Where(detection => look.First.Covers(detection.Box) && !frames.Take(index).Any(other => other.Covers(detection.Box))));
        return [.. outside.Concat(inside).OrderByDescending(detection => detection.Confidence)];
    }
}
