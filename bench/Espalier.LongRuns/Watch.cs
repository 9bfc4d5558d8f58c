using System.Diagnostics;

namespace Espalier.LongRuns;

/// <summary>Looks at the process every second while it works, prints a row for each tenth of the work, and judges.</summary>
/// <param name="total">How many pieces the work has.</param>
/// <param name="log">Takes the table and the verdict.</param>
/// <param name="folders">Where files are counted.</param>
internal sealed class Watch(long total, TextWriter log, params string[] folders)
{
    /// <summary>What may be more in the last tenth than in the second; the first is for warming up.</summary>
    private const double Allowed = 1.02;
    private const int Parts = 10;

    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly List<Vitals>[] _samples = [.. Enumerable.Range(0, Parts).Select(_ => new List<Vitals>())];
    private long _done;

    /// <summary>Takes the next piece of work; false where none is left.</summary>
    /// <param name="index">Which it is, 0-based.</param>
    public bool Next(out long index) => (index = Interlocked.Increment(ref _done) - 1) < total;

    /// <summary>Works and watches.</summary>
    /// <param name="work">Calls <see cref="Next"/> for every piece, from whatever threads.</param>
    /// <returns>Whether memory, handles, threads and files stayed as they were after the first tenth.</returns>
    public bool StaysFlat(Action work)
    {
        log.WriteLine("| done | seconds | resident MB | managed MB | handles | threads | files |");
        log.WriteLine("|-|-:|-:|-:|-:|-:|-:|");
        using var ended = new ManualResetEventSlim();
        var watcher = new Thread(() => Look(ended)) { IsBackground = true };
        watcher.Start();
        try
        {
            work();
        }
        finally
        {
            ended.Set();
            watcher.Join();
        }

        return Judge();
    }

    private void Look(ManualResetEventSlim ended)
    {
        var before = 0;
        while (!ended.Wait(Between))
        {
            var part = (int)(Math.Min(Interlocked.Read(ref _done), total) * Parts / (total + 1));
            if (part > before) Print(before);
            before = part;
            _samples[part].Add(Vitals.Take(folders));
        }

        Print(before);
    }

    private void Print(int part)
    {
        if (_samples[part].Count == 0) return;
        var vitals = Vitals.Typical(_samples[part]);
        log.WriteLine($"| {(part + 1) * 100 / Parts} % | {_clock.Elapsed.TotalSeconds:0} | {vitals.Resident:0.0} | {vitals.Managed:0.00} | "
            + $"{vitals.Handles} | {vitals.Threads} | {vitals.Files} |");
    }

    private bool Judge()
    {
        if (_samples[1].Count == 0 || _samples[^1].Count == 0)
        {
            log.WriteLine("too short to judge: every tenth must take more than a second");
            return false;
        }

        var (first, last) = (Vitals.Typical(_samples[1]), Vitals.Typical(_samples[^1]));
        (string Name, double First, double Last)[] pairs =
        [
            ("resident memory", first.Resident, last.Resident), ("handles", first.Handles, last.Handles),
            ("threads", first.Threads, last.Threads), ("files", first.Files, last.Files),
        ];
        foreach (var (name, was, now) in pairs)
            log.WriteLine($"{name}: {now / was - 1:+0.0 %;−0.0 %;0 %}{(now > was * Allowed ? ", which is growth" : "")}");
        return pairs.All(pair => pair.Last <= pair.First * Allowed);
    }
}
