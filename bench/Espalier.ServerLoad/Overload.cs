namespace Espalier.ServerLoad;

/// <summary>Many times more than can be answered.</summary>
internal static class Overload
{
    private const int WarmUp = 10;

    public static int Run(string command, byte[][] photos, int seconds, int times)
    {
        var requests = Array.ConvertAll(photos, photo => Connection.Post("/read", photo));
        using var server = new ServerProcess(command);
        Load.Closed(server.Port, requests, 4, (_, time) => time.TotalSeconds < 3);
        var rate = Load.Closed(server.Port, requests, 4, (_, time) => time.TotalSeconds < 5).Rate;
        Load.Open(server.Port, requests, 160, times * rate, WarmUp);
        var memory = new List<double> { server.Megabytes };
        using var watch = new Timer(_ => memory.Add(server.Megabytes), null, 1000, 1000);
        var outcome = Load.Open(server.Port, requests, 160, times * rate, seconds);
        watch.Dispose();
        var third = memory.Count / 3;
        var (early, late) = (memory[..third].Average(), memory[^third..].Average());
        var all = outcome.Statuses.Values.Sum();
        Console.WriteLine(
            $"""
            | | |
            |-|-|
            | alone | {rate:0} photos/s |
            | asked | {all / outcome.Seconds:0}/s for {outcome.Seconds:0} s, {all / outcome.Seconds / rate:0.0} times as much |
            | answered | {outcome.StatusText}; {outcome.Rate:0} photos/s |
            | accepted ones | {outcome.Waits} |
            | memory, MB | {early:0} in the first third, {late:0} in the last, at most {memory.Max():0} |
            | afterwards | {server.Metric("espalier_requests_under_way"):0} under way |
            """);
        return outcome.Statuses.Keys.All(status => status is 200 or 429) ? 0 : 1;
    }
}
