using Espalier.Core;
using Espalier.Vision;

namespace Espalier.Runtime;

/// <summary>Reads house numbers in pictures: a detector of digits, and what makes numbers of them.
/// Any number of threads may call it at once.</summary>
/// <example><code>
/// using var reader = HouseNumberReader.Open("digits.onnx");
/// foreach (var number in reader.Read(PictureReader.Read("house.png")))
///     Console.WriteLine($"{(number.IsAccepted ? number.Text : "cannot read")} {number.Confidence:0.00}");
/// </code></example>
public sealed class HouseNumberReader : IDisposable
{
    private readonly IPictureDetector _detector;
    private readonly NumberReadingOptions _options;

    /// <summary>A reader over a detector, which it closes with itself.</summary>
    /// <param name="detector">Finds digits; for alternatives it must keep every class of a place
    /// (<see cref="NumberReadingOptions.Suppression"/>).</param>
    /// <param name="options">How digits become numbers; the standards if null.</param>
    /// <exception cref="OptionException">An option is outside its range.</exception>
    /// <exception cref="EspalierException">The detector's classes are neither the digits 0 to 9 nor these and a to d.</exception>
    public HouseNumberReader(IPictureDetector detector, NumberReadingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(detector);
        options ??= new NumberReadingOptions();
        options.Validate();
        if (!NumberCharacters.AreReadBy(detector.ClassNames))
            throw new EspalierException(
                "House numbers are read from digits: the network's classes must be named 0 to 9, or these and a to d.");
        (_detector, _options) = (options.SecondLook ? new SecondLook(detector) : detector,
            options with { Calibration = options.Calibration ?? detector.NumberCalibration });
    }

    /// <summary>The names of the detector's classes.</summary>
    public IReadOnlyList<string> ClassNames => _detector.ClassNames;

    /// <summary>How many predictions were dropped so far because they are no numbers; 0 for a sound network.</summary>
    public long BrokenRows => _detector.BrokenRows;

    /// <summary>Opens an ONNX file.</summary>
    /// <param name="path">A detector of digits, as <c>espalier export</c> writes it.</param>
    /// <param name="options">How digits become numbers; the standards if null.</param>
    /// <param name="detector">How pictures are looked at; its suppression is the reader's own unless the file has one inside.</param>
    /// <exception cref="OptionException">An option is outside its range or contradicts the file.</exception>
    /// <exception cref="EspalierException">The file cannot be read or is no detector of digits.</exception>
    public static HouseNumberReader Open(string path, NumberReadingOptions? options = null, DetectorOptions? detector = null)
        => Open(checkedOptions => OnnxNetwork.Open(path, checkedOptions), options, detector);

    /// <summary>Opens an ONNX file's content.</summary>
    /// <param name="content">The whole file.</param>
    /// <inheritdoc cref="Open(string, NumberReadingOptions?, DetectorOptions?)"/>
    /// <param name="options"/><param name="detector"/>
    public static HouseNumberReader Open(byte[] content, NumberReadingOptions? options = null, DetectorOptions? detector = null)
        => Open(checkedOptions => OnnxNetwork.Open(content, checkedOptions), options, detector);

    private static HouseNumberReader Open(Func<DetectorOptions, OnnxNetwork> open, NumberReadingOptions? options, DetectorOptions? detector)
    {
        options ??= new NumberReadingOptions();
        options.Validate();
        detector ??= new DetectorOptions();
        detector.Validate();
        var network = open(detector);
        var standard = network.Facts.SuppressionOr(options.Suppression);
        var opened = Detector.Over(network, detector with { Suppression = detector.Suppression ?? standard });
        try
        {
            if (detector.Suppression is null) options.CheckAgainst(standard);
            return new HouseNumberReader(opened, options);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>The house numbers in a picture, the most prominent first; those that are not <see cref="HouseNumber.IsAccepted"/> are
    /// best guesses at what cannot be read.</summary>
    public IReadOnlyList<HouseNumber> Read(Picture picture) =>
        NumberReading.Read(_detector.Detect(picture), _detector.ClassNames, _options);

    /// <summary>The house numbers in an encoded picture: PNG, JPEG, WebP, BMP or TIFF.</summary>
    /// <exception cref="PictureException">The bytes are no whole picture, or exceed the reader's limits.</exception>
    public IReadOnlyList<HouseNumber> Read(ReadOnlySpan<byte> encoded) => Read(PictureReader.Read(encoded));

    /// <summary>The house numbers of several pictures, looked at together.</summary>
    public IReadOnlyList<HouseNumber>[] Read(IReadOnlyList<Picture> pictures) =>
        [.. _detector.Detect(pictures, out _).Select(found => NumberReading.Read(found, _detector.ClassNames, _options))];

    /// <inheritdoc/>
    public void Dispose() => _detector.Dispose();
}
