using Espalier.Networks;

namespace Espalier.Pipelines.Latency;

/// <summary>A thinned network as a latency table predicts it and as it is.</summary>
/// <param name="Operations">The share of the whole network's operations.</param>
/// <param name="Predicted">Milliseconds a call, by the table.</param>
/// <param name="Measured">Milliseconds a call, measured in turns with the others.</param>
internal sealed record PredictedLatency(double Operations, double Predicted, double Measured)
{
    /// <summary>By how much the prediction is off, as a share of what was measured.</summary>
    public double Error => Math.Abs(Predicted - Measured) / Measured;
}

/// <summary>Holds a latency table's predictions against measurements.</summary>
internal static class LatencyCheck
{
    // Other cuts than the table was measured with.
    private const int Seed = 2019;

    /// <summary>Predicts and measures thinned variants of a network, of widths chosen by chance.</summary>
    /// <param name="network">The network.</param>
    /// <param name="plans">How many.</param>
    /// <param name="setting">Threads, batch, precision.</param>
    /// <param name="listener">Told how far it is.</param>
    /// <param name="path">The table's file; the user's own if null.</param>
    /// <param name="cancellationToken">Ends it between rounds.</param>
    public static IReadOnlyList<PredictedLatency> Run(
        Checkpoint network, int plans, LatencySetting? setting = null, IPipelineListener? listener = null, string? path = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        (setting, listener) = (setting ?? new LatencySetting(), listener ?? new QuietListener());
        var table = LatencyTable.For(network, setting, listener, path, cancellationToken);
        var variants = RandomCut.Variants(network, plans, Seed);
        listener.OnNote(Invariant($"Measuring {plans} thinned networks in turns"));
        MeasuredFile[] files = [.. variants.Select(setting.File)];
        void Tell(int round, int rounds) => listener.OnProgress("measuring", round, rounds);
        var measured = LatencyMeter.Measure(files, setting.Threads, progress: Tell, cancellationToken: cancellationToken);
        var whole = Operations(network);
        return
        [
            .. variants.Zip(measured, (variant, taken) => new PredictedLatency(Operations(variant) / whole, table.Predict(variant), taken)),
        ];
    }

    private static double Operations(Checkpoint network) => network.Graph.Summarize(network.ImageSize).MultiplyAdds;
}
