using System.Diagnostics;
using Espalier.Cli.Models;
using Espalier.Networks;
using Espalier.Runtime;
using Espalier.Vision;

namespace Espalier.Cli.Benchmarks;

/// <summary>How long networks take in ONNX Runtime on this machine: the network alone, decoding of boxes included.</summary>
internal static class LatencyMeter
{
    // Many short rounds: a machine that is slower for a while is so for all networks.
    private const int Rounds = 21;
    private const int FewestCalls = 8;

    // The first calls after another network's find its tensors in the caches.
    private const int UncountedCalls = 2;
    private static readonly TimeSpan RoundTime = TimeSpan.FromMilliseconds(80);

    /// <summary>The median of each network's calls, in milliseconds a call; networks in turn, the first round not counted.</summary>
    /// <param name="networks">The networks, measured at their own image size.</param>
    /// <param name="threads">Threads; 0 for one a core.</param>
    /// <param name="batch">Pictures a call.</param>
    /// <param name="cancellationToken">Ends it between rounds.</param>
    public static double[] Measure(IReadOnlyList<Checkpoint> networks, int threads, int batch = 1, CancellationToken cancellationToken = default)
    {
        var detectors = networks.Select(network => Open(network, threads, batch)).ToList();
        try
        {
            var samples = networks.Select(_ => new List<double>()).ToList();
            for (var round = 0; round < Rounds; round++)
            {
                for (var index = 0; index < detectors.Count; index++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var calls = Calls(detectors[index], networks[index].ImageSize, batch);
                    if (round > 0) samples[index].AddRange(calls);
                }
            }

            return [.. samples.Select(calls => Quantiles.Median(calls))];
        }
        finally
        {
            detectors.ForEach(detector => detector.Dispose());
        }
    }

    private static Detector Open(Checkpoint network, int threads, int batch)
        => Detector.Open(FastFile.Of(network, batch).ToBytes(), new DetectorOptions { Threads = threads });

    private static List<double> Calls(Detector detector, int side, int batch)
    {
        var picture = new Picture(side, side);
        new Random(1).NextBytes(picture.Pixels);
        Picture[] pictures = [.. Enumerable.Repeat(picture, batch)];
        for (var call = 0; call < UncountedCalls; call++) detector.Detect(pictures, out _);
        var times = new List<double>();
        var clock = Stopwatch.StartNew();
        while (times.Count < FewestCalls || clock.Elapsed < RoundTime)
        {
            detector.Detect(pictures, out var stages);
            times.Add(stages.Network.TotalMilliseconds);
        }

        return times;
    }
}
