using System.Diagnostics;
using System.Diagnostics.Metrics;
using Espalier.Vision;

namespace Espalier.Server.Load;

/// <summary>
/// What is measured, as instruments of the meter <c>Espalier.Server</c>: OpenTelemetry takes them from there, <c>PrometheusText</c>
/// likewise. Each picture is an activity of the source of the same name, too.
/// </summary>
internal sealed class ServerMetrics : IDisposable
{
    private const string Name = "Espalier.Server";

    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10],
    };

    private readonly ActivitySource _activities = new(Name);
    private readonly Counter<long> _requests;
    private readonly Histogram<double> _durations;
    private readonly Histogram<double> _stages;

    /// <summary>The instruments, over a queue.</summary>
    public ServerMetrics(WorkQueue queue, ServerOptions options)
    {
        Meter = new Meter(Name);
        _requests = Meter.CreateCounter<long>("espalier_requests_total", description: "Requests by route and status.");
        _durations = Meter.CreateHistogram("espalier_request_seconds", "s", "Seconds from a request's first byte to its answer.",
            advice: Seconds);
        _stages = Meter.CreateHistogram("espalier_stage_seconds", "s", "Seconds of a picture in each stage, by model.", advice: Seconds);
        Meter.CreateObservableGauge("espalier_requests_under_way", () => queue.Taken, description: "Requests that hold a place.");
        Meter.CreateObservableGauge("espalier_requests_limit", () => options.Queue, description: "Places for requests.");
    }

    /// <summary>The meter.</summary>
    public Meter Meter { get; }

    /// <summary>A request was answered, or its client left: 499.</summary>
    public void Answered(string route, int status, TimeSpan duration)
    {
        _requests.Add(1, new("route", route), new("status", status));
        _durations.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("route", route));
    }

    /// <summary>A picture is about to be looked at; the activity, null where nobody listens, ends with it.</summary>
    public Activity? Begin(string model) => _activities.StartActivity("look at a picture")?.SetTag("model", model);

    /// <summary>A picture was looked at.</summary>
    public void LookedAt(Activity? activity, string model, TimeSpan queue, TimeSpan decode, StageTimes times)
    {
        Stage("queue", queue);
        Stage("decode", decode);
        Stage("letterbox", times.Letterbox);
        Stage("network", times.Network);
        Stage("suppression", times.Suppression);

        void Stage(string name, TimeSpan time)
        {
            _stages.Record(time.TotalSeconds, new("model", model), new("stage", name));
            activity?.SetTag($"{name}_seconds", time.TotalSeconds);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Meter.Dispose();
        _activities.Dispose();
    }
}
