using System.Collections.Concurrent;
using System.Diagnostics;

namespace Espalier.ServerLoad;

/// <summary>What a number of requests got.</summary>
internal sealed class Outcome
{
    /// <summary>Answers by status.</summary>
    public ConcurrentDictionary<int, int> Statuses { get; } = [];

    /// <summary>Milliseconds that answers with status 200 took, from the moment at which they were due.</summary>
    public ConcurrentBag<double> Milliseconds { get; } = [];

    /// <summary>How long it all took.</summary>
    public double Seconds { get; set; }

    /// <summary>Answers with status 200 a second.</summary>
    public double Rate => Statuses.GetValueOrDefault(200) / Seconds;

    /// <summary>Statuses with their numbers.</summary>
    public string StatusText => string.Join(", ", Statuses.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}: {pair.Value}"));

    /// <summary>How long the answers took.</summary>
    public string Waits => $"median {Quantile(.5):0.0} ms, 99 % within {Quantile(.99):0.0} ms, all within {Quantile(1):0} ms";

    public void Add(int status, double milliseconds)
    {
        Statuses.AddOrUpdate(status, 1, (_, count) => count + 1);
        if (status == 200) Milliseconds.Add(milliseconds);
    }

    /// <summary>The milliseconds under which a share of the answers stayed.</summary>
    public double Quantile(double share)
    {
        var sorted = Milliseconds.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
    }
}

/// <summary>Ways of asking a server.</summary>
internal static class Load
{
    /// <summary>Each connection asks again as soon as it is answered.</summary>
    public static Outcome Closed(int port, byte[][] requests, int connections, Func<int, TimeSpan, bool> more)
    {
        var (outcome, next, clock) = (new Outcome(), -1, Stopwatch.StartNew());
        OnThreads(connections, () =>
        {
            using var connection = new Connection(port);
            while (true)
            {
                var index = Interlocked.Increment(ref next);
                if (!more(index, clock.Elapsed)) return;
                var start = clock.Elapsed;
                outcome.Add(connection.Status(requests[index % requests.Length]), (clock.Elapsed - start).TotalMilliseconds);
            }
        });
        outcome.Seconds = clock.Elapsed.TotalSeconds;
        return outcome;
    }

    /// <summary>Requests come at a rate, by chance or evenly, whether those before are answered or not; who has to wait for one of the
    /// askers waits for the answer all the longer.</summary>
    public static Outcome Open(Func<IAsker> connect, int askers, double rate, double seconds, bool evenly = false)
    {
        var (outcome, next, clock) = (new Outcome(), -1, new Stopwatch());
        var random = new Random(20);
        var due = new List<double>();
        for (var time = 0.0; time < seconds; time += (evenly ? 1 : -Math.Log(1 - random.NextDouble())) / rate)
            due.Add(time);
        using var connected = new Barrier(askers, _ => clock.Start()); // To connect is not what is measured.
        OnThreads(askers, () =>
        {
            using var asker = connect();
            connected.SignalAndWait();
            for (int index; (index = Interlocked.Increment(ref next)) < due.Count && clock.Elapsed.TotalSeconds < seconds;)
            {
                var early = due[index] - clock.Elapsed.TotalSeconds;
                if (early > 0) Thread.Sleep((int)Math.Ceiling(early * 1e3)); // Spinning would take from the server what it needs.
                var status = asker.Ask(index);
                outcome.Add(status, (clock.Elapsed.TotalSeconds - due[index]) * 1e3);
            }
        });
        outcome.Seconds = clock.Elapsed.TotalSeconds;
        return outcome;
    }

    /// <summary>The same of a server, on so many connections.</summary>
    public static Outcome Open(int port, byte[][] requests, int connections, double rate, double seconds) =>
        Open(() => new ServerAsker(port, requests), connections, rate, seconds);

    /// <summary>Some threads that do the same; what one throws is thrown.</summary>
    public static void OnThreads(int count, Action work)
    {
        Exception? failure = null;
        var threads = Enumerable.Range(0, count).Select(_ => new Thread(() =>
        {
            try
            {
                work();
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        }, 1 << 18)).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        if (failure is not null) throw new InvalidOperationException("A thread of the load failed.", failure);
    }
}
