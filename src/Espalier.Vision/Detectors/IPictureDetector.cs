namespace Espalier.Vision;

/// <summary>Something that finds objects in pictures, whatever it computes with.</summary>
public interface IPictureDetector : IDisposable
{
    /// <summary>The names of classes 0, 1, ….</summary>
    IReadOnlyList<string> ClassNames { get; }

    /// <summary>How many predictions were dropped so far because they are no numbers,
    /// where the detector counts them; 0 for a sound network.</summary>
    long BrokenRows => 0;

    /// <summary>What makes a confidence of the evidence for a number that is read from its digits; null where nothing was fitted.</summary>
    NumberCalibration? NumberCalibration => null;

    /// <summary>The objects in a picture, most confident first; boxes in the picture's own pixels, cut to it.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="times">Where the time went.</param>
    IReadOnlyList<Detection> Detect(Picture picture, out StageTimes times);

    /// <summary>The objects in several pictures, looked at together as squares of one size.</summary>
    /// <param name="pictures">The pictures.</param>
    /// <param name="times">Where the time went, for all of them.</param>
    IReadOnlyList<IReadOnlyList<Detection>> Detect(IReadOnlyList<Picture> pictures, out StageTimes times);
}

/// <summary>Detection without a clock.</summary>
public static class PictureDetectorExtensions
{
    /// <summary>The objects in a picture, most confident first; boxes in the picture's own pixels, cut to it.</summary>
    public static IReadOnlyList<Detection> Detect(this IPictureDetector detector, Picture picture)
    {
        ArgumentNullException.ThrowIfNull(detector);
        return detector.Detect(picture, out _);
    }
}
