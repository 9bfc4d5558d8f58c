using Espalier.Networks;
using Microsoft.ML.OnnxRuntime;

namespace Espalier.Pipelines.Latency;

/// <summary>Measures nodes of a network and of thinned variants of it.</summary>
/// <param name="setting">For what.</param>
/// <param name="listener">Told of it.</param>
/// <param name="cancellationToken">Ends it between rounds.</param>
internal sealed class LatencyTableFilling(LatencySetting setting, IPipelineListener listener, CancellationToken cancellationToken)
{
    private const int Variants = 15;
    private const int Seed = 19;

    // Variants take turns: a machine that is slower for a while is so for all of them.
    private const int Rounds = 12;
    private const int CallsARound = 6;
    private const int Warmups = CallsARound;

    // The line through all calls is steadier than any of them.
    private const int RoundsOfCalls = 9;

    /// <summary>What was measured before and now.</summary>
    public LatencySamples Measure(Checkpoint network, LatencySamples before)
    {
        Checkpoint[] networks = [network, .. RandomCut.Variants(network, Variants, Seed)];
        listener.OnNote(Invariant(
            $"Measuring a latency table of this machine, once: {networks.Length} networks in turns, which takes a minute or two"));
        MeasuredFile[] files = [.. networks.Select(setting.File)];
        var profiles = Profiles(files);
        var calls = LatencyMeter.Measure(
            files, setting.Threads, RoundsOfCalls, (round, rounds) => listener.OnProgress("whole calls", round, rounds), cancellationToken);
        return before.With(
            networks.Zip(profiles).SelectMany(pair => Samples(pair.First, pair.Second)),
            profiles.Zip(calls, (profile, call) => new CallSample(profile.Sum(node => node.Microseconds) / 1000, call)));
    }

    private List<IReadOnlyList<NodeTime>> Profiles(MeasuredFile[] files)
    {
        var opened = new List<ProfiledFile>();
        try
        {
            foreach (var file in files)
                opened.Add(new ProfiledFile(options => new InferenceSession(file.Content, options), file.Height, setting.Threads));
            for (var round = 0; round < Rounds; round++)
            {
                foreach (var file in opened)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    file.Run(CallsARound);
                }

                listener.OnProgress("node by node", round + 1, Rounds);
            }

            return opened.ConvertAll(file => file.Finish(Warmups));
        }
        finally
        {
            opened.ForEach(file => file.Dispose());
        }
    }

    /// <summary>
    /// Each node with the time of all operations that ONNX Runtime made of it; what belongs to none counts as decoding, which comes last.
    /// </summary>
    private IEnumerable<(string Family, NodeSample Sample)> Samples(Checkpoint network, IReadOnlyList<NodeTime> operations)
    {
        var nodes = NodeShape.Of(network, setting.Emission(network));
        var names = nodes.Select(node => node.Name).ToHashSet(StringComparer.Ordinal);
        var times = operations.ToLookup(operation => Owner(operation.Name, names) ?? nodes[^1].Name, operation => operation.Microseconds);
        return nodes.Select(node => (node.Shape.Family, new NodeSample(node.Shape.Inputs, node.Shape.Outputs, times[node.Name].Sum())));
    }

    /// <summary>The node that an operation's name begins with: <c>model.1.act</c> of <c>model.1.act/QuickGeluFusion/</c>.</summary>
    private static string? Owner(string operation, HashSet<string> nodes)
    {
        var name = operation;
        while (!nodes.Contains(name))
        {
            var end = name.AsSpan().LastIndexOfAny('.', '_', '/');
            if (end < 0) return null;
            name = name[..end];
        }

        return name;
    }
}
