using System.Diagnostics;
using Espalier.HouseNumbers;
using Espalier.Runtime;

namespace Espalier.ServerLoad;

/// <summary>Photos a second, against the reader in this process, in turn.</summary>
internal static class Rate
{
    private const double Share = 0.8;
    private const int CalmRounds = 41;
    private const double CalmSeconds = 0.5;
    private const int WarmUp = 40; // The server compiles what is often used a second and a third time.

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
        Console.WriteLine($"| all together | {inside.Average():0} | {served.Average():0} | {served.Sum() / inside.Sum():0.000} | |");
        // The same requests at the same times, a thread a processor in this process: what the machine itself lets wait.
        Console.WriteLine("\n| at .8 of that | in process, 99 % within, ms | served, 99 % within, ms | served, median, ms |\n|-|-|-|-|");
        foreach (var evenly in new[] { true, false })
        {
            var (alone, asked) = (new List<double>(), new List<Outcome>());
            for (var round = 0; round < CalmRounds; round++)
            {
                alone.Add(Load.Open(() => new InProcessAsker(reader, photos), Environment.ProcessorCount, Share * Median(inside),
                    CalmSeconds, evenly).Quantile(.99));
                asked.Add(Load.Open(() => new ServerAsker(server.Port, requests), 64, Share * Median(served), CalmSeconds, evenly));
            }

            var waits = asked.ConvertAll(outcome => outcome.Quantile(.99));
            Console.WriteLine($"| {(evenly ? "evenly" : "by chance")}, medians of {CalmRounds} times {CalmSeconds} s (least to most) "
                + $"| {Range(alone)} | {Range(waits)} | {Median(asked.Select(outcome => outcome.Quantile(.5))):0.0} |");
        }

        return 0;
    }

    private static string Range(List<double> values) => $"{Median(values):0.0} ({values.Min():0.0} to {values.Max():0.0})";

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
