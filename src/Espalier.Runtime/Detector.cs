using System.Diagnostics;
using Espalier.Core;
using Espalier.Vision;

namespace Espalier.Runtime;

/// <summary>
/// Finds objects in pictures with an ONNX file: letterbox, network, non-maximum suppression. Any number of threads may call it at once;
/// there is one session, and in the steady state nothing is allocated but the results.
/// </summary>
/// <example><code>
/// using var detector = Detector.Open("best.onnx");
/// foreach (var found in detector.Detect(PictureReader.Read("house.png")))
///     Console.WriteLine($"{detector.ClassNames[found.Class]} {found.Confidence:0.00} at {found.Box}");
/// </code></example>
public sealed class Detector : IPictureDetector
{
    private readonly OnnxNetwork _network;
    private readonly DetectorOptions _options;
    private readonly DetectionReader _reader;
    private readonly int _height;
    private readonly int _width;
    private readonly bool _rectangular;
    private readonly int _most;

    private Detector(OnnxNetwork network, DetectorOptions options)
    {
        (_network, _options) = (network, options);
        _reader = new DetectionReader(network.Facts, options.Suppression);
        (_height, _width, _rectangular) = Size(network, options);
        _most = network.Facts.Batch ?? options.MostAtOnce ?? AtOnce(_height, _width);
    }

    /// <summary>What the file promises.</summary>
    public NetworkFacts Facts => _network.Facts;

    /// <summary>How many rows of the network's output were dropped so far because they hold NaN or infinity,
    /// or a class that there is not; 0 for a sound file.</summary>
    public long BrokenRows => _reader.Broken;

    /// <summary>The most pictures that a call of the network takes.</summary>
    internal int MostAtOnce => _most;

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames => _network.Facts.ClassNames;

    /// <inheritdoc/>
    public NumberCalibration? NumberCalibration => _network.Facts.NumberCalibration;

    /// <summary>Opens a file.</summary>
    /// <param name="path">An ONNX file of Espalier's, or of YOLOv5's, YOLOv8's or a later YOLO's own exporter.</param>
    /// <param name="options">How pictures are looked at.</param>
    /// <exception cref="OptionException">An option is outside its range or contradicts the file.</exception>
    /// <exception cref="EspalierException">The file cannot be read, is no such detector, or wants a provider that is not there.</exception>
    public static Detector Open(string path, DetectorOptions? options = null) =>
        Open(options, checkedOptions => OnnxNetwork.Open(path, checkedOptions));

    /// <summary>Opens a file's content.</summary>
    /// <param name="content">The whole file.</param>
    /// <param name="options">How pictures are looked at.</param>
    /// <inheritdoc cref="Open(string, DetectorOptions?)" path="/exception"/>
    public static Detector Open(byte[] content, DetectorOptions? options = null) =>
        Open(options, checkedOptions => OnnxNetwork.Open(content, checkedOptions));

    /// <summary>A detector over an open network, which it closes with itself.</summary>
    /// <param name="network">The network; whoever needs to know its <see cref="OnnxNetwork.Facts"/>
    /// before the options are chosen opens it first.</param>
    /// <param name="options">How pictures are looked at. Threads and spinning are the network's.</param>
    /// <exception cref="OptionException">An option is outside its range or contradicts the file;
    /// the network is closed then, too.</exception>
    internal static Detector Over(OnnxNetwork network, DetectorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        options ??= new DetectorOptions();
        try
        {
            options.Validate();
            return new Detector(network, options);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>The objects in a picture, most confident first; boxes in the picture's own pixels, cut to it.</summary>
    public Detection[] Detect(Picture picture) => Detect(picture, out _);

    /// <inheritdoc cref="IPictureDetector.Detect(Picture, out StageTimes)"/>
    public Detection[] Detect(Picture picture, out StageTimes times)
    {
        ArgumentNullException.ThrowIfNull(picture);
        using var call = _network.Enter();
        var start = Stopwatch.GetTimestamp();
        var letterbox = LetterboxFor(picture);
        using var rented = _network.Rent(_network.Facts.Batch ?? 1, letterbox.Height, letterbox.Width);
        var buffers = rented.Buffers;
        buffers.Fill(0, picture, letterbox, _options.Filter);
        var filled = Stopwatch.GetTimestamp();
        _network.Run(buffers);
        var run = Stopwatch.GetTimestamp();
        var found = _reader.Read(buffers, 0, letterbox);
        times = new StageTimes(Stopwatch.GetElapsedTime(start, filled), Stopwatch.GetElapsedTime(filled, run),
            Stopwatch.GetElapsedTime(run));
        return found;
    }

    /// <summary>The objects in an encoded picture: PNG, JPEG, WebP, BMP or TIFF.</summary>
    /// <exception cref="PictureException">The bytes are no whole picture, or exceed the reader's limits.</exception>
    public Detection[] Detect(ReadOnlySpan<byte> encoded) => Detect(PictureReader.Read(encoded));

    /// <summary>The objects in several pictures, looked at together: squares of one size, as many a call as the file and
    /// <see cref="DetectorOptions.MostAtOnce"/> allow.</summary>
    /// <returns>For each picture what <see cref="Detect(Picture)"/> would give at a square.</returns>
    public Detection[][] Detect(IReadOnlyList<Picture> pictures) => Detect(pictures, out _);

    /// <inheritdoc cref="IPictureDetector.Detect(IReadOnlyList{Picture}, out StageTimes)"/>
    public Detection[][] Detect(IReadOnlyList<Picture> pictures, out StageTimes times)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        using var call = _network.Enter();
        times = default;
        var results = new Detection[pictures.Count][];
        var most = Math.Min(_most, pictures.Count);
        for (var first = 0; first < pictures.Count; first += most)
        {
            var start = Stopwatch.GetTimestamp();
            var count = Math.Min(most, pictures.Count - first);
            using var rented = _network.Rent(_network.Facts.Batch ?? count, _height, _width);
            var buffers = rented.Buffers;
            for (var i = 0; i < count; i++) buffers.Fill(i, pictures[first + i], SquareFor(pictures[first + i]), _options.Filter);
            var filled = Stopwatch.GetTimestamp();
            _network.Run(buffers);
            var run = Stopwatch.GetTimestamp();
            for (var i = 0; i < count; i++) results[first + i] = _reader.Read(buffers, i, SquareFor(pictures[first + i]));
            times = new StageTimes(
                times.Letterbox + Stopwatch.GetElapsedTime(start, filled),
                times.Network + Stopwatch.GetElapsedTime(filled, run),
                times.Suppression + Stopwatch.GetElapsedTime(run));
        }

        return results;
    }

    /// <summary>Closes the file, after the calls that are under way; later ones throw <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose() => _network.Dispose();

    IReadOnlyList<Detection> IPictureDetector.Detect(Picture picture, out StageTimes times) => Detect(picture, out times);

    IReadOnlyList<IReadOnlyList<Detection>> IPictureDetector.Detect(IReadOnlyList<Picture> pictures, out StageTimes times) =>
        Detect(pictures, out times);

    private static Detector Open(DetectorOptions? options, Func<DetectorOptions, OnnxNetwork> open)
    {
        options ??= new DetectorOptions();
        options.Validate();
        return Over(open(options), options);
    }

    internal static int AtOnce(int height, int width)
    {
        const int Channels = 3, LayersToInput = 16;
        return (int)Math.Clamp(DetectorOptions.MemoryAtOnce / ((long)height * width * Channels * sizeof(float) * LayersToInput), 1, 4096);
    }

    private static (int Height, int Width, bool Rectangular) Size(OnnxNetwork network, DetectorOptions options)
    {
        var facts = network.Facts;
        var isFixed = facts.Height is not null && facts.Width is not null;
        if (isFixed && options.Rectangular == true)
            throw new OptionException($"The network's image size is fixed at {facts.Width} × {facts.Height}; rectangles of other shapes "
                + $"need a file whose size is free.");
        var height = facts.Height ?? options.ImageSize ?? facts.ImageSize;
        var width = facts.Width ?? options.ImageSize ?? facts.ImageSize;
        if (options.ImageSize is { } size && size != Math.Max(height, width))
            throw new OptionException($"The network's image size is fixed at {width} × {height}, so it cannot be {size}.");
        network.CheckSize(height, width);
        return (height, width, options.Rectangular ?? !isFixed);
    }

    private Letterbox LetterboxFor(Picture picture) => _rectangular
        ? Letterbox.Minimal(picture.Width, picture.Height, _width, _network.Facts.Stride)
        : SquareFor(picture);

    private Letterbox SquareFor(Picture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return Letterbox.Into(picture.Width, picture.Height, _width, _height);
    }
}
