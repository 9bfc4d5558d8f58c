using Espalier.Core;
using Espalier.Pipelines.Models;

namespace Espalier.Pipelines.Benchmarks;

/// <summary>How fast a model is at one image size and batch.</summary>
/// <param name="Model">The file.</param>
/// <param name="Engine">What computes it.</param>
/// <param name="Bytes">The file's size.</param>
/// <param name="ImageSize">The side of the letterbox square in pixels; null for the model's own.</param>
/// <param name="Batch">Pictures a call.</param>
/// <param name="Calls">Calls that were counted.</param>
/// <param name="Decode">From bytes to pixels.</param>
/// <param name="Letterbox">From pixels to the network's input.</param>
/// <param name="Network">The network.</param>
/// <param name="Suppression">Non-maximum suppression.</param>
/// <param name="Total">All of it.</param>
/// <param name="NetworkRatio">How many times as fast as the first model's the network is: the median over rounds run in turn.</param>
/// <param name="TotalRatio">The same for all stages together.</param>
public sealed record BenchResult(
    string Model, string Engine, long Bytes, int? ImageSize, int Batch, int Calls,
    StageResult Decode, StageResult Letterbox, StageResult Network, StageResult Suppression, StageResult Total,
    double NetworkRatio, double TotalRatio)
{
    /// <summary>A subject against the first one, whose rounds were run in turn with its own:
    /// the median of the ratios round by round.</summary>
    internal static BenchResult Of(BenchSubject subject, BenchSubject first) => new(
        subject.Path, ModelFiles.EngineOf(subject.Path), ModelFiles.SizeOf(subject.Path), subject.ImageSize, subject.Batch,
        subject.Rounds.Sum(round => round.Samples.Count),
        StageResult.Of(subject, sample => sample.Decode), StageResult.Of(subject, sample => sample.Letterbox),
        StageResult.Of(subject, sample => sample.Network),
        StageResult.Of(subject, sample => sample.Suppression), StageResult.Of(subject, sample => sample.Total),
        Ratio(subject, first, sample => sample.Network), Ratio(subject, first, sample => sample.Total));

    private static double Ratio(BenchSubject subject, BenchSubject first, Func<BenchSample, double> stage) =>
        Quantile.Median(first.Rounds.Zip(subject.Rounds, (one, other) => one.Median(stage) / other.Median(stage)));
}

/// <summary>Milliseconds a picture that one stage took.</summary>
/// <param name="Median">Of all calls.</param>
/// <param name="P95">What 95 % of the calls stay below.</param>
public sealed record StageResult(double Median, double P95)
{
    internal static StageResult Of(BenchSubject subject, Func<BenchSample, double> stage)
    {
        var times = subject.Rounds.SelectMany(round => round.Samples).Select(stage).Order().ToArray();
        return new StageResult(Quantile.Of(times, 0.5), Quantile.Of(times, 0.95));
    }
}
