using System.Diagnostics;
using Espalier.HouseNumbers;
using Espalier.Runtime;

namespace Espalier.ServerLoad;

/// <summary>Photos a second, against the reader in this process, in turn.</summary>
internal static class Rate
{
    private const double Share = 0.8;
    private const int WarmUp = 15; // The server compiles what is often used a second and a third time.

    public static int Run(string command, byte[][] photos, int seconds, int rounds)
    {
        var requests = Array.ConvertAll(photos, photo => Connection.Post("/read", photo));
        using var reader = HouseNumberReader.Open(detector: new DetectorOptions { Threads = 1, Spinning = false });
        using var server = new ServerProcess(command);
        InProcess(reader, photos, 3);
        Load.Closed(server.Port, requests, 2 * Environment.ProcessorCount, (_, time) => time.TotalSeconds < WarmUp);
        var (inside, served, shares) = (new List<double>(), new List<double>(), new List<double>());
        Console.WriteLine("| round | in process, photos/s | served, photos/s | share | of the processors: server |\n|-|-|-|-|-|");
        for (var round = 1; round <= rounds; round++)
        {
            inside.Add(InProcess(reader, photos, seconds));
            var before = server.ProcessorSeconds;
            var outcome = Load.Closed(server.Port, requests, 2 * Environment.ProcessorCount, (_, time) => time.TotalSeconds < seconds);
            var used = (server.ProcessorSeconds - before) / outcome.Seconds / Environment.ProcessorCount;
            served.Add(outcome.Rate);
            shares.Add(served[^1] / inside[^1]);
            Console.WriteLine($"| {round} | {inside[^1]:0} | {served[^1]:0} | {shares[^1]:0.000} | {used:0.00} |");
        }

        Console.WriteLine($"| median | {Median(inside):0} | {Median(served):0} | {Median(shares):0.000} | |");
        foreach (var evenly in new[] { true, false })
        {
            var calm = Load.Open(server.Port, requests, 64, Share * Median(served), 10, evenly);
            Console.WriteLine($"At {Share} of that, {(evenly ? "evenly" : "by chance")}, {calm.Rate:0}/s: {calm.Waits}; "
                + $"{calm.StatusText}. {server.Megabytes:0} MB.");
        }

        return 0;
    }

    private static double InProcess(HouseNumberReader reader, byte[][] photos, double seconds)
    {
        var (next, clock) = (-1, Stopwatch.StartNew());
        Load.OnThreads(Environment.ProcessorCount, () =>
        {
            while (clock.Elapsed.TotalSeconds < seconds) reader.Read(photos[Interlocked.Increment(ref next) % photos.Length]);
        });
        return (next + 1) / clock.Elapsed.TotalSeconds;
    }

    public static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);
}
