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
        var all = outcome.Statuses.Values.Sum();
        Console.WriteLine(
            $"""
            | | |
            |-|-|
            | alone | {rate:0} photos/s |
            | asked | {all / outcome.Seconds:0}/s for {outcome.Seconds:0} s, {all / outcome.Seconds / rate:0.0} times as much |
            | answered | {outcome.StatusText}; {outcome.Rate:0} photos/s |
            | accepted ones | median {outcome.Quantile(.5):0} ms, 99 % within {outcome.Quantile(.99):0} ms, all within {outcome.Quantile(1):0} ms |
            | memory | {memory[0]:0} MB after {WarmUp} s, {memory[^1]:0} MB at the end, {memory.Min():0} to {memory.Max():0} MB |
            | afterwards | {server.Metric("espalier_requests_under_way"):0} under way |
            """);
        return outcome.Statuses.Keys.All(status => status is 200 or 429) ? 0 : 1;
    }
}
