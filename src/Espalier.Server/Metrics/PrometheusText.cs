using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Espalier.Server.Load;

namespace Espalier.Server.Metrics;

/// <summary>Sums a meter's instruments up and prints them in Prometheus' text format, version 0.0.4.</summary>
internal sealed class PrometheusText : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, Family> _families = new(StringComparer.Ordinal);

    /// <summary>Begins to listen.</summary>
    public PrometheusText(ServerMetrics metrics)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == metrics.Meter) listener.EnableMeasurementEvents(instrument, new Family(instrument));
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, state) => Add((Family)state!, value, tags));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, state) => Add((Family)state!, value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, state) => Add((Family)state!, value, tags));
        _listener.Start();
    }

    /// <summary>Everything as it is now.</summary>
    public string Print()
    {
        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        lock (_lock)
        {
            foreach (var family in _families.Values) family.Print(text);
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private void Add(Family family, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new StringBuilder();
        foreach (var (name, label) in tags)
            labels.Append(labels.Length > 0 ? "," : "").Append(CultureInfo.InvariantCulture, $"{name}=\"{Escape($"{label}")}\"");
        lock (_lock)
        {
            _families[family.Name] = family;
            family.Add(labels.ToString(), value);
        }
    }

    private static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);

    /// <summary>An instrument with all its labels.</summary>
    private sealed class Family(Instrument instrument)
    {
        private readonly SortedDictionary<string, Series> _series = new(StringComparer.Ordinal);
        private readonly IReadOnlyList<double> _bounds = (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries ?? [];

        public string Name => instrument.Name;

        public void Add(string labels, double value)
        {
            if (!_series.TryGetValue(labels, out var series)) _series.Add(labels, series = new Series(_bounds.Count));
            series.Sum = instrument.IsObservable ? value : series.Sum + value;
            series.Count++;
            for (var i = 0; i < _bounds.Count; i++) series.Buckets[i] += value <= _bounds[i] ? 1 : 0;
        }

        public void Print(StringBuilder text)
        {
            var kind = _bounds.Count > 0 ? "histogram" : instrument.IsObservable ? "gauge" : "counter";
            text.Append(CultureInfo.InvariantCulture, $"# HELP {Name} {instrument.Description}\n# TYPE {Name} {kind}\n");
            foreach (var (labels, series) in _series)
            {
                var braces = labels.Length > 0 ? $"{{{labels}}}" : "";
                if (_bounds.Count == 0)
                {
                    text.Append(CultureInfo.InvariantCulture, $"{Name}{braces} {series.Sum}\n");
                    continue;
                }

                for (var i = 0; i < _bounds.Count; i++)
                    text.Append(CultureInfo.InvariantCulture, $"{Name}_bucket{{{labels},le=\"{_bounds[i]}\"}} {series.Buckets[i]}\n");
                text.Append(CultureInfo.InvariantCulture, $"{Name}_bucket{{{labels},le=\"+Inf\"}} {series.Count}\n");
                text.Append(CultureInfo.InvariantCulture, $"{Name}_sum{braces} {series.Sum}\n{Name}_count{braces} {series.Count}\n");
            }
        }
    }

    private sealed class Series(int buckets)
    {
        public long[] Buckets { get; } = new long[buckets];

        public double Sum { get; set; }

        public long Count { get; set; }
    }
}
