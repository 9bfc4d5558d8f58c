using System.Diagnostics;
using Espalier.Networks;
using Espalier.Runtime;

namespace Espalier.Cli.Benchmarks;

/// <summary>How long networks take in ONNX Runtime on this machine, from bytes to predictions.</summary>
internal static class LatencyMeter
{
    private const int Rounds = 4;
    private const int FewestCalls = 5;
    private static readonly TimeSpan RoundTime = TimeSpan.FromMilliseconds(250);

    /// <summary>The median of each network's calls, in milliseconds a call; networks in turn, the first round not counted.</summary>
    /// <param name="networks">The networks, measured at their own image size.</param>
    /// <param name="threads">Threads; 0 for one a core.</param>
    /// <param name="batch">Pictures a call.</param>
    /// <param name="cancellationToken">Ends it between rounds.</param>
    public static double[] Measure(IReadOnlyList<Checkpoint> networks, int threads, int batch = 1, CancellationToken cancellationToken = default)
    {
        var sessions = networks.Select(network => Open(network, threads, batch)).ToList();
        try
        {
            var samples = networks.Select(_ => new List<double>()).ToList();
            for (var round = 0; round < Rounds; round++)
            {
                for (var index = 0; index < sessions.Count; index++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var calls = Calls(sessions[index], networks[index].ImageSize, batch);
                    if (round > 0) samples[index].AddRange(calls);
                }
            }

            return [.. samples.Select(calls => Quantiles.Median(calls))];
        }
        finally
        {
            sessions.ForEach(session => session.Dispose());
        }
    }

    private static OnnxNetwork Open(Checkpoint network, int threads, int batch)
    {
        var options = new OnnxOptions { Batch = batch, Height = network.ImageSize, Width = network.ImageSize };
        return OnnxNetwork.Open(OnnxEmission.Emit(network, options).ToBytes(), new RuntimeOptions { Threads = threads });
    }

    private static List<double> Calls(OnnxNetwork session, int side, int batch)
    {
        var pixels = new byte[batch * side * side * 3];
        new Random(1).NextBytes(pixels);
        var times = new List<double>();
        var clock = Stopwatch.StartNew();
        while (times.Count < FewestCalls || clock.Elapsed < RoundTime)
        {
            var start = Stopwatch.GetTimestamp();
            session.Predict(pixels, batch, side, side);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return times;
    }
}
