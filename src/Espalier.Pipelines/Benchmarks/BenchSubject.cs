using System.Diagnostics;
using Espalier.Core;
using Espalier.Pipelines.Models;
using Espalier.Training.Prediction;
using Espalier.Vision;

namespace Espalier.Pipelines.Benchmarks;

/// <summary>One model at one image size and batch, with the times of its rounds so far.</summary>
internal sealed class BenchSubject : IDisposable
{
    private readonly List<BenchRound> _rounds = [];

    /// <summary>Opens a model.</summary>
    /// <exception cref="EspalierException">It cannot be used at the image size, or with so many pictures a call.</exception>
    public BenchSubject(string path, int? imageSize, int batch, int threads)
    {
        (Path, Batch) = (path, batch);
        Detector = ModelFiles.OpenAtOnce(path,
            new PredictorOptions { ImageSize = imageSize, Square = true, Device = "cpu", Threads = threads }, batch);
        ImageSize = imageSize;
        if (Detector is not Runtime.Detector { Facts.Batch: { } own } || batch % own == 0) return;
        Dispose();
        throw new OptionException(Invariant($"'{path}' computes {own} pictures a call, however few there are; give --batch {own}."));
    }

    public string Path { get; }

    public int? ImageSize { get; }

    public int Batch { get; }

    /// <summary>What is measured: as many pictures a call as are asked for, however large, where the file leaves that free.</summary>
    public IPictureDetector Detector { get; }

    public IReadOnlyList<BenchRound> Rounds => _rounds;

    /// <summary>Calls the detector over and over for a time, and at least three times.</summary>
    /// <param name="photos">Encoded photos, taken in turn.</param>
    /// <param name="duration">How long.</param>
    /// <param name="keep">Whether the times count.</param>
    /// <param name="cancellationToken">Ends it between calls.</param>
    public void Run(IReadOnlyList<byte[]> photos, TimeSpan duration, bool keep, CancellationToken cancellationToken)
    {
        const int FewestCalls = 3;
        var samples = new List<BenchSample>();
        var clock = Stopwatch.StartNew();
        for (var call = 0; call < FewestCalls || clock.Elapsed < duration; call++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            samples.Add(Call(photos, call * Batch));
        }

        if (keep) _rounds.Add(new BenchRound(samples));
    }

    public void Dispose() => Detector.Dispose();

    /// <summary>One call, in milliseconds a picture.</summary>
    private BenchSample Call(IReadOnlyList<byte[]> photos, int first)
    {
        var start = Stopwatch.GetTimestamp();
        var pictures = new Picture[Batch];
        for (var i = 0; i < Batch; i++) pictures[i] = PictureReader.Read(photos[(first + i) % photos.Count]);
        var decoded = Stopwatch.GetElapsedTime(start);
        StageTimes times;
        if (Batch == 1) Detector.Detect(pictures[0], out times);
        else Detector.Detect(pictures, out times);
        var total = Stopwatch.GetElapsedTime(start);
        return new BenchSample(Each(decoded), Each(times.Letterbox), Each(times.Network), Each(times.Suppression), Each(total));

        double Each(TimeSpan time) => time.TotalMilliseconds / Batch;
    }
}

/// <summary>Milliseconds a picture of one call.</summary>
internal readonly record struct BenchSample(double Decode, double Letterbox, double Network, double Suppression, double Total);

/// <summary>The calls of one round.</summary>
internal sealed record BenchRound(IReadOnlyList<BenchSample> Samples)
{
    /// <summary>The round's median of a stage.</summary>
    public double Median(Func<BenchSample, double> stage) => Quantile.Median(Samples.Select(stage));
}
