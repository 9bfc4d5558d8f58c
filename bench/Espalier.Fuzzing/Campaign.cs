using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Espalier.Core;

namespace Espalier.Fuzzing;

/// <summary>When a campaign ends.</summary>
/// <param name="Inputs">After so many inputs.</param>
/// <param name="Time">After so long.</param>
internal readonly record struct CampaignLimit(long Inputs, TimeSpan Time);

/// <summary>What came of a campaign.</summary>
/// <param name="Target">The reader.</param>
/// <param name="Inputs">How many inputs were tried.</param>
/// <param name="Taken">How many were read.</param>
/// <param name="Undocumented">How many were answered by an exception that nobody promised.</param>
/// <param name="Slow">How many took a second, as often as they were read.</param>
/// <param name="Greedy">How many allocated <see cref="Campaign.MostBytes"/>.</param>
/// <param name="Slowest">The longest time that one took.</param>
/// <param name="Time">The whole time.</param>
internal sealed record CampaignReport(
    string Target, long Inputs, long Taken, long Undocumented, long Slow, long Greedy, TimeSpan Slowest, TimeSpan Time)
{
    /// <summary>Whether nothing was found.</summary>
    public bool IsClean => Undocumented + Slow + Greedy == 0;

    /// <summary>A row of a table.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"| {Target} | {Inputs:N0} | {Taken:N0} | {Inputs - Taken - Undocumented:N0} | {Undocumented} | {Slow} | {Greedy} | "
        + $"{Slowest.TotalMilliseconds:0} ms | {Time.TotalSeconds:0} |");
}

/// <summary>Tries changed inputs on a reader, and keeps those that find something.</summary>
/// <param name="target">The reader.</param>
/// <param name="seed">Of the inputs.</param>
/// <param name="findings">The folder that inputs with findings are written to; made when there is one.</param>
internal sealed class Campaign(FuzzTarget target, ulong seed, string findings)
{
    /// <summary>More than this, asked for by one input, is a finding.</summary>
    public const long MostBytes = 256 << 20;

    private const int Retries = 9;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);
    private readonly HashSet<string> _seen = [];

    /// <summary>Runs it; the seeds themselves must be taken first.</summary>
    public CampaignReport Run(CampaignLimit limit)
    {
        foreach (var input in target.Seeds) target.Read(input);
        var mutator = new Mutator(target.Seeds, seed);
        var clock = Stopwatch.StartNew();
        var (inputs, taken, undocumented, slow, greedy) = (0L, 0L, 0L, 0L, 0L);
        var slowest = TimeSpan.Zero;
        for (; inputs < limit.Inputs && clock.Elapsed < limit.Time; inputs++)
        {
            var input = mutator.Input(inputs);
            var (problem, time, bytes) = Try(input);

            // The machine may have been busy.
            for (var again = 0; time > Longest && again < Retries; again++)
            {
                if (Try(input).Time is var next && next < time) time = next;
            }

            if (time > slowest) slowest = time;
            if (problem is null) taken++;
            else if (!IsPromised(problem)) undocumented++;
            if (time > Longest) slow++;
            if (bytes > MostBytes) greedy++;
            if (problem is not null && !IsPromised(problem)) Keep(inputs, input, Where(problem), problem.ToString());
            else if (time > Longest) Keep(inputs, input, "slow", time.ToString());
            else if (bytes > MostBytes) Keep(inputs, input, "greedy", $"{bytes} bytes");
        }

        return new CampaignReport(target.Name, inputs, taken, undocumented, slow, greedy, slowest, clock.Elapsed);
    }

    private (Exception? Problem, TimeSpan Time, long Bytes) Try(byte[] input)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        Exception? problem = null;
        try
        {
            target.Read(input);
        }
        catch (Exception exception)
        {
            problem = exception;
        }

        return (problem, Stopwatch.GetElapsedTime(start), GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static bool IsPromised(Exception exception) => exception is EspalierException or JsonException;

    private static string Where(Exception exception) => $"{exception.GetType().Name} {exception.StackTrace?.Split('\n')[0].Trim()}";

    // One input a place in the program is enough to look at.
    private void Keep(long index, byte[] input, string kind, string text)
    {
        if (!_seen.Add(kind)) return;
        Directory.CreateDirectory(findings);
        var path = Path.Combine(findings, string.Create(CultureInfo.InvariantCulture, $"{target.Name}-{seed}-{index}"));
        File.WriteAllBytes(path, input);
        File.WriteAllText(path + ".txt", text + "\n");
        Console.Error.WriteLine($"{path}: {kind}");
    }
}
