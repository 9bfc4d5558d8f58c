using System.Diagnostics;
using Espalier.Networks;
using Espalier.Vision;

namespace Espalier.Training.Runs;

/// <summary>
/// How long an epoch of training takes, network beside network: a few batches of each in turn, so that whatever else the machine does meets all of them alike.
/// </summary>
public static class TrainingSpeed
{
    /// <summary>Seconds an epoch of each network would take: pictures prepared, forward, loss, backward, optimizer and moving average; without validation.</summary>
    /// <param name="networks">The networks, all for the data's classes. They are not changed, and nothing is written.</param>
    /// <param name="options">Data, image size, batch and precision; a teacher and sparsity, if any, count too.</param>
    /// <param name="rounds">How often each network has its turn after a first one that does not count; the median counts. 1…1000.</param>
    /// <param name="batchesATurn">Batches a turn; 1…1000.</param>
    /// <param name="cancellationToken">Ends it between turns.</param>
    /// <exception cref="EspalierException">The data or the options cannot be used.</exception>
    public static IReadOnlyList<double> SecondsAnEpoch(
        IReadOnlyList<Checkpoint> networks, TrainingOptions options, int rounds = 5, int batchesATurn = 4, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(networks);
        ArgumentNullException.ThrowIfNull(options);
        OptionException.ThrowIfOutside(rounds, 1, 1000, "The number of rounds");
        OptionException.ThrowIfOutside(batchesATurn, 1, 1000, "The batches a turn");
        var data = TrainingData.Scan(options, _ => { });
        var seconds = networks.Select(_ => new List<double>()).ToList();
        var count = 0;
        for (var round = 0; round <= rounds; round++)
        {
            foreach (var (index, network) in networks.Index())
            {
                cancellationToken.ThrowIfCancellationRequested();
                // One network at a time in memory: a session holds gradients, momentum and activations.
                using var session = TrainingSession.ForMeasuring(options, data, network);
                count = session.TrainingLoader.BatchCount;
                var turn = Turn(session, Math.Min(batchesATurn, count));
                if (round > 0) seconds[index].Add(turn * count);
            }
        }

        return [.. seconds.Select(values => values.Order().ElementAt(values.Count / 2))];
    }

    /// <summary>Seconds a batch; the first batch, which warms up, not counted where there are several.</summary>
    private static double Turn(TrainingSession session, int batches)
    {
        session.BeginEpoch(0, []);
        // Once through for the cache: after an epoch it holds every photo.
        if (session.Options.CacheInMemory) foreach (var _ in session.TrainingLoader.Epoch(0).Take(batches + 1)) { }
        var clock = Stopwatch.StartNew();
        var (done, from) = (0, TimeSpan.Zero);
        foreach (var batch in session.TrainingLoader.Epoch(0).Take(batches + 1))
        {
            session.Step.Run(batch, 0, done, isLast: false);
            if (done++ == 0) from = clock.Elapsed;
        }

        return done == 1 ? clock.Elapsed.TotalSeconds : (clock.Elapsed - from).TotalSeconds / (done - 1);
    }
}
