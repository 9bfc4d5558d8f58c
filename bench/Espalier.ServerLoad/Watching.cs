using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Espalier.ServerLoad;

/// <summary>What it costs a machine on which something is trained that somebody looks at it.</summary>
internal static partial class Watching
{
    private const double Period = 0.7; // As the page asks.
    private const int Tenths = 10;

    /// <summary>Asks for the list of runs and for the first of them, as the page does, and says the processor time that the server
    /// takes.</summary>
    public static int Run(string command, string runs, int seconds)
    {
        using var server = new ServerProcess(command, "--runs", runs);
        using var connection = new Connection(server.Port);
        var first = Id().Match(connection.Ask(Connection.Get("/runs")).Text).Groups[1].Value;
        var (list, detail) = (Connection.Get("/runs"), Connection.Get($"/runs/detail?id={Uri.EscapeDataString(first)}"));
        var (clock, asked, slowest) = (Stopwatch.StartNew(), 0, 0.0);
        var shares = new List<double>();
        while (shares.Count < Tenths)
        {
            var (from, used) = (clock.Elapsed.TotalSeconds, server.ProcessorSeconds);
            while (clock.Elapsed.TotalSeconds < from + ((double)seconds / Tenths))
            {
                Thread.Sleep((int)(Period * 1e3));
                var start = clock.Elapsed;
                if (connection.Status(list) != 200 || connection.Status(detail) != 200) return 1;
                (asked, slowest) = (asked + 1, Math.Max(slowest, (clock.Elapsed - start).TotalMilliseconds));
            }

            shares.Add((server.ProcessorSeconds - used) / (clock.Elapsed.TotalSeconds - from));
        }

        var late = Percent(shares.Skip(Tenths / 2).Average() / Environment.ProcessorCount);
        Console.WriteLine(
            $"""
            | | |
            |-|-|
            | looked | {asked} times at '{first}', every {Period} s; the slowest answer after {slowest:0} ms |
            | of one processor, by tenths of the time | {string.Join(", ", shares.Select(share => Percent(share)))} |
            | of all {Environment.ProcessorCount}, in the second half | {late} |
            """);
        return 0;
    }

    private static string Percent(double share) => (share * 100).ToString("0.00", CultureInfo.InvariantCulture) + " %";

    [GeneratedRegex("\"id\":\"([^\"]+)\"")]
    private static partial Regex Id();
}
