using System.Diagnostics;
using Espalier.Core;
using Espalier.Networks;
using Espalier.Runtime;
using Espalier.Vision;

namespace Espalier.Pipelines.Latency;

/// <summary>How long networks take in ONNX Runtime on this machine: the network alone, decoding of boxes included.</summary>
public static class LatencyMeter
{
    // Many short rounds: a machine that is slower for a while is so for all networks.
    private const int Rounds = 21;
    private const int FewestCalls = 8;

    // A comparison is made by the way and must be over soon, for large networks too.
    private const int FewestRoundsOfComparison = 4;
    private const int FewestCallsOfComparison = 2;
    private static readonly TimeSpan ComparisonTime = TimeSpan.FromSeconds(1.5);

    // The first calls after another network's find its tensors in the caches.
    private const int UncountedCalls = 2;
    private static readonly TimeSpan RoundTime = TimeSpan.FromMilliseconds(80);

    /// <summary>The median of each network's calls, in milliseconds a call; networks in turn, the first round not counted.</summary>
    /// <param name="networks">The networks, measured at their own image size.</param>
    /// <param name="threads">Threads; 0 for one a core that the process may use.</param>
    /// <param name="batch">Pictures a call.</param>
    /// <param name="cancellationToken">Ends it between rounds.</param>
    public static IReadOnlyList<double> Measure(
        IReadOnlyList<Checkpoint> networks, int threads = 0, int batch = 1, CancellationToken cancellationToken = default) =>
        [.. Spreads(networks, threads, batch, cancellationToken).Select(spread => spread.Median)];

    /// <summary>The same with how far its calls lie apart.</summary>
    /// <inheritdoc cref="Measure(IReadOnlyList{Checkpoint}, int, int, CancellationToken)"/>
    internal static IReadOnlyList<LatencySpread> Spreads(
        IReadOnlyList<Checkpoint> networks, int threads = 0, int batch = 1, CancellationToken cancellationToken = default) =>
        Spreads([.. networks.Select(network => Fast(network, batch))], threads, Rounds, progress: null, cancellationToken);

    /// <summary>The median of each file's calls, likewise.</summary>
    /// <param name="files">The files.</param>
    /// <param name="threads">Threads; 0 for one a core that the process may use.</param>
    /// <param name="turns">Rounds that count, and one.</param>
    /// <param name="progress">Told of rounds done and of all; nobody if null.</param>
    /// <param name="cancellationToken">Ends it between rounds.</param>
    public static IReadOnlyList<double> Measure(
        IReadOnlyList<MeasuredFile> files, int threads = 0, int turns = Rounds, Action<int, int>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(files);
        return [.. Spreads(files, threads, turns, progress, cancellationToken).Select(spread => spread.Median)];
    }

    private static IReadOnlyList<LatencySpread> Spreads(IReadOnlyList<MeasuredFile> files, int threads, int turns,
        Action<int, int>? progress, CancellationToken cancellationToken)
    {
        var rounds = InTurns([.. files], threads, FewestCalls, Goes, cancellationToken);
        return [.. rounds.Select(calls => LatencySpread.Of(calls.SelectMany(round => round)))];

        bool Goes(int round, TimeSpan spent)
        {
            if (round > 0) progress?.Invoke(round, turns);
            return round < turns;
        }
    }

    /// <summary>Two networks as the files that this machine runs soonest, one picture a call.</summary>
    /// <inheritdoc cref="Compare(MeasuredFile, MeasuredFile, int, CancellationToken)"/>
    public static SpeedComparison Compare(Checkpoint before, Checkpoint after, int threads = 0,
        CancellationToken cancellationToken = default) =>
        Compare(Fast(before, 1), Fast(after, 1), threads, cancellationToken);

    /// <summary>Two files in turns, for a second or two.</summary>
    /// <param name="before">What there was.</param>
    /// <param name="after">What was made.</param>
    /// <param name="threads">Threads; 0 for one a core that the process may use.</param>
    /// <param name="cancellationToken">Ends it between rounds.</param>
    public static SpeedComparison Compare(MeasuredFile before, MeasuredFile after, int threads = 0,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        bool Goes(int round, TimeSpan spent) => round < FewestRoundsOfComparison || (round < Rounds && spent < ComparisonTime);
        var rounds = InTurns([before, after], threads, FewestCallsOfComparison, Goes, cancellationToken);
        return new SpeedComparison(
            Quantile.Median(rounds[0].SelectMany(round => round)) / before.Batch,
            Quantile.Median(rounds[1].SelectMany(round => round)) / after.Batch,
            Quantile.Median(rounds[0].Zip(rounds[1], Ratio)),
            AvailableProcessors.Current.ThreadsFor(threads));

        double Ratio(List<double> first, List<double> second) =>
            Quantile.Median(first) / before.Batch / (Quantile.Median(second) / after.Batch);
    }

    private static MeasuredFile Fast(Checkpoint network, int batch) =>
        new(FastFile.Of(network, batch).ToBytes(), network.ImageSize, network.ImageSize, batch);

    /// <summary>Milliseconds of the calls: of each file, the rounds but the first.</summary>
    /// <param name="files">What is measured.</param>
    /// <param name="threads">Threads; 0 for one a core that the process may use.</param>
    /// <param name="fewestCalls">Calls a round that count, however long they take.</param>
    /// <param name="goes">Whether there is a round of this number, after that time.</param>
    /// <param name="cancellationToken">Ends it between rounds.</param>
    private static List<List<double>>[] InTurns(
        MeasuredFile[] files, int threads, int fewestCalls, Func<int, TimeSpan, bool> goes, CancellationToken cancellationToken)
    {
        var detectors = files.Select(file => Detector.Open(file.Content, new DetectorOptions { Threads = threads })).ToList();
        try
        {
            List<List<double>>[] samples = [.. files.Select(_ => new List<List<double>>())];
            var clock = Stopwatch.StartNew();
            for (var round = 0; goes(round, clock.Elapsed); round++)
            {
                for (var index = 0; index < detectors.Count; index++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var calls = Calls(detectors[index], files[index], fewestCalls);
                    if (round > 0) samples[index].Add(calls);
                }
            }

            return samples;
        }
        finally
        {
            detectors.ForEach(detector => detector.Dispose());
        }
    }

    private static List<double> Calls(Detector detector, MeasuredFile file, int fewest)
    {
        var picture = new Picture(file.Width, file.Height);
        new Random(1).NextBytes(picture.Pixels);
        Picture[] pictures = [.. Enumerable.Repeat(picture, file.Batch)];
        for (var call = 0; call < UncountedCalls; call++) detector.Detect(pictures, out _);
        var times = new List<double>();
        var clock = Stopwatch.StartNew();
        while (times.Count < fewest || clock.Elapsed < RoundTime)
        {
            detector.Detect(pictures, out var stages);
            times.Add(stages.Network.TotalMilliseconds);
        }

        return times;
    }
}

/// <summary>An ONNX file to be measured on pictures of its size.</summary>
/// <param name="Content">The file.</param>
/// <param name="Height">Rows of a picture.</param>
/// <param name="Width">Columns of a picture.</param>
/// <param name="Batch">Pictures a call.</param>
public sealed record MeasuredFile(byte[] Content, int Height, int Width, int Batch);
