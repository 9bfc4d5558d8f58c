namespace Espalier.ServerLoad;

/// <summary>Many requests, one after another.</summary>
internal static class Soak
{
    public static int Run(string command, byte[][] photos, int count)
    {
        var requests = Array.ConvertAll(photos, photo => Connection.Post("/read", photo));
        using var server = new ServerProcess(command);
        var memory = new List<double>();
        var outcome = Load.Closed(server.Port, requests, 2 * Environment.ProcessorCount, (index, _) =>
        {
            if (index % (count / 10) == count / 10 - 1) lock (memory) memory.Add(server.Megabytes);
            return index < count;
        });
        Console.WriteLine(
            $"""
            | | |
            |-|-|
            | answered | {outcome.StatusText} in {outcome.Seconds:0} s, {outcome.Rate:0}/s |
            | waits | {outcome.Waits} |
            | memory by tenths | {string.Join(", ", memory.Select(megabytes => $"{megabytes:0}"))} MB |
            """);
        return outcome.Statuses.Keys.All(status => status == 200) ? 0 : 1;
    }
}
