using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Espalier.Core;

namespace Espalier.Training.Profiling;

/// <summary>Where a run's time goes: sums by name over the whole run,
/// and the run's first tens of thousands of spans for a picture of it.</summary>
/// <remarks>Spans may be measured on any thread; those of one thread may lie within one another.</remarks>
internal sealed class Timeline
{
    /// <summary>Spans that are kept one by one; later ones go into the sums alone.</summary>
    public const int MostSpans = 50_000;

    private readonly ConcurrentDictionary<(string Category, string Name), Sum> _sums = [];
    private readonly ConcurrentQueue<Kept> _spans = [];
    private readonly long _origin = Stopwatch.GetTimestamp();
    private long _count;

    /// <summary>Everything measured so far, the longest first.</summary>
    public IReadOnlyList<TimelineEntry> Entries =>
    [
        .. _sums.Select(pair => new TimelineEntry(pair.Key.Category, pair.Key.Name, pair.Value.Count, TimeSpan.FromTicks(pair.Value.Ticks)))
            .OrderByDescending(entry => entry.Total)
    ];

    /// <summary>The spans as a trace that a browser's tracing page (<c>chrome://tracing</c>, <c>ui.perfetto.dev</c>) opens.</summary>
    /// <exception cref="EspalierException">The file cannot be written.</exception>
    public void SaveTrace(string path)
    {
        var text = new StringBuilder("{\"displayTimeUnit\":\"ms\",\"traceEvents\":[");
        var first = true;
        foreach (var span in _spans)
        {
            if (!first) text.Append(",\n");
            first = false;
            text.Append(
                CultureInfo.InvariantCulture,
                $"{{\"ph\":\"X\",\"pid\":1,\"tid\":{span.Thread},\"ts\":{Microseconds(span.Start - _origin)},"
                    + $"\"dur\":{Microseconds(span.Duration)},\"cat\":{JsonSerializer.Serialize(span.Category)},"
                    + $"\"name\":{JsonSerializer.Serialize(span.Name)}}}");
        }

        AtomicFile.WriteAllText(path, text.Append("]}\n").ToString());
    }

    internal void Add(string category, string name, long start, long end)
    {
        var sum = _sums.GetOrAdd((category, name), _ => new Sum());
        Interlocked.Increment(ref sum.Count);
        Interlocked.Add(ref sum.Ticks, Stopwatch.GetElapsedTime(start, end).Ticks);
        if (Interlocked.Increment(ref _count) <= MostSpans)
            _spans.Enqueue(new Kept(category, name, Environment.CurrentManagedThreadId, start, end - start));
    }

    private static string Microseconds(long timestamps) =>
        (timestamps * 1e6 / Stopwatch.Frequency).ToString("0.#", CultureInfo.InvariantCulture);

    private sealed record Kept(string Category, string Name, int Thread, long Start, long Duration);

    private sealed class Sum
    {
        public long Count;
        public long Ticks;
    }
}

/// <summary>All spans of one name.</summary>
/// <param name="Category">Phases of a step are <c>step</c>; nodes of the network <c>forward</c> and <c>backward</c>.</param>
/// <param name="Name">What was measured.</param>
/// <param name="Count">How often.</param>
/// <param name="Total">How long in all.</param>
internal sealed record TimelineEntry(string Category, string Name, long Count, TimeSpan Total);

/// <summary>A span that is being measured.</summary>
internal readonly struct TimelineSpan : IDisposable
{
    private readonly Timeline? _timeline;
    private readonly string _category;
    private readonly string _name;
    private readonly long _start;

    internal TimelineSpan(Timeline? timeline, string category, string name)
    {
        (_timeline, _category, _name) = (timeline, category, name);
        _start = timeline is null ? 0 : Stopwatch.GetTimestamp();
    }

    /// <summary>Ends it.</summary>
    public void Dispose() => _timeline?.Add(_category, _name, _start, Stopwatch.GetTimestamp());
}

/// <summary>Measuring where there may be nothing to measure with.</summary>
internal static class TimelineMeasuring
{
    /// <summary>The category of a step's phases.</summary>
    public const string Step = "step";

    /// <summary>Measures until the span is disposed; does nothing where the timeline is null.</summary>
    /// <param name="timeline">Where to.</param>
    /// <param name="name">What is measured.</param>
    /// <param name="category">Of what kind it is.</param>
    public static TimelineSpan Measure(this Timeline? timeline, string name, string category = Step) => new(timeline, category, name);
}
