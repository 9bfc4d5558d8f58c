using System.Diagnostics;
using Espalier.Core;
using Espalier.Datasets.Loading;
using Espalier.Networks;
using Espalier.Training.Execution;
using Espalier.Training.Native;
using Espalier.Training.Runs;

namespace Espalier.Training.Loops;

/// <summary>
/// How long an epoch of training takes, network beside network: a few batches of each in turn, so that whatever else the machine does meets
/// all of them alike.
/// </summary>
internal static class TrainingSpeed
{
    private const double Milliseconds = 1000; // a second
    private static readonly TimeSpan MeasuringTime = TimeSpan.FromSeconds(1.5);

    /// <summary>
    /// Seconds an epoch of each network would take: pictures prepared, forward, loss, backward, optimizer and moving average; without
    /// validation.
    /// </summary>
    /// <param name="networks">The networks, all for the data's classes. They are not changed, and nothing is written.</param>
    /// <param name="options">Data, image size, batch and precision; a teacher and sparsity, if any, count too.</param>
    /// <param name="rounds">How often each network has its turn after a first one that does not count; the median counts. 1…1000.</param>
    /// <param name="batchesATurn">Batches a turn; 1…1000.</param>
    /// <param name="progress">Told of the turns done and of how many there are.</param>
    /// <param name="cancellationToken">Ends it between turns.</param>
    /// <exception cref="EspalierException">The data or the options cannot be used.</exception>
    public static IReadOnlyList<double> SecondsAnEpoch(IReadOnlyList<Checkpoint> networks, TrainingOptions options, int rounds = 5,
        int batchesATurn = 4, Action<int, int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(networks);
        ArgumentNullException.ThrowIfNull(options);
        OptionException.ThrowIfOutside(rounds, 1, 1000, "The number of rounds");
        OptionException.ThrowIfOutside(batchesATurn, 1, 1000, "The batches a turn");
        if (networks.Count == 0) return [];
        options = options with { Threads = WithoutBusyProcessors(options.Threads) };
        var data = TrainingData.Scan(options, _ => { }, cancellationToken);
        // One loader for all: its cache holds the photos of every batch that is timed or prepared meanwhile, as it does from the second
        // epoch of a training on.
        var (loader, _) = data.Loaders(options, networks[0].Stride, BatchPart.Whole, _ => { });
        var batches = Math.Min(batchesATurn, loader.BatchCount);
        if (options.CacheInMemory)
            foreach (var _ in loader.Epoch(0, cancellationToken: cancellationToken)
                .Take(batches + 1 + LoaderOptions.StandardPrefetch + options.Workers)) { }

        var seconds = networks.Select(_ => new List<double>()).ToList();
        for (var round = 0; round <= rounds; round++)
        {
            foreach (var (index, network) in networks.Index())
            {
                cancellationToken.ThrowIfCancellationRequested();
                // One network at a time in memory: a session holds gradients, momentum and activations.
                using var session = TrainingSession.ForMeasuring(options, data, network);
                // All compute in what was chosen for the first.
                options = options with { Precision = session.Precision };
                var turn = Turn(session, loader, batches);
                if (round > 0) seconds[index].Add(turn * loader.BatchCount);
                progress?.Invoke(round * networks.Count + index + 1, (rounds + 1) * networks.Count);
            }
        }

        return [.. seconds.Select(Quantile.Median)];
    }

    /// <summary>
    /// Pictures a second that a network on the CPU could learn from at best: forwards and backwards, nothing else, on pictures of noughts.
    /// </summary>
    /// <param name="graph">The network.</param>
    /// <param name="batchSize">Pictures a pass; 1…65536.</param>
    /// <param name="imageSize">Their side in pixels, a multiple of the network's stride.</param>
    /// <param name="threads">0 for as many as the process may use.</param>
    /// <exception cref="OptionException">An option is outside its range.</exception>
    public static double PicturesPerSecond(Graph graph, int batchSize, int imageSize, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(graph);
        OptionException.ThrowIfOutside(batchSize, 1, 65536, "The batch size");
        Devices.SetThreads(WithoutBusyProcessors(threads));
        using var network = new ExecutableNetwork(graph, WeightInitializer.Initialize(graph, 0));
        Precision[] precisions = ProcessorFeatures.Current.HasBFloat16 ? [Precision.FP32, Precision.BF16] : [Precision.FP32];
        using var trial = new PrecisionTrial(network, batchSize, imageSize);
        // The first pass of each compiles and asks for memory.
        foreach (var precision in precisions) Pass(precision);
        var clock = Stopwatch.StartNew();
        var best = double.PositiveInfinity;
        do best = Math.Min(best, precisions.Min(Pass));
        while (clock.Elapsed < MeasuringTime);
        return trial.Pictures * Milliseconds / best;

        double Pass(Precision precision) => trial.Pass(precision, double.PositiveInfinity);
    }

    /// <summary>As many threads as a training would take that began now.</summary>
    private static int WithoutBusyProcessors(int threads) =>
        ThreadChoice.Make(threads, Devices.OwnThreads, ProcessorTime.Granted, _ => { });

    /// <summary>Seconds a batch; the first batch, which warms up, not counted where there are several.</summary>
    private static double Turn(TrainingSession session, TrainingLoader loader, int batches)
    {
        session.BeginEpoch(0, []);
        var clock = Stopwatch.StartNew();
        var (done, from) = (0, TimeSpan.Zero);
        foreach (var batch in loader.Epoch(0).Take(batches + 1))
        {
            TrainingLoop.Step(session.Learner, batch, 0, done, isLast: false);
            if (done++ == 0) from = clock.Elapsed;
        }

        return done == 1 ? clock.Elapsed.TotalSeconds : (clock.Elapsed - from).TotalSeconds / (done - 1);
    }
}
