using Espalier.Cli.Models;

namespace Espalier.Cli.Benchmarks;

/// <summary>What <c>bench --json</c> prints for a model: milliseconds a picture, and how many times faster than the first model.</summary>
internal sealed record BenchResult(
    string Model, string Engine, long Bytes, int? ImageSize, int Batch, int Calls,
    StageResult Decode, StageResult Letterbox, StageResult Network, StageResult Suppression, StageResult Total,
    double NetworkRatio, double TotalRatio)
{
    /// <summary>A subject against the first one, whose rounds were run in turn with its own: the median of the ratios round by round.</summary>
    public static BenchResult Of(BenchSubject subject, BenchSubject first) => new(
        subject.Path, ModelFiles.EngineOf(subject.Path), new FileInfo(subject.Path).Length, subject.ImageSize, subject.Batch, subject.Rounds.Sum(round => round.Samples.Count),
        StageResult.Of(subject, sample => sample.Decode), StageResult.Of(subject, sample => sample.Letterbox), StageResult.Of(subject, sample => sample.Network),
        StageResult.Of(subject, sample => sample.Suppression), StageResult.Of(subject, sample => sample.Total),
        Ratio(subject, first, sample => sample.Network), Ratio(subject, first, sample => sample.Total));

    private static double Ratio(BenchSubject subject, BenchSubject first, Func<BenchSample, double> stage) =>
        Quantiles.Median(first.Rounds.Zip(subject.Rounds, (one, other) => one.Median(stage) / other.Median(stage)));
}

/// <summary>Milliseconds a picture that one stage took.</summary>
internal sealed record StageResult(double Median, double P95)
{
    public static StageResult Of(BenchSubject subject, Func<BenchSample, double> stage)
    {
        var times = subject.Rounds.SelectMany(round => round.Samples).Select(stage).Order().ToArray();
        return new StageResult(Quantiles.Of(times, 0.5), Quantiles.Of(times, 0.95));
    }
}
