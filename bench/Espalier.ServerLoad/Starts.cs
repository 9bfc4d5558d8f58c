using System.Diagnostics;

namespace Espalier.ServerLoad;

/// <summary>From the start of the process to its first answer.</summary>
internal static class Starts
{
    public static int Run(string command, byte[] photo, int times)
    {
        var request = Connection.Post("/read", photo);
        var (listens, answers, memory) = (new List<double>(), new List<double>(), new List<double>());
        for (var time = 0; time < times; time++)
        {
            var clock = Stopwatch.StartNew();
            using var server = new ServerProcess(command);
            listens.Add(clock.Elapsed.TotalMilliseconds);
            using var connection = new Connection(server.Port);
            if (connection.Status(request) != 200) return 1;
            answers.Add(clock.Elapsed.TotalMilliseconds);
            Thread.Sleep(500);
            memory.Add(server.Megabytes);
        }

        Console.WriteLine("| | median | least | most |\n|-|-|-|-|");
        foreach (var (name, values) in new[] { ("listens, ms", listens), ("first photo read, ms", answers), ("at rest, MB", memory) })
            Console.WriteLine($"| {name} | {Rate.Median(values):0} | {values.Min():0} | {values.Max():0} |");
        return 0;
    }
}
