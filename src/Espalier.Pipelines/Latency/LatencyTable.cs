using Espalier.Core;
using Espalier.Networks;

namespace Espalier.Pipelines.Latency;

/// <summary>
/// A latency table of this machine: how long nodes of a shape take in ONNX Runtime, measured once and kept in a file. It predicts how
/// long a network takes as the sum of its nodes, and what a call costs beside them.
/// </summary>
/// <remarks>
/// It is filled from profiles of thinned variants of a network, so that every node is measured where it stands, in caches that others
/// have used. Widths that were not measured are interpolated. It holds for a <see cref="LatencySetting"/>: processor, version of ONNX
/// Runtime, threads, batch, precision.
/// </remarks>
public sealed class LatencyTable
{
    private readonly LatencySetting _setting;
    private readonly Dictionary<string, NodeFamily> _families;
    private readonly double[] _call;

    internal LatencyTable(LatencySetting setting, LatencySamples samples)
    {
        _setting = setting;
        _families = samples.Nodes.ToDictionary(family => family.Key, family => new NodeFamily(family.Value), StringComparer.Ordinal);
        _call = samples.Calls.IsEmpty ? [0, 0] : LeastSquares.Fit([.. samples.Calls.Select(call => (Terms(call.Nodes), call.Call))]);
    }

    /// <summary>The table of this machine, measured first where it does not reach for a network yet.</summary>
    /// <param name="network">The widest network that is to be predicted.</param>
    /// <param name="setting">For what it holds; float, a picture a call and a thread a core if null.</param>
    /// <param name="listener">Told what is measured and for how long.</param>
    /// <param name="path">The table's file; that of the setting in the user's folder of caches if null.</param>
    /// <param name="cancellationToken">Ends it between calls; nothing is kept then.</param>
    public static LatencyTable For(
        Checkpoint network, LatencySetting? setting = null, IPipelineListener? listener = null, string? path = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        setting ??= new LatencySetting();
        listener ??= new QuietListener();
        var key = setting.Key;
        path ??= LatencySamples.PlaceOf(key);
        var samples = LatencySamples.Read(path, key);
        var table = new LatencyTable(setting, samples);
        if (table.Reaches(network)) return table;

        samples = new LatencyTableFilling(setting, listener, cancellationToken).Measure(network, samples);
        try
        {
            samples.Write(path);
            listener.OnNote($"The table is kept in {path}");
        }
        catch (Exception exception) when (exception is EspalierException || FileProblem.Is(exception))
        {
            listener.OnNote($"The table is not kept: {exception.Message}");
        }

        return new LatencyTable(setting, samples);
    }

    /// <summary>Whether every node of a network was measured at its widths, or at wider ones.</summary>
    public bool Reaches(Checkpoint network) =>
        Nodes(network ?? throw new ArgumentNullException(nameof(network))).All(node => _families.TryGetValue(node.Family, out var family) && family.Reaches(node));

    /// <summary>How long a call takes, in milliseconds.</summary>
    /// <param name="network">A network that the table reaches.</param>
    /// <exception cref="EspalierException">A node of it was never measured.</exception>
    public double Predict(Checkpoint network)
    {
        ArgumentNullException.ThrowIfNull(network);
        var nodes = Nodes(network).Sum(node => _families.TryGetValue(node.Family, out var family)
            ? family.Predict(node)
            : throw new EspalierException($"The latency table knows no '{node.Family}'."));
        return _call.Zip(Terms(nodes / 1000), (factor, term) => factor * term).Sum();
    }

    private IEnumerable<NodeShape> Nodes(Checkpoint network) =>
        NodeShape.Of(network, _setting.Emission(network)).Select(node => node.Shape);

    // What a call costs by itself, and how much sooner nodes are done when nobody notes their times.
    private static double[] Terms(double nodes) => [1, nodes];
}
